package dev.rockpool.jdbc.internal.vendor;

final class H2Table {
    /** For what H2 did not expect. */
    private static final int GENERAL_ERROR = 50000;

    static final VendorTable TABLE = VendorTable.named("h2")
            .driver("h2", "com.h2database:h2")
            // I/O error (twice), file corrupt, connection broken, database closed (twice)
            .lost(ErrorCodes.of(90028, 90030, 90031, 90067, 90098, 90121))
            // its file is closed when a thread that reads it is interrupted
            .lostThrough(GENERAL_ERROR, "org.h2.mvstore.MVStoreException")
            // a relative path, an unusable URL, no such database (three times), an unknown setting
            .hopeless(ErrorCodes.of(90011, 90013, 90046, 90113, 90146, 90149))
            .passing(ErrorCodes.of(50200, 90131)); // a lock was not had in time, changed by another one

    private H2Table() {}
}

package dev.rockpool.jdbc.internal.vendor;

final class H2Table {
    /** The code of unexpected errors. */
    private static final int GENERAL_ERROR = 50000;

    static final VendorTable TABLE = VendorTable.named("h2")
            .driver("h2", "com.h2database:h2")
            // I/O error (twice), file corrupt, connection broken, database closed (twice)
            .lost(ErrorCodes.of(90028, 90030, 90031, 90067, 90098, 90121))
            // H2 closes its file if a reading thread is interrupted
            .lostThrough(GENERAL_ERROR, "org.h2.mvstore.MVStoreException")
            // a relative path, an unusable URL, no such database (three times), an unknown setting
            .hopeless(ErrorCodes.of(90011, 90013, 90046, 90113, 90146, 90149))
            .passing(ErrorCodes.of(50200, 90131)); // lock timeout, changed by another transaction

    private H2Table() {}
}

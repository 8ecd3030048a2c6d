package dev.rockpool.jdbc.internal.vendor;

final class SqliteTable {
    private static final int BUSY = 5;
    private static final int BUSY_SNAPSHOT = 517;

    static final VendorTable TABLE = VendorTable.named("sqlite")
            .driver("sqlite", "org.xerial:sqlite-jdbc")
            .lost(ErrorCodes.of(10, 11, 14, 26)) // I/O error, corrupt, cannot be opened, not a database
            .hopeless(ErrorCodes.of(3, 11, 14, 23, 26)) // not allowed, corrupt, the like
            .passing(ErrorCodes.of(BUSY, 6, 9, 13)) // busy, locked, interrupted, the disk is full
            .retryable(null, BUSY)
            .retryable(null, BUSY_SNAPSHOT); // from a driver that gives extended codes

    private SqliteTable() {}
}

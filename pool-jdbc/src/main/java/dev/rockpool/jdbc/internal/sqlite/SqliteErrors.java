package dev.rockpool.jdbc.internal.sqlite;

import java.sql.SQLException;

/** Reads SQLite's result codes, which its driver gives as vendor codes, in addition to those in the vendor's table. */
final class SqliteErrors {
    private static final int READONLY = 8;

    /**
     * The file was moved or replaced, so writes would be lost. The vendor code does not distinguish it from other
     * errors.
     */
    private static final String MOVED = "SQLITE_READONLY_DBMOVED";

    private SqliteErrors() {}

    /** Whether the file of this connection is no longer the database. */
    static boolean isMoved(SQLException error) {
        return String.valueOf(error.getMessage()).contains(MOVED);
    }

    /** Whether the database cannot be written to. */
    static boolean isReadOnly(SQLException error) {
        return error.getErrorCode() == READONLY;
    }
}

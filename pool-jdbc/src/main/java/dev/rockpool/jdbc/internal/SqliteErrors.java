package dev.rockpool.jdbc.internal;

import java.sql.SQLException;
import java.util.Set;

/** What the result codes of SQLite, which its driver gives as vendor codes, say, beside what `Vendor` knows. */
final class SqliteErrors {
    private static final int NOMEM = 7;
    private static final int READONLY = 8;
    private static final int INTERRUPT = 9;
    private static final int IOERR = 10;
    private static final int FULL = 13;

    /** After these SQLite may have rolled the whole transaction back by itself. */
    private static final Set<Integer> ROLLING_BACK = Set.of(NOMEM, INTERRUPT, IOERR, FULL);

    /** The file was moved or replaced: what is written now goes nowhere. The vendor code does not tell it from other refusals. */
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

    /** Whether SQLite may have ended the transaction in which this happened. */
    static boolean mayRollBack(Throwable error) {
        return error instanceof SQLException e && ROLLING_BACK.contains(e.getErrorCode());
    }
}

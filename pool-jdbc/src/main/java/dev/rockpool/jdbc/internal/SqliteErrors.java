package dev.rockpool.jdbc.internal;

import java.sql.SQLException;
import java.util.Set;

/** What the result codes of SQLite, which its driver gives as vendor codes, say of a connection. */
final class SqliteErrors {
    private static final int PERM = 3;
    private static final int NOMEM = 7;
    private static final int READONLY = 8;
    private static final int INTERRUPT = 9;
    private static final int IOERR = 10;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANTOPEN = 14;
    private static final int AUTH = 23;
    private static final int NOTADB = 26;

    /** Files that this connection has open are gone, damaged, or somebody else's; another connection may find them mended. */
    private static final Set<Integer> FATAL = Set.of(IOERR, CORRUPT, CANTOPEN, NOTADB);

    /** Connecting will fail again until somebody puts the file right. */
    private static final Set<Integer> PERMANENT = Set.of(PERM, CORRUPT, CANTOPEN, AUTH, NOTADB);

    /** After these SQLite may have rolled the whole transaction back by itself. */
    private static final Set<Integer> ROLLING_BACK = Set.of(NOMEM, INTERRUPT, IOERR, FULL);

    /** The file was moved or replaced: what is written now goes nowhere. The vendor code does not tell it from other refusals. */
    private static final String MOVED = "SQLITE_READONLY_DBMOVED";

    private SqliteErrors() {}

    /** Whether the connection that met this must not be lent again. */
    static boolean isFatal(SQLException error) {
        return FATAL.contains(error.getErrorCode())
                || String.valueOf(error.getMessage()).contains(MOVED);
    }

    /** Whether connecting, which failed with this, is not worth another try at once. */
    static boolean isPermanent(Throwable error) {
        return error instanceof SQLException e && PERMANENT.contains(e.getErrorCode());
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

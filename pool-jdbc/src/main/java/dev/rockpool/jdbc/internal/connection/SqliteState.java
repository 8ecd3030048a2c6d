package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Asks SQLite for its state, and runs the pool's own statements on a connection of the driver. */
public final class SqliteState {
    /**
     * SQLite refuses to compile this inside a transaction. Outside of one it compiles, and is never run; even if it were, the temporary
     * database has no such setting.
     */
    private static final String REFUSED_IN_TRANSACTION = "pragma temp.synchronous = 1";

    private static final int ERROR = 1;

    private SqliteState() {}

    /**
     * Whether a transaction is open, which the driver does not know. Only compiles a statement. To run one would change the state: with
     * autoCommit the driver begins and commits a transaction after each statement, and while rows of a write are open
     * that commit fails.
     */
    public static boolean isInTransaction(Connection driver) throws SQLException {
        try {
            driver.prepareStatement(REFUSED_IN_TRANSACTION).close();
            return false;
        } catch (SQLException e) {
            if (e.getErrorCode() == ERROR) return true;
            throw e;
        }
    }

    public static void run(Connection driver, String sql) throws SQLException {
        try (Statement statement = driver.createStatement()) {
            statement.execute(sql);
        }
    }
}

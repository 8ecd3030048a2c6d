package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.SQLException;

/** In H2 each way to begin a transaction turns autocommit off, and the driver knows the mode of the session. */
final class H2Leftovers extends Leftovers {
    H2Leftovers(Connection driver) {
        super(driver);
    }

    @Override
    void endTransaction(String end, boolean autoCommit, boolean failed) throws SQLException {
        if (autoCommit && !driver.getAutoCommit()) run(end);
    }

    @Override
    boolean autoCommit(boolean assumed) throws SQLException {
        return driver.getAutoCommit();
    }
}

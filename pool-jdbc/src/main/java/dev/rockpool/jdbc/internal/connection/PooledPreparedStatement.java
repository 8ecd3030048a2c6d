package dev.rockpool.jdbc.internal.connection;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A prepared statement of a lease. */
class PooledPreparedStatement extends PreparedStatementForwards {
    PooledPreparedStatement(LeasedConnection connection, PreparedStatement driver, String sql) {
        super(connection, driver, sql);
    }

    @Override
    final PreparedStatement delegate() throws SQLException {
        checkOpen("Statement");
        return (PreparedStatement) driver;
    }
}

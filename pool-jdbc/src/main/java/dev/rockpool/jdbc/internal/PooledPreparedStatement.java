package dev.rockpool.jdbc.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A prepared statement of a lease. */
final class PooledPreparedStatement extends PreparedStatementForwards {
    private final PreparedStatement driver;

    PooledPreparedStatement(PooledConnection connection, PreparedStatement driver) {
        super(connection, driver);
        this.driver = driver;
    }

    @Override
    PreparedStatement delegate() throws SQLException {
        checkOpen("Statement");
        return driver;
    }
}

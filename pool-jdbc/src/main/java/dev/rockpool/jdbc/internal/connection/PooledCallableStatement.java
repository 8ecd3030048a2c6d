package dev.rockpool.jdbc.internal.connection;

import java.sql.CallableStatement;
import java.sql.SQLException;

/** A callable statement of a lease. */
final class PooledCallableStatement extends CallableStatementForwards {
    PooledCallableStatement(LeasedConnection connection, CallableStatement driver, String sql) {
        super(connection, driver, sql);
    }

    @Override
    CallableStatement delegate() throws SQLException {
        checkOpen("Statement");
        return (CallableStatement) driver;
    }
}

package dev.rockpool.examples.bench.driver;

import java.sql.Connection;
import java.sql.ResultSet;

/** Does nothing and returns one row. */
final class IdlePreparedStatement extends PreparedStatementDefaults {
    private final Connection connection;
    private final int queryMillis;
    private boolean closed;

    IdlePreparedStatement(Connection connection, int queryMillis) {
        this.connection = connection;
        this.queryMillis = queryMillis;
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public boolean execute() {
        IdleDriver.take(queryMillis);
        return false;
    }

    @Override
    public ResultSet executeQuery() {
        IdleDriver.take(queryMillis);
        return new IdleResultSet(this);
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }
}

package dev.rockpool.examples.bench.driver;

import java.sql.Connection;
import java.sql.ResultSet;

/** Does nothing and returns one row. */
final class IdleStatement extends StatementDefaults {
    private final Connection connection;
    private final int queryMillis;
    private boolean closed;

    IdleStatement(Connection connection, int queryMillis) {
        this.connection = connection;
        this.queryMillis = queryMillis;
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public boolean execute(String sql) {
        IdleDriver.take(queryMillis);
        return false;
    }

    @Override
    public ResultSet executeQuery(String sql) {
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

package dev.rockpool.examples.bench.driver;

import java.sql.Connection;
import java.sql.ResultSet;

/** Runs nothing, and finds no rows. */
final class IdlePreparedStatement extends PreparedStatementDefaults {
    private final Connection connection;
    private boolean closed;

    IdlePreparedStatement(Connection connection) {
        this.connection = connection;
    }

    @Override
    public Connection getConnection() {
        return connection;
    }

    @Override
    public ResultSet executeQuery() {
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

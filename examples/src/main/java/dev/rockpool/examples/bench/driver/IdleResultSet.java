package dev.rockpool.examples.bench.driver;

import java.sql.Statement;

/** No rows. */
final class IdleResultSet extends ResultSetDefaults {
    private final Statement statement;
    private boolean closed;

    IdleResultSet(Statement statement) {
        this.statement = statement;
    }

    @Override
    public Statement getStatement() {
        return statement;
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

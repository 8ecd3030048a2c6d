package dev.rockpool.examples.bench.driver;

import java.sql.Statement;

/** One row, as validation queries require. */
final class IdleResultSet extends ResultSetDefaults {
    private final Statement statement;
    private boolean read;
    private boolean closed;

    IdleResultSet(Statement statement) {
        this.statement = statement;
    }

    @Override
    public Statement getStatement() {
        return statement;
    }

    @Override
    public boolean next() {
        if (read) return false;
        read = true;
        return true;
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

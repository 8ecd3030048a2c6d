package dev.rockpool.jdbc;

import java.time.Duration;

/** A statement that took longer than {@code slowStatementThreshold}. Immutable. */
public final class SlowStatement {
    private final String pool;
    private final String sql;
    private final Duration took;

    /** Created by the pool. */
    public SlowStatement(String pool, String sql, Duration took) {
        this.pool = pool;
        this.sql = sql;
        this.took = took;
    }

    /** The name of the pool. */
    public String pool() {
        return pool;
    }

    /** The SQL as it was given to the driver, without the values of its parameters. */
    public String sql() {
        return sql;
    }

    /** From the call to the driver until it returned; for a query, until the first rows arrived. */
    public Duration took() {
        return took;
    }

    @Override
    public String toString() {
        return "pool '" + pool + "': a statement took " + took.toMillis() + " ms: " + sql;
    }
}

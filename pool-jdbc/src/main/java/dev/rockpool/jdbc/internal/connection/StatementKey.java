package dev.rockpool.jdbc.internal.connection;

import java.util.Objects;

/**
 * The arguments with which a statement was prepared. Statements with equal keys are interchangeable.
 *
 * @param how the numbers among the other arguments of {@code prepareStatement}
 * @param columns the columns whose generated values are wanted; null if not specified
 */
record StatementKey(String sql, long how, Object columns) {
    /** Written by hand: on Java 17, the equality that a record has by itself keeps its class loader for ever. */
    @Override
    public boolean equals(Object other) {
        return other instanceof StatementKey key
                && how == key.how
                && sql.equals(key.sql)
                && Objects.equals(columns, key.columns);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * sql.hashCode() + Long.hashCode(how)) + Objects.hashCode(columns);
    }

    /** Three constants of {@code ResultSet}, all of which are small. */
    static long how(int type, int concurrency, int holdability) {
        return (long) type << 32 | (long) concurrency << 16 | holdability;
    }
}

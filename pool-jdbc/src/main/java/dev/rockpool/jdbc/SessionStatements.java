package dev.rockpool.jdbc;

import dev.rockpool.jdbc.internal.config.Builders;

/**
 * The functions of a {@link JdbcBuilder} with several statements. In Java, because a null array must be a reported
 * problem and not an error.
 */
public abstract class SessionStatements<T> {
    SessionStatements() {}

    /** {@link JdbcSettings#getInitSql Statements} that run once on each new connection. */
    public JdbcBuilder<T> initSql(String... value) {
        return Builders.statements(this, "initSql", value);
    }

    /** {@link JdbcSettings#getResetSql Statements} that run when a used connection is returned. */
    public JdbcBuilder<T> resetSql(String... value) {
        return Builders.statements(this, "resetSql", value);
    }
}

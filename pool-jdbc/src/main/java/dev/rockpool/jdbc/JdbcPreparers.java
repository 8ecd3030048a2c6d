package dev.rockpool.jdbc;

import dev.rockpool.BlockingPreparer;
import dev.rockpool.jdbc.internal.connection.SessionPreparer;
import java.sql.Connection;
import java.util.Objects;
import java.util.function.Function;

/**
 * Ready-made preparers for {@link JdbcSettings#getPreparer}. Each turns a tag into a name: {@code
 * JdbcPreparers.schema(tag -> "tenant_" + tag)}. Without a function it is the text of the tag.
 *
 * <p>What they set is the base of the session. A user may change it, by a method or by SQL text, and the pool restores
 * it when the connection is returned.
 */
public final class JdbcPreparers {
    private JdbcPreparers() {}

    /** Sets the schema ({@link Connection#setSchema}) to the text of the tag. */
    public static BlockingPreparer<Connection> schema() {
        return schema(String::valueOf);
    }

    /** Sets the schema ({@link Connection#setSchema}). */
    public static BlockingPreparer<Connection> schema(Function<Object, String> name) {
        return SessionPreparer.schema(Objects.requireNonNull(name, "name"));
    }

    /** Sets the catalog ({@link Connection#setCatalog}) to the text of the tag. */
    public static BlockingPreparer<Connection> catalog() {
        return catalog(String::valueOf);
    }

    /** Sets the catalog ({@link Connection#setCatalog}), such as the database of MySQL. */
    public static BlockingPreparer<Connection> catalog(Function<Object, String> name) {
        return SessionPreparer.catalog(Objects.requireNonNull(name, "name"));
    }

    /** Sets PostgreSQL's {@code search_path} to the text of the tag. */
    public static BlockingPreparer<Connection> searchPath() {
        return searchPath(String::valueOf);
    }

    /**
     * Sets PostgreSQL's {@code search_path}, as written in {@code SET search_path TO ...}, such as {@code tenant_a,
     * public}. It is sent as a value, or with each name quoted, so it cannot contain other statements.
     */
    public static BlockingPreparer<Connection> searchPath(Function<Object, String> path) {
        return SessionPreparer.searchPath(Objects.requireNonNull(path, "path"));
    }

    /** Sets PostgreSQL's role to the text of the tag. */
    public static BlockingPreparer<Connection> role() {
        return role(String::valueOf);
    }

    /**
     * Sets PostgreSQL's role, as {@code SET ROLE} does. A user can reset the role in ways that the pool does not see,
     * such as inside a function. So it is set again for each lease, unless nothing ran since it was set.
     */
    public static BlockingPreparer<Connection> role(Function<Object, String> role) {
        return SessionPreparer.role(Objects.requireNonNull(role, "role"));
    }
}

package dev.rockpool.jdbc.internal.connection;

import dev.rockpool.BlockingPreparer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Function;

/**
 * Sets one value of a session to the name that belongs to a tag. For the tag null it sets the value that the connection
 * had before its first preparation.
 */
public final class SessionPreparer implements BlockingPreparer<Connection> {
    private interface Reader {
        String read(Connection connection) throws SQLException;
    }

    private interface Writer {
        void write(Connection connection, String value) throws SQLException;
    }

    private final Reader reader;
    private final Writer writer;
    private final Function<Object, String> name;

    /** Whether the pool sees each change that a user can make. */
    private final boolean isTracked;

    /** The values of new connections. A connection that is gone drops out. */
    private final Map<Connection, Optional<String>> base = Collections.synchronizedMap(new WeakHashMap<>());

    private SessionPreparer(Reader reader, Writer writer, Function<Object, String> name, boolean isTracked) {
        this.reader = reader;
        this.writer = writer;
        this.name = name;
        this.isTracked = isTracked;
    }

    public static SessionPreparer schema(Function<Object, String> name) {
        return new SessionPreparer(Connection::getSchema, Connection::setSchema, name, true);
    }

    public static SessionPreparer catalog(Function<Object, String> name) {
        return new SessionPreparer(Connection::getCatalog, Connection::setCatalog, name, true);
    }

    /** PostgreSQL's {@code search_path}. */
    public static SessionPreparer searchPath(Function<Object, String> path) {
        return new SessionPreparer(
                connection -> ask(connection, "select current_setting('search_path')"), SearchPath::set, path, true);
    }

    /** PostgreSQL's role. */
    public static SessionPreparer role(Function<Object, String> role) {
        return new SessionPreparer(
                connection -> ask(connection, "select current_setting('role')"),
                (connection, text) -> ask(connection, "select set_config('role', ?, false)", text),
                role,
                false);
    }

    private static String ask(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) statement.setString(i + 1, parameters[i]);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    @Override
    public void prepare(Connection connection, Object tag) throws SQLException {
        Optional<String> first = base.get(connection);
        if (first == null) {
            first = Optional.ofNullable(reader.read(connection));
            base.put(connection, first);
        }
        writer.write(connection, tag == null ? first.orElse(null) : nameOf(tag));
    }

    private String nameOf(Object tag) throws SQLException {
        String text = name.apply(tag);
        if (text == null || text.isBlank()) throw new SQLException("the tag " + tag + " has no name");
        return text;
    }

    @Override
    public boolean isPrepared(Connection connection, Object tag, boolean used) {
        return isTracked || !used;
    }
}

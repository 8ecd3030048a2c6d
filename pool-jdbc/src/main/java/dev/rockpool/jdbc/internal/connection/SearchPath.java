package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.regex.Pattern;

/**
 * Sets PostgreSQL's {@code search_path}. For ordinary paths it sends {@code SET}, which costs the server less than
 * {@code set_config}, because no query is planned. It quotes each name, so that none is taken for a keyword.
 */
final class SearchPath {
    /** Lower-case names and {@code "$user"}, separated by commas. */
    private static final Pattern ORDINARY =
            Pattern.compile("(?:[a-z_][a-z0-9_]*|\"\\$user\")(?: ?, ?(?:[a-z_][a-z0-9_]*|\"\\$user\"))*");

    private static final Pattern NAME = Pattern.compile("(?<![\"$a-z0-9_])[a-z_][a-z0-9_]*");

    private SearchPath() {}

    /** @param path as written in {@code SET search_path TO ...} */
    static void set(Connection connection, String path) throws SQLException {
        String sql = statement(path);
        if (sql != null) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("select set_config('search_path', ?, false)")) {
            statement.setString(1, path);
            statement.executeQuery().close();
        }
    }

    /** The statement that sets this path; null if the path is not an ordinary one. */
    static String statement(String path) {
        if (path == null || !ORDINARY.matcher(path).matches()) return null;
        return "set search_path to " + NAME.matcher(path).replaceAll("\"$0\"");
    }
}

package dev.rockpool.jdbc.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.rockpool.jdbc.Postgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearchPathTest {
    @Test
    @DisplayName("Ordinary paths become SET, with each name quoted")
    void sets() {
        assertEquals("set search_path to \"tenant_a\"", SearchPath.statement("tenant_a"));
        assertEquals("set search_path to \"$user\", \"public\"", SearchPath.statement("\"$user\", public"));
        assertEquals("set search_path to \"a\",\"default\"", SearchPath.statement("a,default"));
    }

    @ParameterizedTest
    @DisplayName("Other paths are sent as values")
    @ValueSource(
            strings = {"", " ", "A", "a b", "a; drop table t", "\"a b\"", "a,", "'a'", "a--", "$user", "é", "1a", "\"\""
            })
    void isNoStatement(String path) {
        assertNull(SearchPath.statement(path));
    }

    @ParameterizedTest
    @DisplayName("PostgreSQL has the same path afterwards as after set_config")
    @ValueSource(
            strings = {
                "a",
                "a, b",
                "\"$user\", public",
                "a,b",
                "default",
                "user, select",
                "\"A b\", c",
                "Big",
                "",
                "pg_temp"
            })
    void isTheSameAsSetConfig(String path) throws SQLException {
        try (Connection connection = DriverManager.getConnection(Postgres.INSTANCE.getUrl(), Postgres.USER, "any")) {
            SearchPath.set(connection, path);
            Object[] mine = schemas(connection);
            try (var statement = connection.prepareStatement("select set_config('search_path', ?, false)")) {
                statement.setString(1, path);
                statement.execute();
            }
            Object[] wanted = schemas(connection);
            assertEquals(plain(wanted[0]), plain(mine[0]));
            assertEquals(wanted[1], mine[1]);
        }
    }

    /** SET writes spaces and quotes in its own way. */
    private static String plain(Object path) {
        return path.toString().replaceAll("[ \"]", "");
    }

    private static Object[] schemas(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select current_setting('search_path'), array_to_string(current_schemas(true), ',')")) {
            rows.next();
            return new Object[] {rows.getString(1), rows.getString(2)};
        }
    }
}

package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A physical connection that was closed behind the pool's back is not lent for ever. */
class ClosedBehindTest {
    private static final SqliteFile FILE = new SqliteFile();

    interface Opener {
        JdbcBuilder<RockpoolDataSource> open();
    }

    interface Way {
        Connection driverOf(Connection connection) throws SQLException;
    }

    private RockpoolDataSource pool;

    static Stream<Arguments> databasesAndWays() {
        var databases = Stream.of(
                Named.<Opener>of("SQLite", () -> builder().url(FILE.getUrl())),
                Named.<Opener>of("H2", () -> builder().url("jdbc:h2:mem:closed;DB_CLOSE_DELAY=-1")),
                Named.<Opener>of(
                        "PostgreSQL",
                        () -> builder().url(Postgres.INSTANCE.getUrl()).username(Postgres.USER)));
        return databases.flatMap(database -> Stream.of(
                        Named.<Way>of("the connection", ClosedBehindTest::unwrap), Named.<Way>of("a statement", c -> {
                            Statement statement = c.createStatement();
                            Class<? extends Statement> type = driverType(unwrap(c));
                            return statement.unwrap(type).getConnection();
                        }))
                .map(way -> Arguments.of(database, way)));
    }

    private static JdbcBuilder<RockpoolDataSource> builder() {
        return RockpoolDataSource.builder().name("closed").maxSize(1).trustWindow(null);
    }

    private static Connection unwrap(Connection connection) throws SQLException {
        for (String type :
                new String[] {"org.sqlite.SQLiteConnection", "org.h2.jdbc.JdbcConnection", "org.postgresql.PGConnection"
                }) {
            try {
                Class<?> driver = Class.forName(type);
                if (connection.isWrapperFor(driver)) return (Connection) connection.unwrap(driver);
            } catch (ClassNotFoundException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("which driver is this? " + connection);
    }

    private static Class<? extends Statement> driverType(Connection driver) throws SQLException {
        try (Statement statement = driver.createStatement()) {
            return statement.getClass();
        }
    }

    @AfterEach
    void close() {
        pool.close();
    }

    @ParameterizedTest(name = "{0}, through {1}")
    @MethodSource("databasesAndWays")
    @DisplayName("A connection closed through the driver's object causes no error for other users")
    void closedByItsUser(Opener opener, Way way) throws SQLException {
        pool = opener.open().build();
        try (Connection connection = pool.getConnection()) {
            way.driverOf(connection).close();
        }
        assertWorks();
    }

    @ParameterizedTest(name = "{0}, through {1}")
    @MethodSource("databasesAndWays")
    @DisplayName("A connection closed later through a kept driver object causes an error for one lease")
    void closedLater(Opener opener, Way way) throws SQLException {
        pool = opener.open().build();
        Connection kept;
        try (Connection connection = pool.getConnection()) {
            kept = way.driverOf(connection);
        }
        kept.close();
        try (Connection connection = pool.getConnection()) {
            assertThrows(SQLException.class, () -> connection.createStatement().execute("select 1"));
        }
        assertWorks();
    }

    @ParameterizedTest(name = "{0}, through {1}")
    @MethodSource("databasesAndWays")
    @DisplayName("A connection that the driver has closed is closed for its user, who need not close it again")
    void reportedAsClosed(Opener opener, Way way) throws SQLException {
        pool = opener.open().build();
        Connection connection = pool.getConnection();
        way.driverOf(connection).close();
        assertTrue(connection.isClosed());
        assertEquals(0, pool.snapshot().getLeased());
        var error = assertThrows(SQLException.class, connection::createStatement);
        assertEquals("Connection is closed: its user closed it, or the driver did", error.getMessage());
        connection.close();
        assertWorks();
    }

    @Test
    @DisplayName("A connection whose session was ended is closed for its user as soon as the driver knows")
    void closedByTheServer() throws SQLException {
        pool = builder().url(Postgres.INSTANCE.getUrl()).username(Postgres.USER).build();
        Connection connection = pool.getConnection();
        Statement statement = connection.createStatement();
        String end = "select pg_terminate_backend(pg_backend_pid())";
        assertFalse(connection.isClosed());
        assertThrows(SQLException.class, () -> statement.execute(end));
        assertThrows(SQLException.class, () -> statement.execute("select 1"));
        assertTrue(connection.isClosed());
        var error = assertThrows(SQLException.class, connection::createStatement);
        assertEquals("Connection is closed: it broke while it was used", error.getMessage());
        assertWorks();
    }

    private void assertWorks() throws SQLException {
        for (int i = 0; i < 3; i++) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("select 1");
            }
        }
        assertEquals(1, pool.snapshot().getTotal());
    }
}

package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.InvalidConfigException;
import dev.rockpool.Priority;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Uses the pool from Java, without any Kotlin. */
class JavaUserTest {
    private static RockpoolDataSource pool() {
        return RockpoolDataSource.builder()
                .name("java")
                .url(Postgres.INSTANCE.getUrl())
                .username(Postgres.USER)
                .password("any")
                .maxSize(3)
                .acquireTimeout(Duration.ofSeconds(20))
                .build();
    }

    @Test
    @DisplayName("A Java program acquires, queries and returns a connection")
    void asks() throws SQLException {
        try (RockpoolDataSource dataSource = pool()) {
            try (var connection = dataSource.getConnection();
                    var statement = connection.prepareStatement("select ? + 1")) {
                statement.setInt(1, 41);
                try (var results = statement.executeQuery()) {
                    assertTrue(results.next());
                    assertEquals(42, results.getInt(1));
                }
            }
            assertEquals(0, dataSource.snapshot().getLeased());
        }
    }

    @Test
    @DisplayName("unwrap reaches the driver's connection")
    void unwraps() throws SQLException {
        try (RockpoolDataSource dataSource = pool();
                Connection connection = dataSource.getConnection()) {
            assertTrue(connection.isWrapperFor(PGConnection.class));
            assertTrue(connection.unwrap(PGConnection.class).getBackendPID() > 0);
            assertFalse(connection.isWrapperFor(String.class));
            assertThrows(SQLException.class, () -> connection.unwrap(String.class));
            assertEquals(dataSource, dataSource.unwrap(RockpoolDataSource.class));
            assertEquals(dataSource.asJdbcPool(), dataSource.unwrap(JdbcPool.class));
        }
    }

    @Test
    @DisplayName("Each call can have its own timeout and priority")
    void givesTimeoutsAndPriorities() throws SQLException {
        Duration brief = Duration.ofMillis(20);
        try (RockpoolDataSource dataSource = onePlace(null)) {
            try (Connection only = dataSource.getConnection(Duration.ofSeconds(20))) {
                assertTrue(only.isValid(5));
                assertThrows(SQLTransientConnectionException.class, () -> dataSource.getConnection(brief));
                assertThrows(SQLTransientConnectionException.class, () -> dataSource.getConnection(Duration.ZERO));
                assertThrows(
                        SQLTransientConnectionException.class, () -> dataSource.getConnection(brief, Priority.HIGH));
                assertThrows(
                        SQLTransientConnectionException.class,
                        () -> dataSource.withConnection(brief, Priority.LOW, Connection::getSchema));
                assertThrows(
                        SQLTransientConnectionException.class,
                        () -> dataSource.useConnection(brief, Priority.LOW, Connection::getSchema));
                assertThrows(NullPointerException.class, () -> dataSource.getConnection(brief, null));
            }
            assertEquals(
                    "public", dataSource.withConnection(null, Priority.HIGH, connection -> connection.getSchema()));
            dataSource.useConnection(brief, Priority.LOW, connection -> assertTrue(connection.isValid(5)));
            assertEquals(1, dataSource.config().getPool().getMaxSize());
            assertNull(dataSource.config().getPool().getAcquireTimeout());
            assertEquals(0, dataSource.snapshot().getLeased());
        }
    }

    @Test
    @DisplayName("A timeout of one call also applies with hooks")
    void givesTimeoutsWithHooks() throws SQLException {
        try (RockpoolDataSource dataSource = onePlace(new BlockingConnectionHooks<>() {});
                Connection only = dataSource.getConnection(Duration.ofSeconds(20))) {
            assertTrue(only.isValid(5));
            assertThrows(SQLTransientConnectionException.class, () -> dataSource.getConnection(Duration.ofMillis(20)));
        }
    }

    private static RockpoolDataSource onePlace(BlockingConnectionHooks<Connection> hooks) {
        var builder = RockpoolDataSource.builder()
                .name("one")
                .url(Postgres.INSTANCE.getUrl())
                .username(Postgres.USER)
                .password("any")
                .maxSize(1)
                .acquireTimeout(null);
        return hooks == null ? builder.build() : builder.hooks(hooks).build();
    }

    @Test
    @DisplayName("An invalid configuration is rejected with all its problems")
    void refuses() {
        var builder =
                RockpoolDataSource.builder().url("jdbc:nobody:x").maxSize(0).transactionIsolation(6);
        var refused = assertThrows(InvalidConfigException.class, builder::build);
        assertEquals(3, refused.getProblems().size(), refused.getMessage());
    }

    @Test
    @DisplayName("After close the error says that the pool has been closed")
    void closes() {
        RockpoolDataSource dataSource = pool();
        dataSource.close();
        dataSource.close(Duration.ofSeconds(1));
        var refused = assertThrows(SQLException.class, dataSource::getConnection);
        assertTrue(refused.getMessage().contains("has been closed"), refused.getMessage());
        assertEquals(0, dataSource.snapshot().getTotal());
    }
}

package dev.rockpool.jdbc;

import static dev.rockpool.jdbc.Server.MARIADB;
import static dev.rockpool.jdbc.Server.POSTGRESQL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Getters return the session's state although they answer from memory, and no warning is left for the next user. */
@Timeout(180) // the first test with MariaDB starts it
class SessionGettersTest {
    interface Use {
        void of(Connection connection) throws SQLException;
    }

    interface Question {
        Object of(Connection connection) throws SQLException;
    }

    static Stream<Arguments> settings() {
        Use nowhere = c -> c.setSchema("nowhere");
        Use noCatalog = c -> c.setCatalog("nosuch");
        Use noSchema = c -> c.setSchema(null);
        Use readOnly = c -> c.setReadOnly(true);
        Use holding = c -> c.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
        Use holdingOn = c -> c.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
        Use serializable = c -> c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        Use uncommitted = c -> c.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
        Use timeout = c -> c.setNetworkTimeout(Runnable::run, 1500);
        Use rolledBack = c -> {
            c.setAutoCommit(false);
            Savepoint savepoint = c.setSavepoint();
            c.setSchema("information_schema");
            c.rollback(savepoint);
        };
        Use text = c -> {
            try (PreparedStatement set = c.prepareStatement("set search_path = information_schema")) {
                c.setSchema("pg_catalog");
                set.execute();
            }
        };
        Question catalog = Connection::getCatalog;
        Question schema = Connection::getSchema;
        Question isReadOnly = Connection::isReadOnly;
        Question holdability = Connection::getHoldability;
        Question isolation = Connection::getTransactionIsolation;
        Question networkTimeout = Connection::getNetworkTimeout;
        return Stream.of(Server.values())
                .flatMap(server -> Stream.of(
                        arguments(server, "setCatalog(nosuch)", server == MARIADB ? null : noCatalog, catalog),
                        arguments(server, "setSchema(null)", noSchema, schema),
                        arguments(server, "setSchema(nowhere)", nowhere, schema),
                        arguments(server, "setReadOnly", readOnly, isReadOnly),
                        arguments(server, "setHoldability(close)", holding, holdability),
                        arguments(server, "setHoldability(hold)", holdingOn, holdability),
                        arguments(server, "setTransactionIsolation(serializable)", serializable, isolation),
                        arguments(server, "setTransactionIsolation(uncommitted)", uncommitted, isolation),
                        arguments(server, "setNetworkTimeout", timeout, networkTimeout),
                        arguments(server, "setSchema, rolled back", server == POSTGRESQL ? rolledBack : null, schema),
                        arguments(server, "a text after setSchema", server == POSTGRESQL ? text : null, schema)))
                .filter(each -> each.get()[2] != null);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("settings")
    @DisplayName("15 after a setter, a getter returns the driver's value")
    void afterSetter(Server server, String name, Use set, Question get) throws SQLException {
        try (RockpoolDataSource pool = server.pool("").build()) {
            for (int i = 0; i < 2; i++) {
                try (Connection c = pool.getConnection()) {
                    Connection driver = (Connection) c.unwrap(driverOf(c));
                    Object before = get.of(driver);
                    assertEquals(before, get.of(c));
                    try {
                        set.of(c);
                    } catch (SQLException e) {
                        if (!c.getAutoCommit()) c.rollback();
                    }
                    assertEquals(get.of(driver), get.of(c));
                    assertEquals(get.of(driver), get.of(c));
                }
            }
        }
    }

    private static Class<?> driverOf(Connection connection) throws SQLException {
        for (Class<?> type : List.of(
                org.postgresql.PGConnection.class,
                org.h2.jdbc.JdbcConnection.class,
                org.mariadb.jdbc.Connection.class,
                com.mysql.cj.jdbc.JdbcConnection.class)) {
            if (connection.isWrapperFor(type)) return type;
        }
        throw new AssertionError("which driver is this? " + connection);
    }

    @Test
    @DisplayName("15 a value that the driver has accepted is not read again")
    void askedOnce() throws SQLException {
        FakeDatabase database = new FakeDatabase();
        try (RockpoolDataSource pool = fake(database)) {
            for (int i = 0; i < 3; i++) {
                try (Connection c = pool.getConnection()) {
                    if (i > 0) database.forget();
                    c.setTransactionIsolation(8);
                    c.setReadOnly(true);
                    c.setAutoCommit(false);
                    assertEquals(8, c.getTransactionIsolation());
                }
            }
            assertEquals(
                    List.of(),
                    database.log().stream()
                            .filter(call -> call.contains("get") || call.contains("is"))
                            .toList());
        }
    }

    private static RockpoolDataSource fake(FakeDatabase database) {
        return RockpoolDataSource.builder()
                .name("fake")
                .url(database.getUrl())
                .maxSize(1)
                .minIdle(0)
                .trustWindow(null)
                .build();
    }

    static Stream<Arguments> warned() {
        int type = ResultSet.TYPE_SCROLL_SENSITIVE;
        int concurrency = ResultSet.CONCUR_UPDATABLE;
        int holdability = ResultSet.HOLD_CURSORS_OVER_COMMIT;
        return Stream.<Arguments>of(
                warned("createStatement(type, concurrency)", c -> c.createStatement(type, concurrency)
                        .close()),
                warned(
                        "createStatement(type, concurrency, holdability)",
                        c -> c.createStatement(type, concurrency, holdability).close()),
                warned("prepareStatement(type, concurrency)", c -> c.prepareStatement("q", type, concurrency)
                        .close()),
                warned("prepareStatement(type, concurrency, holdability)", c -> c.prepareStatement(
                                "q", type, concurrency, holdability)
                        .close()),
                warned("prepareStatement(keys)", c -> c.prepareStatement("q", 1).close()),
                warned("prepareStatement(columns)", c -> c.prepareStatement("q", new int[] {1})
                        .close()),
                warned("prepareCall", c -> c.prepareCall("q").close()),
                warned("prepareCall(type, concurrency)", c -> c.prepareCall("q", type, concurrency)
                        .close()),
                warned("setReadOnly", c -> c.setReadOnly(true)));
    }

    private static Arguments warned(String name, Use use) {
        return arguments(name, use);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("warned")
    @DisplayName("14 a warning that appeared without a statement is not left for the next user")
    void warnings(String name, Use use) throws SQLException {
        for (int cache : new int[] {0, 5}) {
            FakeDatabase database = new FakeDatabase();
            AtomicReference<SQLWarning> warning = new AtomicReference<>();
            String method = name.replaceAll("\\(.*", "");
            database.on("connection." + method, call -> {
                warning.set(new SQLWarning("another type"));
                return FakeDatabase.Companion.getRECORD_ONLY();
            });
            warnsWith(database, warning);
            try (RockpoolDataSource pool = builder(database, cache).build()) {
                try (Connection c = pool.getConnection()) {
                    use.of(c);
                    assertNotNull(c.getWarnings());
                }
                try (Connection c = pool.getConnection()) {
                    assertNull(c.getWarnings());
                }
            }
        }
    }

    private static JdbcBuilder<RockpoolDataSource> builder(FakeDatabase database, int cache) {
        return RockpoolDataSource.builder()
                .url(database.getUrl())
                .maxSize(1)
                .trustWindow(null)
                .statementCacheSize(cache);
    }

    private static void warnsWith(FakeDatabase database, AtomicReference<SQLWarning> warning) {
        database.on("connection.getWarnings", call -> warning.get());
        database.on("connection.clearWarnings", call -> {
            warning.set(null);
            return null;
        });
    }

    @Test
    @DisplayName("14 a warning of the login or the connection setup does not reach the first user")
    void warningOfLogin() throws SQLException {
        FakeDatabase database = new FakeDatabase();
        warnsWith(database, new AtomicReference<>(new SQLWarning("of the login")));
        try (RockpoolDataSource pool = fake(database);
                Connection c = pool.getConnection()) {
            assertNull(c.getWarnings());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"H2", "POSTGRESQL"})
    @DisplayName("getClientInfo returns a copy")
    void clientInfoCopied(Server server) throws SQLException {
        try (RockpoolDataSource pool = server.pool("").build();
                Connection c = pool.getConnection()) {
            c.getClientInfo().setProperty("ApplicationName", "changed");
            org.junit.jupiter.api.Assertions.assertNotEquals("changed", c.getClientInfo("ApplicationName"));
        }
    }
}

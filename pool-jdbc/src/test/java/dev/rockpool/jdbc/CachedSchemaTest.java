package dev.rockpool.jdbc;

import static dev.rockpool.jdbc.Server.H2;
import static dev.rockpool.jdbc.Server.MARIADB;
import static dev.rockpool.jdbc.Server.MYSQL_DRIVER;
import static dev.rockpool.jdbc.Server.POSTGRESQL;
import static dev.rockpool.jdbc.Server.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rockpool.BlockingConnectionHooks;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Law 46: a prepared statement reads from the schema of its session, whatever schema was current when it was first
 * prepared.
 */
@Timeout(180) // the first test with MariaDB starts it
class CachedSchemaTest {
    private static final String WHERE = "select v from cached_t";

    /** What a user does with a connection that can switch to schema A. */
    interface Use {
        void of(Connection connection, Goes goes) throws SQLException;
    }

    /** A way to switch to schema A. */
    interface Goes {
        void to(Connection connection) throws SQLException;
    }

    record Named<T>(String name, T what) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Named<Goes> goes(String name, Goes way) {
        return new Named<>(name, way);
    }

    private static Named<Goes> text(String sql) {
        return goes(sql, c -> run(c, sql));
    }

    private static List<Named<Goes>> ways(Server server) {
        return switch (server) {
            case H2 ->
                List.of(
                        goes("setSchema", c -> c.setSchema("C_A")),
                        text("set schema c_a"),
                        text("use c_a"),
                        prepared("set schema c_a"));
            case POSTGRESQL ->
                List.of(
                        goes("setSchema", c -> c.setSchema("c_a")),
                        text("set search_path = c_a"),
                        text("set schema 'c_a'"),
                        text("select set_config('search_path', 'c_a', false)"),
                        text("set role c_a"),
                        prepared("set search_path = c_a"));
            default -> List.of(goes("setCatalog", c -> c.setCatalog("c_a")), text("use c_a"), prepared("use c_a"));
        };
    }

    private static Named<Goes> prepared(String sql) {
        return goes("prepared " + sql, c -> {
            try (PreparedStatement set = c.prepareStatement(sql)) {
                read(c); // between prepare and execute
                set.execute();
            }
        });
    }

    private static final List<Named<Use>> USES = List.of(
            new Named<>("first there", (c, goes) -> {
                goes.to(c);
                assertEquals("a", read(c));
            }),
            new Named<>("first here", (c, goes) -> {
                assertEquals("b", read(c));
                goes.to(c);
                assertEquals("a", read(c));
            }),
            new Named<>("open during the change", (c, goes) -> {
                PreparedStatement open = c.prepareStatement(WHERE);
                open.executeQuery();
                goes.to(c);
                open.close();
                assertEquals("a", read(c));
            }),
            new Named<>("left open", (c, goes) -> {
                PreparedStatement here = c.prepareStatement(WHERE);
                goes.to(c);
                c.prepareStatement(WHERE).executeQuery();
                here.isClosed();
            }),
            new Named<>("rolled back", (c, goes) -> {
                c.setAutoCommit(false);
                goes.to(c);
                assertEquals("a", read(c));
                c.rollback();
                readSame(c);
            }),
            new Named<>("rolled back to a savepoint", (c, goes) -> {
                c.setAutoCommit(false);
                Savepoint savepoint = c.setSavepoint();
                goes.to(c);
                assertEquals("a", read(c));
                c.rollback(savepoint);
                readSame(c);
            }),
            new Named<>("rolled back as a text", (c, goes) -> {
                c.setAutoCommit(false);
                goes.to(c);
                assertEquals("a", read(c));
                run(c, "rollback");
                readSame(c);
            }),
            new Named<>("rolled back by the pool", (c, goes) -> {
                c.setAutoCommit(false);
                goes.to(c);
                assertEquals("a", read(c));
            }));

    static Stream<Arguments> all() {
        List<Arguments> all = new ArrayList<>();
        for (Server server : Server.values())
            for (Named<Goes> way : ways(server)) for (Named<Use> use : USES) all.add(arguments(server, way, use, 10));
        for (Server server : Server.values()) // drivers cache statements too
        for (Named<Goes> way : ways(server)) all.add(arguments(server, way, USES.get(1), 0));
        return all.stream();
    }

    private static String read(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(WHERE);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getString(1);
        }
    }

    /** What a newly prepared statement reads. */
    private static void readSame(Connection connection) throws SQLException {
        String fresh;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(WHERE)) {
            row.next();
            fresh = row.getString(1);
        }
        assertEquals(fresh, read(connection));
    }

    private static String options(Server server) {
        return switch (server) {
            case H2 -> ";SCHEMA=C_B";
            case POSTGRESQL -> "&options=-c%20search_path='$user',c_b&prepareThreshold=1".replace("'", "%22");
            case MARIADB -> "?useServerPrepStmts=true";
            case MYSQL_DRIVER -> "?useServerPrepStmts=true";
        };
    }

    private static final Set<Server> PREPARED = EnumSet.noneOf(Server.class);

    private static void prepare(Server server) throws SQLException {
        if (!PREPARED.add(server)) return;
        try (Connection direct = server.direct()) {
            if (server == POSTGRESQL) {
                run(
                        direct,
                        "do $$ begin if not exists (select from pg_roles where rolname = 'c_a')"
                                + " then create role c_a superuser; end if; end $$");
            }
            if (server == H2 || server == POSTGRESQL) {
                run(direct, "create schema if not exists c_a", "create schema if not exists c_b");
                table(direct, "c_a.cached_t", "a");
                table(direct, "c_b.cached_t", "b");
            } else {
                run(direct, "create database if not exists c_a");
                table(direct, "c_a.cached_t", "a");
                table(direct, "cached_t", "b");
            }
        }
    }

    private static void table(Connection connection, String name, String value) throws SQLException {
        run(connection, "drop table if exists " + name, "create table " + name + "(v varchar(10))");
        run(connection, "insert into " + name + " values ('" + value + "')");
    }

    @ParameterizedTest(name = "{0}, {1}, {2}, cache of {3}")
    @MethodSource("all")
    @DisplayName("46 the next user reads from the pool's schema, however the last one changed it")
    void nextUser(Server server, Named<Goes> way, Named<Use> use, int size) throws SQLException {
        prepare(server);
        try (RockpoolDataSource pool =
                server.pool(options(server)).statementCacheSize(size).build()) {
            for (int i = 0; i < 2; i++) {
                try (Connection c = pool.getConnection()) {
                    use.what.of(c, way.what);
                }
                try (Connection c = pool.getConnection()) {
                    assertEquals("b", read(c));
                }
            }
            assertEquals(1, pool.snapshot().getOpened());
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"use c_a", "/* a comment */ USE c_a"})
    @DisplayName("46 a statement that MySQL's driver cached before a USE does not reach the next user")
    void keptByDriver(String text) throws SQLException {
        prepare(MYSQL_DRIVER);
        String caches = options(MYSQL_DRIVER) + "&cachePrepStmts=true";
        try (RockpoolDataSource pool = MYSQL_DRIVER.pool(caches).build()) {
            for (int i = 0; i < 2; i++) {
                try (Connection c = pool.getConnection()) {
                    run(c, text);
                    read(c); // the driver may still read from the earlier schema, which is its own behaviour
                }
                try (Connection c = pool.getConnection()) {
                    assertEquals("b", read(c));
                }
            }
        }
    }

    @Test
    @DisplayName("46 a schema set through the driver's connection or a hook is noticed, too")
    void behind() throws SQLException {
        prepare(H2);
        AtomicReference<String> tenant = new AtomicReference<>("C_A");
        BlockingConnectionHooks<Connection> hooks = new BlockingConnectionHooks<>() {
            @Override
            public void beforeLend(Connection connection) throws SQLException {
                connection.setSchema(tenant.get());
            }
        };
        try (RockpoolDataSource pool =
                H2.pool("").statementCacheSize(10).hooks(hooks).build()) {
            for (String schema : List.of("C_A", "C_B", "C_A")) {
                tenant.set(schema);
                try (Connection c = pool.getConnection()) {
                    assertEquals(schema.substring(2).toLowerCase(java.util.Locale.ROOT), read(c));
                }
            }
        }
        try (RockpoolDataSource pool =
                H2.pool(";SCHEMA=C_B").statementCacheSize(10).build()) {
            try (Connection c = pool.getConnection()) {
                Connection driver = c.unwrap(org.h2.jdbc.JdbcConnection.class);
                driver.setSchema("C_A");
                assertEquals("a", read(c));
                driver.setSchema("C_B");
            }
            try (Connection c = pool.getConnection()) {
                assertEquals("b", read(c));
            }
        }
    }

    interface Preparing {
        PreparedStatement on(Connection connection) throws SQLException;
    }

    @Test
    @DisplayName(
            "46 statements that differ only in type, concurrency, holdability, keys or columns are cached separately")
    void key() throws SQLException {
        List<Preparing> ways = new ArrayList<>();
        ways.add(c -> c.prepareStatement("q"));
        int[] types = {ResultSet.TYPE_FORWARD_ONLY, ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.TYPE_SCROLL_SENSITIVE};
        int[] concurrencies = {ResultSet.CONCUR_READ_ONLY, ResultSet.CONCUR_UPDATABLE};
        int[] holdabilities = {ResultSet.HOLD_CURSORS_OVER_COMMIT, ResultSet.CLOSE_CURSORS_AT_COMMIT};
        for (int type : types) {
            for (int concurrency : concurrencies) {
                ways.add(c -> c.prepareStatement("q", type, concurrency));
                for (int holdability : holdabilities)
                    ways.add(c -> c.prepareStatement("q", type, concurrency, holdability));
            }
        }
        ways.add(c -> c.prepareStatement("q", Statement.RETURN_GENERATED_KEYS));
        ways.add(c -> c.prepareStatement("q", Statement.NO_GENERATED_KEYS));
        ways.add(c -> c.prepareStatement("q", new int[] {1}));
        ways.add(c -> c.prepareStatement("q", new int[] {2}));
        ways.add(c -> c.prepareStatement("q", new int[] {1, 2}));
        ways.add(c -> c.prepareStatement("q", new String[] {"1"}));
        ways.add(c -> c.prepareStatement("q", new String[] {"1, 2"}));
        ways.add(c -> c.prepareStatement("q", new String[] {"1", "2"}));
        FakeDatabase database = new FakeDatabase();
        try (RockpoolDataSource pool = RockpoolDataSource.builder()
                .url(database.getUrl())
                .maxSize(1)
                .trustWindow(null)
                .statementCacheSize(100)
                .build()) {
            for (int times = 0; times < 2; times++) {
                for (Preparing way : ways) {
                    try (Connection c = pool.getConnection()) {
                        way.on(c).close();
                    }
                }
                long prepared = database.log().stream()
                        .filter(call -> call.startsWith("connection.prepareStatement"))
                        .count();
                assertEquals(ways.size(), prepared);
            }
        }
    }
}

package dev.rockpool.jdbc;

import static dev.rockpool.jdbc.Server.H2;
import static dev.rockpool.jdbc.Server.MARIADB;
import static dev.rockpool.jdbc.Server.MYSQL_DRIVER;
import static dev.rockpool.jdbc.Server.POSTGRESQL;
import static dev.rockpool.jdbc.Server.ask;
import static dev.rockpool.jdbc.Server.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Law 44: session state that a lease changed is restored for the next user. */
@Timeout(180) // the first test with MariaDB starts it
class SessionStateTest {
    /** An action of the user. */
    interface Use {
        void of(Connection connection) throws SQLException;
    }

    /** A way to change a session: its SQL or call, and its effect. */
    record Change(String name, Use use) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String PATH = "show search_path";
    private static final String PATH_OPTION = "&currentSchema=s_app,public,s_ext";

    private static Change text(String... texts) {
        return new Change(String.join("; ", texts), c -> run(c, texts));
    }

    private static Change in(String name, Use use) {
        return new Change(name, use);
    }

    static Stream<Arguments> paths() {
        Change[] changes = {
            in("setSchema", c -> c.setSchema("s_a")),
            in("setSchema(null)", c -> c.setSchema(null)),
            text("set search_path = s_a"),
            text("SET SCHEMA 's_a'"),
            text("/* a comment */ set local search_path to s_a"),
            text("select set_config('search_path', 's_a', false)"),
            text("select 1; set search_path to s_a, public"),
            text("do $$ begin set search_path to s_a; end $$"),
            text("reset search_path"),
            text("set session authorization default", "set search_path = s_a"),
            in("a prepared text", c -> {
                try (PreparedStatement set = c.prepareStatement("set search_path = s_a")) {
                    set.execute();
                }
            }),
            in("a call", c -> {
                try (CallableStatement set = c.prepareCall("select set_config('search_path', 's_a', false)")) {
                    set.execute();
                }
            }),
            in("a batch", c -> {
                try (Statement set = c.createStatement()) {
                    set.addBatch("set search_path = s_a");
                    set.executeBatch();
                }
            }),
            in(
                    "setSchema, rolled back",
                    c -> inTransaction(c, () -> {
                        c.setSchema("s_a");
                        c.rollback();
                    })),
            in(
                    "setSchema twice, the second rolled back to a savepoint",
                    c -> inTransaction(c, () -> {
                        c.setSchema("s_a");
                        Savepoint savepoint = c.setSavepoint();
                        c.setSchema("s_app");
                        c.rollback(savepoint);
                        c.commit();
                    })),
            in(
                    "setSchema twice, the second rolled back",
                    c -> inTransaction(c, () -> {
                        c.setSchema("s_a");
                        c.commit();
                        c.setSchema("s_app");
                        c.rollback();
                    })),
            in("setSchema twice, the second rolled back by the pool", c -> {
                c.setAutoCommit(false);
                c.setSchema("s_a");
                c.commit();
                c.setSchema("s_app");
            }),
            in(
                    "setSchema twice, the second rolled back as text",
                    c -> inTransaction(c, () -> {
                        c.setSchema("s_a");
                        c.commit();
                        c.setSchema("s_app");
                        run(c, "rollback");
                    })),
            in(
                    "a text, then setSchema, rolled back",
                    c -> inTransaction(c, () -> {
                        run(c, "set search_path = s_a");
                        c.commit();
                        c.setSchema("s_app");
                        c.rollback();
                    })),
        };
        return Arrays.stream(changes).flatMap(change -> Stream.of(true, false).map(mode -> arguments(change, mode)));
    }

    private static void inTransaction(Connection connection, Body body) throws SQLException {
        boolean mode = connection.getAutoCommit();
        connection.setAutoCommit(false);
        body.run();
        connection.setAutoCommit(mode);
    }

    interface Body {
        void run() throws SQLException;
    }

    @ParameterizedTest(name = "{0}, autoCommit {1}")
    @MethodSource("paths")
    @DisplayName("44 the next user gets the original search_path, however it was changed")
    void searchPath(Change change, boolean autoCommit) throws SQLException {
        try (Connection direct = POSTGRESQL.direct()) {
            run(direct, "create schema if not exists s_a", "create schema if not exists s_app");
        }
        try (RockpoolDataSource pool =
                POSTGRESQL.pool(PATH_OPTION).autoCommit(autoCommit).build()) {
            for (int i = 0; i < 2; i++) {
                try (Connection c = pool.getConnection()) {
                    assertEquals("s_app,public,s_ext", ask(c, PATH).replace(" ", ""));
                    assertEquals("s_app", c.getSchema());
                    if (!autoCommit) c.rollback();
                    change.use.of(c);
                }
            }
            try (Connection c = pool.getConnection()) {
                assertEquals("s_app,public,s_ext", ask(c, PATH).replace(" ", ""));
            }
            assertEquals(1, pool.snapshot().getOpened());
        }
    }

    private static final String ROLE = "select current_user || ',' || session_user";
    private static final String H2_TIMEOUT =
            "select setting_value from information_schema.settings where setting_name = 'QUERY_TIMEOUT'";

    private static final String PG_MODE = "select current_setting('default_transaction_read_only') || ','"
            + " || current_setting('default_transaction_isolation')";
    private static final String MY_MODE =
            "select concat(@@session.transaction_isolation, ',', @@session.transaction_read_only)";
    private static final String H2_LEVEL =
            "select isolation_level from information_schema.sessions where session_id = session_id()";

    private static final Change TIMEOUT = in("setQueryTimeout", c -> {
        try (Statement s = c.createStatement()) {
            s.setQueryTimeout(7);
        }
    });

    private static final Change INFO = in("setClientInfo", c -> c.setClientInfo("ApplicationName", "tenant-1"));

    private static final Change INFOS = in("setClientInfo of several", c -> {
        Properties info = new Properties();
        info.setProperty("ApplicationName", "tenant-1");
        info.setProperty("ClientUser", "somebody");
        c.setClientInfo(info);
    });

    static Stream<Arguments> changes() {
        String schema = "select current_schema()";
        String database = "select database()";
        return Stream.of(
                arguments(POSTGRESQL, "", ROLE, text("set role s_role")),
                arguments(POSTGRESQL, "", ROLE, text("set local role s_role")),
                arguments(POSTGRESQL, "", ROLE, text("set session authorization s_role")),
                arguments(POSTGRESQL, "", ROLE, text("SET SESSION ROLE s_role")),
                arguments(POSTGRESQL, "", ROLE, text("select set_config('role', 's_role', false)")),
                arguments(POSTGRESQL, "&options=-c%20role=s_role", ROLE, text("reset role", "set role postgres")),
                arguments(POSTGRESQL, "", "show application_name", INFO),
                arguments(POSTGRESQL, "", PG_MODE, text("set session characteristics as transaction read only")),
                arguments(POSTGRESQL, "", PG_MODE, text("set default_transaction_isolation = 'serializable'")),
                arguments(POSTGRESQL, "", PG_MODE, text("begin; set transaction read only; commit")),
                arguments(
                        H2,
                        "",
                        H2_LEVEL,
                        text("set session characteristics as transaction isolation level serializable")),
                arguments(H2, "", schema, text("set schema_search_path s_a")),
                arguments(MARIADB, "", MY_MODE, text("set session transaction isolation level serializable")),
                arguments(MARIADB, "", MY_MODE, text("set session transaction read only")),
                arguments(MARIADB, "", MY_MODE, text("set @@session.transaction_isolation = 'SERIALIZABLE'")),
                arguments(MYSQL_DRIVER, "", MY_MODE, text("set session transaction isolation level serializable")),
                arguments(MYSQL_DRIVER, "", MY_MODE, text("set session transaction read only")),
                arguments(H2, "", schema, text("set schema s_a")),
                arguments(H2, "", schema, text(" SET SCHEMA S_A")),
                arguments(H2, "", schema, text("use s_a")),
                arguments(H2, "", schema, in("setSchema", c -> c.setSchema("S_A"))),
                arguments(H2, "", H2_TIMEOUT, TIMEOUT),
                arguments(H2, ";QUERY_TIMEOUT=1500", H2_TIMEOUT, TIMEOUT),
                arguments(H2, ";QUERY_TIMEOUT=1500", H2_TIMEOUT, text("set query_timeout 7000")),
                arguments(MARIADB, "", database, text("use s_a")),
                arguments(MARIADB, "", database, in("setCatalog", c -> c.setCatalog("s_a"))),
                arguments(MARIADB, "", "select current_role()", text("set role s_role")),
                arguments(MARIADB, "", "select @ApplicationName", INFO),
                arguments(MARIADB, "", "select @ClientUser", INFOS),
                arguments(MARIADB, "/", database, in("setCatalog, without a database", c -> c.setCatalog("s_a"))),
                arguments(MARIADB, "/", database, text("use s_a")),
                arguments(MYSQL_DRIVER, "", database, text("use s_a")),
                arguments(MYSQL_DRIVER, "", database, in("setCatalog", c -> c.setCatalog("s_a"))),
                arguments(MYSQL_DRIVER, "", "select current_role()", text("set role s_role")),
                arguments(MYSQL_DRIVER, "/", database, in("setCatalog, without a database", c -> c.setCatalog("s_a"))),
                arguments(MYSQL_DRIVER, "", "select 1", INFOS));
    }

    private static void prepare(Server server) throws SQLException {
        try (Connection direct = server.direct()) {
            switch (server) {
                case POSTGRESQL:
                    run(
                            direct,
                            "do $$ begin if not exists (select from pg_roles where rolname = 's_role')"
                                    + " then create role s_role; end if; end $$");
                    break;
                case H2:
                    run(direct, "create schema if not exists s_a");
                    break;
                default:
                    run(direct, "create database if not exists s_a", "create role if not exists s_role");
                    run(direct, "grant s_role to sessions@localhost");
            }
        }
    }

    @ParameterizedTest(name = "{0}{1}: {3}")
    @MethodSource("changes")
    @DisplayName("44 a change by a method or by SQL text is undone for the next user")
    void setBack(Server server, String options, String probe, Change change) throws SQLException {
        prepare(server);
        try (RockpoolDataSource pool = server.pool(options).build()) {
            for (int i = 0; i < 2; i++) {
                String before;
                Properties info;
                try (Connection c = pool.getConnection()) {
                    before = ask(c, probe);
                    info = c.getClientInfo();
                    change.use.of(c);
                }
                try (Connection c = pool.getConnection()) {
                    assertEquals(before, ask(c, probe));
                    assertEquals(info, c.getClientInfo());
                }
            }
            boolean setsBack =
                    !options.equals("/") && !probe.startsWith("select @") && !change.name.contains("search_path");
            assertEquals(setsBack ? 1 : 3, pool.snapshot().getOpened(), "connections; the others were discarded");
        }
    }
}

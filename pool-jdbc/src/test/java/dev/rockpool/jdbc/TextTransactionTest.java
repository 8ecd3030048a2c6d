package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Law 45: a transaction opened by SQL text never reaches the next user of the same connection. */
class TextTransactionTest {
    /** How a user runs a text. */
    enum Way {
        EXECUTE {
            @Override
            void run(Connection connection, String text) throws SQLException {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(text);
                }
            }
        },
        UPDATE {
            @Override
            void run(Connection connection, String text) throws SQLException {
                try (Statement statement = connection.createStatement()) {
                    statement.executeUpdate(text);
                }
            }
        },
        PREPARED {
            @Override
            void run(Connection connection, String text) throws SQLException {
                try (PreparedStatement statement = connection.prepareStatement(text)) {
                    statement.execute();
                }
            }
        },
        BATCH {
            @Override
            void run(Connection connection, String text) throws SQLException {
                try (Statement statement = connection.createStatement()) {
                    statement.addBatch("insert into texts values ('batch')");
                    statement.addBatch(text);
                    statement.executeBatch();
                }
            }
        },
        BEHIND {
            @Override
            void run(Connection connection, String text) throws SQLException {
                try (Statement statement = connection.createStatement()) {
                    Connection driver = statement.unwrap(driverType(connection)).getConnection();
                    EXECUTE.run(driver, text);
                }
            }

            private Class<? extends Statement> driverType(Connection connection) throws SQLException {
                try (Statement statement =
                        connection.unwrap(driverOf(connection)).createStatement()) {
                    return statement.getClass();
                }
            }
        };

        abstract void run(Connection connection, String text) throws SQLException;
    }

    @SuppressWarnings("unchecked")
    private static Class<? extends Connection> driverOf(Connection connection) {
        for (String name : List.of(
                "org.postgresql.jdbc.PgConnection",
                "org.h2.jdbc.JdbcConnection",
                "org.mariadb.jdbc.Connection",
                "com.mysql.cj.jdbc.JdbcConnection")) {
            try {
                Class<?> type = Class.forName(name);
                if (connection.isWrapperFor(type)) return (Class<? extends Connection>) type;
            } catch (ClassNotFoundException | SQLException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("which driver is this? " + connection);
    }

    /** A database, and texts that open a transaction or disable autocommit there. */
    enum Database {
        POSTGRESQL(
                "begin",
                "  /* a comment */ START TRANSACTION",
                "select 1; begin; insert into texts values ('second')",
                "begin; select 1/0") {
            @Override
            JdbcBuilder<RockpoolDataSource> builder() {
                return RockpoolDataSource.builder()
                        .url(Postgres.INSTANCE.getUrl())
                        .username(Postgres.USER);
            }

            @Override
            Connection observer() {
                return Postgres.INSTANCE.direct();
            }
        },
        H2("SET AUTOCOMMIT FALSE", "BEGIN", "SET AUTOCOMMIT FALSE; insert into texts values ('second')") {
            @Override
            JdbcBuilder<RockpoolDataSource> builder() {
                return RockpoolDataSource.builder().url("jdbc:h2:mem:texts;DB_CLOSE_DELAY=-1");
            }

            @Override
            Connection observer() throws SQLException {
                return DriverManager.getConnection("jdbc:h2:mem:texts;DB_CLOSE_DELAY=-1");
            }
        },
        MARIADB(
                "begin",
                "START TRANSACTION",
                "set autocommit=0",
                "set session autocommit = off",
                "call opens()",
                "call fails()") {
            @Override
            JdbcBuilder<RockpoolDataSource> builder() {
                return RockpoolDataSource.builder()
                        .url(MariaTexts.url("mariadb"))
                        .username(MariaTexts.USER)
                        .password(MariaTexts.PASSWORD);
            }

            @Override
            Connection observer() throws SQLException {
                return MariaTexts.observer();
            }

            @Override
            void procedures(Connection connection) throws SQLException {
                MariaTexts.procedures(connection);
            }
        },
        MYSQL_DRIVER("begin", "START TRANSACTION", "set autocommit=0", "call opens()", "call fails()") {
            @Override
            JdbcBuilder<RockpoolDataSource> builder() {
                return RockpoolDataSource.builder()
                        .url(MariaTexts.url("mysql") + "?allowMultiQueries=true")
                        .username(MariaTexts.USER)
                        .password(MariaTexts.PASSWORD);
            }

            @Override
            Connection observer() throws SQLException {
                return MariaTexts.observer();
            }

            @Override
            void procedures(Connection connection) throws SQLException {
                MariaTexts.procedures(connection);
            }
        };

        final List<String> texts;

        Database(String... texts) {
            this.texts = List.of(texts);
        }

        abstract JdbcBuilder<RockpoolDataSource> builder();

        abstract Connection observer() throws SQLException;

        void procedures(Connection connection) throws SQLException {}
    }

    /** The tests' MariaDB, for two drivers. */
    private static final class MariaTexts {
        static final String USER = "texts";
        static final String PASSWORD = "secret-of-texts";
        private static boolean made;

        static synchronized String url(String scheme) {
            assumeTrue(MariaDb.INSTANCE.getMissing() == null, "no MariaDB");
            if (!made) MariaDb.INSTANCE.create("texts", USER, PASSWORD);
            made = true;
            return MariaDb.INSTANCE.url("texts").replace("mariadb", scheme);
        }

        static Connection observer() throws SQLException {
            return DriverManager.getConnection(url("mariadb"), USER, PASSWORD);
        }

        static void procedures(Connection connection) throws SQLException {
            run(
                    connection,
                    "create or replace procedure opens() begin start transaction; insert into texts values ('procedure'); end");
            run(
                    connection,
                    "create or replace procedure fails() begin insert into texts values ('failed'); "
                            + "start transaction; insert into texts values ('failed'); signal sqlstate '45000'; end");
        }
    }

    private RockpoolDataSource pool;
    private Connection observer;

    private void open(Database database, boolean autoCommit) throws SQLException {
        observer = database.observer();
        run(observer, "drop table if exists texts");
        run(observer, "create table texts(who varchar(100))");
        database.procedures(observer);
        pool = database.builder()
                .name("texts")
                .maxSize(1)
                .trustWindow(null)
                .autoCommit(autoCommit)
                .build();
    }

    @AfterEach
    void close() throws SQLException {
        if (pool != null) pool.close();
        if (observer != null) observer.close();
    }

    static Stream<Arguments> everyWay() {
        List<Arguments> all = new ArrayList<>();
        for (Database database : Database.values())
            for (String text : database.texts) for (Way way : Way.values()) all.add(Arguments.of(database, way, text));
        return all.stream();
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @MethodSource("everyWay")
    @DisplayName("45 A transaction begun by SQL text does not reach the next user")
    void opensTransaction(Database database, Way way, String text) throws SQLException {
        open(database, true);
        try (Connection connection = pool.getConnection()) {
            try {
                way.run(connection, text);
                run(connection, "insert into texts values ('script')");
            } catch (SQLException e) {
                assertTrue(text.contains("fails") || text.contains("select"), () -> text + ": " + e);
            }
        }
        assertEquals(0, count("who in ('script', 'second', 'procedure')"));
        for (int i = 1; i <= 3; i++) {
            try (Connection connection = pool.getConnection()) {
                assertTrue(connection.getAutoCommit());
                run(connection, "insert into texts values ('innocent')");
                assertEquals(i, count("who = 'innocent'"), "acknowledged, but not committed");
            }
        }
        assertEquals(1, pool.snapshot().getOpened(), "the connection can be used again");
    }

    static Stream<Arguments> switchesOn() {
        return Stream.of(
                Arguments.of(Database.H2, "SET AUTOCOMMIT TRUE"),
                Arguments.of(Database.H2, "BEGIN"),
                Arguments.of(Database.MARIADB, "set autocommit=1"),
                Arguments.of(Database.MYSQL_DRIVER, "set autocommit=1"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("switchesOn")
    @DisplayName("45 If the pool turns autocommit off, SQL text that turns it on does not affect the next user")
    void switchesOn(Database database, String text) throws SQLException {
        open(database, false);
        try (Connection connection = pool.getConnection()) {
            run(connection, text);
            run(connection, "insert into texts values ('script')");
        }
        for (int i = 0; i < 3; i++) {
            try (Connection connection = pool.getConnection()) {
                run(connection, "insert into texts values ('undone')");
                connection.rollback();
            }
        }
        assertEquals(0, count("who = 'undone'"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mariaDb")
    @DisplayName("12 Writes of a procedure that failed are not committed when autocommit is restored")
    void failingProcedure(Database database) throws SQLException {
        open(database, true);
        run(
                observer,
                "create or replace procedure half() begin insert into texts values ('half'); signal sqlstate '45000'; end");
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try (CallableStatement half = connection.prepareCall("{call half()}")) {
                assertThrows(SQLException.class, half::execute);
            }
        }
        assertEquals(0, count("who = 'half'"));
    }

    static Stream<Database> mariaDb() {
        return Stream.of(Database.MARIADB, Database.MYSQL_DRIVER);
    }

    @Test
    @DisplayName("45 The pool's setAutoCommit(true) does not commit a transaction begun by SQL text")
    void notCommittedByTheWay() throws SQLException {
        open(Database.POSTGRESQL, true);
        try (Connection connection = pool.getConnection()) {
            run(connection, "begin");
            run(connection, "insert into texts values ('script')");
            connection.setAutoCommit(false);
        }
        assertEquals(0, count("who = 'script'"));
    }

    private static void run(Connection connection, String sql) throws SQLException {
        Way.EXECUTE.run(connection, sql);
    }

    private int count(String condition) throws SQLException {
        try (Statement statement = observer.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from texts where " + condition)) {
            row.next();
            return row.getInt(1);
        }
    }
}

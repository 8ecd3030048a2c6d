package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.sqlite.SQLiteDataSource;

/** Other state that statements leave behind, and what the pool does if a driver does not track it. */
class LeftoversTest {
    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private static JdbcBuilder<RockpoolDataSource> postgres() {
        return RockpoolDataSource.builder()
                .name("leftovers")
                .url(Postgres.INSTANCE.getUrl())
                .username(Postgres.USER)
                .maxSize(1)
                .trustWindow(null);
    }

    private static final String CHANNELS = "select coalesce(string_agg(c, ','), '') from pg_listening_channels() c";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listen leftovers",
                "select 1; /* and */ LISTEN leftovers",
                "do $$ begin execute 'listen leftovers'; end $$"
            })
    @DisplayName("A LISTEN ends with its lease, even if it is noticed only by its notifications")
    void listen(String text) throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            try (RockpoolDataSource pool = postgres().autoCommit(autoCommit).build();
                    Connection other = Postgres.INSTANCE.direct()) {
                try (Connection connection = pool.getConnection()) {
                    run(connection, text);
                    if (!autoCommit) connection.commit();
                    run(other, "notify leftovers, 'for the first user'");
                    run(connection, "select 1");
                }
                try (Connection connection = pool.getConnection()) {
                    assertEquals("", ask(connection, CHANNELS));
                    run(other, "notify leftovers, 'for nobody'");
                    run(connection, "select 1");
                    assertEquals(0, connection.unwrap(PGConnection.class).getNotifications().length);
                }
                assertEquals(1, pool.snapshot().getOpened());
            }
        }
    }

    @Test
    @DisplayName("A LISTEN of initSql stays, whatever channels users listen to")
    void listenOfInitSql() throws SQLException {
        try (RockpoolDataSource pool = postgres().initSql("listen mine").build();
                Connection other = Postgres.INSTANCE.direct()) {
            try (Connection connection = pool.getConnection()) {
                run(other, "notify mine");
                run(connection, "select 1");
            }
            try (Connection connection = pool.getConnection()) {
                assertEquals("mine", ask(connection, CHANNELS));
                run(connection, "listen theirs");
            }
            try (Connection connection = pool.getConnection()) {
                assertEquals("mine", ask(connection, CHANNELS));
            }
        }
    }

    private static List<String> statementsOf(FakeDatabase database) {
        return database.log().stream().filter(call -> call.contains("execute")).toList();
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BEGIN",
                " -- comment\n start transaction",
                "select 1; begin work",
                "SET AUTOCOMMIT FALSE",
                "set session autocommit = 0",
                "/**/savepoint s"
            })
    @DisplayName("45 If the driver does not track transactions, text that may begin one causes a rollback")
    void textTells(String text) throws SQLException {
        for (int way = 0; way < 3; way++) {
            FakeDatabase database = new FakeDatabase();
            try (RockpoolDataSource pool = fake(database)) {
                try (Connection connection = pool.getConnection();
                        Statement statement = connection.createStatement()) {
                    if (way == 0) statement.execute(text);
                    if (way == 1) statement.addBatch(text);
                    if (way == 1) statement.executeBatch();
                    if (way == 2) connection.prepareStatement(text).execute();
                }
                assertTrue(statementsOf(database).contains("statement.execute(rollback)"), () -> "" + database.log());
                database.forget();
                try (Connection connection = pool.getConnection()) {
                    run(connection, "select 1");
                }
                assertEquals(List.of("statement.execute(select 1)"), statementsOf(database));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"select 'begin'", "set search_path = x", "insert into t values (1);", "startled", "(select 1)"})
    @DisplayName("16 Other texts cause no round trip")
    void otherTexts(String text) throws SQLException {
        FakeDatabase database = new FakeDatabase();
        try (RockpoolDataSource pool = fake(database)) {
            pool.getConnection().close();
            database.forget();
            try (Connection connection = pool.getConnection()) {
                run(connection, text);
            }
            int further = text.equals("startled") ? 1 : 0; // starts with the same letters
            assertEquals(1 + further, statementsOf(database).size(), () -> "" + database.log());
        }
    }

    @Test
    @DisplayName("45 If the rollback is refused, the connection is not lent again")
    void refused() throws SQLException {
        FakeDatabase database = new FakeDatabase();
        database.on("statement.execute", call -> {
            if (call.getArguments().get(0).equals("rollback")) throwing();
            return FakeDatabase.Companion.getRECORD_ONLY();
        });
        try (RockpoolDataSource pool = fake(database)) {
            try (Connection connection = pool.getConnection()) {
                run(connection, "begin");
            }
            pool.getConnection().close();
            assertEquals(2, database.getConnections().size());
        }
    }

    private static void throwing() {
        FakeErrors.raise(new SQLException("there is no transaction"));
    }

    /** Throws a checked exception that Kotlin functions do not declare. */
    private static final class FakeErrors {
        @SuppressWarnings("unchecked")
        static <E extends Throwable> void raise(Throwable error) throws E {
            throw (E) error;
        }
    }

    @Test
    @DisplayName("45 SQLite through a data source: a transaction begun by SQL text ends with its lease")
    void sqliteDataSource() throws SQLException {
        try (SqliteFile file = new SqliteFile()) {
            SQLiteDataSource source = new SQLiteDataSource();
            source.setUrl(file.getUrl());
            try (RockpoolDataSource pool = RockpoolDataSource.builder()
                            .dataSource(source)
                            .maxSize(1)
                            .properties(Map.of())
                            .build();
                    Connection other = DriverManager.getConnection(file.getUrl())) {
                run(other, "create table t(i int)");
                try (Connection connection = pool.getConnection()) {
                    run(connection, "begin");
                    run(connection, "insert into t values (1)");
                }
                try (Connection connection = pool.getConnection()) {
                    run(connection, "insert into t values (2)");
                }
                assertEquals("2", ask(other, "select group_concat(i) from t"));
            }
        }
    }
}

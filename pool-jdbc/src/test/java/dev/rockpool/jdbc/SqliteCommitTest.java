package dev.rockpool.jdbc;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConnection;

/** SQLite loses no acknowledged insert, whatever statements came before it on the connection. */
class SqliteCommitTest {
    private static final String INSERT_AND_RETURN = "insert into t(v) values ('returned') returning i";

    private final SqliteFile file = new SqliteFile();
    private Connection observer;
    private RockpoolDataSource pool;

    @BeforeEach
    void open() throws SQLException {
        observer = file.direct();
        run(observer, "create table t(i integer primary key, v text unique)");
        pool = builder().build();
    }

    @AfterEach
    void close() throws SQLException {
        pool.close();
        observer.close();
        file.close();
    }

    private JdbcBuilder<RockpoolDataSource> builder() {
        return RockpoolDataSource.builder()
                .name("sqlite")
                .url(file.getUrl())
                .properties(Map.of("synchronous", "OFF"))
                .maxSize(1)
                .acquireTimeout(Duration.ofSeconds(2));
    }

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

    /** What another connection, outside the pool, sees. */
    private String seen() throws SQLException {
        return ask(observer, "select coalesce(group_concat(v, ' '), '') from (select v from t order by i)");
    }

    private void insert(Connection connection, String value) throws SQLException {
        run(connection, "insert into t(v) values ('" + value + "')");
    }

    private void nextUsersInsertsAreSeen() throws SQLException {
        for (int i = 1; i <= 3; i++) {
            try (Connection next = pool.getConnection()) {
                insert(next, "next" + i);
                assertTrue(seen().endsWith("next" + i), "acknowledged, but not committed: " + seen());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {INSERT_AND_RETURN, INSERT_AND_RETURN + "; select 1", "pragma journal_mode = wal; select 1"})
    @DisplayName("55 Open rows of a write that are closed with the lease leave no transaction open")
    void openRows(String sql) throws SQLException {
        try (Connection first = pool.getConnection()) {
            first.createStatement().execute(sql);
        }
        assertEquals(sql.startsWith("insert") ? "returned" : "", seen());
        nextUsersInsertsAreSeen();
    }

    @Test
    @DisplayName("Statements that run while rows of a write are open are committed when the rows are closed")
    void besideOpenRows() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement write = connection.createStatement()) {
            ResultSet rows = write.executeQuery(INSERT_AND_RETURN);
            assertTrue(rows.next());
            insert(connection, "beside"); // the driver alone refuses this, and is left in a transaction
            assertEquals("0", ask(connection, "select count(*) from t where v = 'nothing'"));
            rows.close();
            assertEquals("returned beside", seen());
            insert(connection, "after");
            assertEquals("returned beside after", seen());
        }
        nextUsersInsertsAreSeen();
    }

    @Test
    @DisplayName("setAutoCommit(false) commits the transaction of open rows of a write, and closes the rows")
    void transactionAfterOpenRows() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement write = connection.createStatement()) {
            write.execute(INSERT_AND_RETURN);
            connection.setAutoCommit(false);
            assertEquals("returned", seen());
            insert(connection, "undone");
            connection.rollback();
        }
        assertEquals("returned", seen());
        nextUsersInsertsAreSeen();
    }

    @Test
    @DisplayName("Unread rows are closed with their prepared statement, even if the pool caches it")
    void unseenRowsOfKeptStatement() throws SQLException {
        pool.close();
        pool = builder().statementCacheSize(4).build();
        try (Connection connection = pool.getConnection()) {
            for (int i = 1; i <= 2; i++) {
                try (PreparedStatement kept = connection.prepareStatement("insert into t(v) values (?) returning i")) {
                    kept.setString(1, "kept" + i);
                    assertTrue(kept.execute());
                }
                assertTrue(seen().endsWith("kept" + i), "acknowledged, but not committed: " + seen());
            }
        }
        nextUsersInsertsAreSeen();
    }

    @ParameterizedTest
    @ValueSource(strings = {"begin", "savepoint s", "rollback"})
    @DisplayName("SQL text that begins or ends a transaction does not affect an earlier write")
    void textAfterOpenRows(String text) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement write = connection.createStatement()) {
            write.execute(INSERT_AND_RETURN);
            try {
                run(connection, text);
            } catch (SQLException noTransaction) {
                assertEquals("rollback", text);
            }
            assertEquals("returned", seen());
        }
        nextUsersInsertsAreSeen();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pragma journal_mode", "explain insert into t(v) values ('x')"})
    @DisplayName("The same with open rows of a statement that only reads but counts as a write")
    void besideOpenPragma(String open) throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            ResultSet rows = statement.executeQuery(open);
            assertTrue(rows.next());
            insert(connection, "beside");
            rows.close();
            assertEquals("beside", seen());
        }
        nextUsersInsertsAreSeen();
    }

    @Test
    @DisplayName("COMMIT as a text in a transaction ends it, and the next one begins")
    void commitAsText() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            insert(connection, "first");
            run(connection, "commit");
            assertEquals("first", seen());
            insert(connection, "undone");
            connection.rollback();
            insert(connection, "second");
            connection.commit();
        }
        assertEquals("first second", seen());
        nextUsersInsertsAreSeen();
    }

    @Test
    @DisplayName("After SQLite has rolled back a transaction by itself, no later part of it is committed")
    void rolledBackByConflict() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            insert(connection, "once");
            connection.setAutoCommit(false);
            insert(connection, "lost");
            assertThrows(SQLException.class, () -> run(connection, "insert or rollback into t(v) values ('once')"));
            assertThrows(SQLException.class, () -> insert(connection, "half"));
            assertThrows(SQLException.class, connection::commit);
            connection.rollback();
            insert(connection, "whole");
            connection.commit();
        }
        assertEquals("once whole", seen());
        nextUsersInsertsAreSeen();
    }

    @Test
    @DisplayName("45 A transaction begun on the driver's connection does not reach the next user")
    void begunBehind() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            run(connection.unwrap(SQLiteConnection.class), "begin");
            insert(connection, "undone");
        }
        assertEquals("", seen());
        nextUsersInsertsAreSeen();
    }

    @Test
    @DisplayName("45 Autocommit turned off on the driver's connection does not reach the next user")
    void autoCommitOffBehind() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.unwrap(SQLiteConnection.class).setAutoCommit(false);
            insert(connection, "undone");
        }
        assertEquals("", seen());
        nextUsersInsertsAreSeen();
    }

    private static final String PRAGMAS =
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=10000; PRAGMA foreign_keys=ON";

    private static void assertPragmas(Connection connection) throws SQLException {
        assertEquals("wal", ask(connection, "pragma journal_mode"));
        assertEquals("1", ask(connection, "pragma synchronous"));
        assertEquals("10000", ask(connection, "pragma busy_timeout"));
        assertEquals("1", ask(connection, "pragma foreign_keys"));
    }

    @Test
    @DisplayName("Every statement of an initSql text runs, and leaves no transaction open")
    void initSql() throws SQLException {
        pool.close();
        pool = builder().properties(Map.of()).initSql(PRAGMAS).build();
        try (Connection connection = pool.getConnection()) {
            assertPragmas(connection);
        }
        nextUsersInsertsAreSeen();
    }

    @Test
    @DisplayName("The same for HikariCP's connectionInitSql")
    void connectionInitSql() throws SQLException {
        Properties hikari = new Properties();
        hikari.setProperty("jdbcUrl", file.getUrl());
        hikari.setProperty("connectionInitSql", PRAGMAS);
        hikari.setProperty("maximumPoolSize", "1");
        pool.close();
        pool = RockpoolDataSource.fromHikari(hikari).build();
        try (Connection connection = pool.getConnection()) {
            assertPragmas(connection);
        }
        nextUsersInsertsAreSeen();
    }

    @Test
    @DisplayName("The same for resetSql, which undoes a user's changes")
    void resetSql() throws SQLException {
        pool.close();
        pool = builder().properties(Map.of()).resetSql(PRAGMAS).build();
        try (Connection connection = pool.getConnection()) {
            run(connection, "pragma foreign_keys = off");
            run(connection, "pragma synchronous = extra");
        }
        try (Connection connection = pool.getConnection()) {
            assertPragmas(connection);
        }
        nextUsersInsertsAreSeen();
    }

    @ParameterizedTest
    @ValueSource(strings = {"begin", "pragma foreign_keys = on; begin; insert into t(v) values ('init')"})
    @DisplayName("A transaction that initSql leaves open is committed and reaches no user")
    void initSqlLeavesTransaction(String text) throws SQLException {
        pool.close();
        pool = builder().initSql(text).build();
        nextUsersInsertsAreSeen();
    }

    @Test
    @DisplayName("A transaction that resetSql leaves open reaches no user")
    void resetSqlLeavesTransaction() throws SQLException {
        pool.close();
        pool = builder().resetSql("begin").build();
        nextUsersInsertsAreSeen();
    }

    @Test
    @DisplayName("execute runs the first statement of a text, as the driver does, and executeUpdate all of them")
    void severalStatements() throws SQLException {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("insert into t(v) values ('a'); insert into t(v) values ('b')");
            assertEquals("a", seen());
            statement.executeUpdate("insert into t(v) values ('c'); insert into t(v) values ('d')");
            assertEquals("a c d", seen());
            statement.execute("insert into t(v) values ('e'); begin"); // no transaction: that part does not run
            insert(connection, "f");
            assertEquals("a c d e f", seen());
            assertFalse(statement.execute("begin; commit"));
            insert(connection, "undone");
        }
        assertEquals("a c d e f", seen());
        assertDoesNotThrow(this::nextUsersInsertsAreSeen);
    }
}

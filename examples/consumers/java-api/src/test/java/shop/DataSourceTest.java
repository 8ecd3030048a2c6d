package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Priority;
import dev.rockpool.jdbc.Credentials;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.JdbcPool;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.SlowStatement;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A pool as a data source: connections, work with them, and what belongs to the pool. */
class DataSourceTest {
    private static final String URL = "jdbc:h2:mem:";

    private static RockpoolDataSource open() {
        return RockpoolDataSource.builder().name("orders").url(URL).maxSize(2).build();
    }

    @Test
    void aConnectionIsBorrowedAndReturned() throws SQLException {
        try (var dataSource = open()) {
            try (Connection connection = dataSource.getConnection()) {
                assertEquals(1, dataSource.snapshot().getLeased());
                assertTrue(connection.isValid(1));
            }
            try (Connection connection = dataSource.getConnection(Duration.ofSeconds(1))) {
                assertFalse(connection.isClosed());
            }
            try (Connection connection = dataSource.getConnection(Duration.ofSeconds(1), Priority.HIGH)) {
                assertTrue(dataSource.evict(connection), "it is closed when it is returned");
            }
            assertThrows(SQLException.class, () -> dataSource.getConnection("somebody", "else"));
            assertEquals(0, dataSource.snapshot().getLeased());
        }
    }

    @Test
    void workIsDoneWithAConnection() throws SQLException {
        try (var dataSource = open()) {
            assertEquals(42, (int) dataSource.withConnection(DataSourceTest::answer));
            assertEquals(
                    42, (int) dataSource.withConnection(Duration.ofSeconds(1), Priority.LOW, DataSourceTest::answer));
            var seen = new AtomicInteger();
            dataSource.useConnection(connection -> seen.addAndGet(answer(connection)));
            dataSource.useConnection(
                    Duration.ofSeconds(1), Priority.NORMAL, connection -> seen.addAndGet(answer(connection)));
            assertEquals(84, seen.get());
        }
    }

    @Test
    void aDataSourceKnowsItsPool() throws SQLException {
        try (var dataSource = RockpoolDataSource.create(
                JdbcConfig.builder().name("orders").url(URL).build())) {
            assertEquals(URL, dataSource.config().getUrl());
            assertEquals("orders", dataSource.control().getConfig().getName());
            assertTrue(dataSource.toString().contains("orders"), dataSource::toString);
            assertTrue(dataSource.isWrapperFor(RockpoolDataSource.class));
            assertSame(dataSource, dataSource.unwrap(DataSource.class));
            dataSource.close(Duration.ZERO);
        }
    }

    @Test
    void javaxSqlAsksForTheRest() throws SQLException {
        try (var dataSource = open()) {
            var log = new PrintWriter(new StringWriter());
            dataSource.setLogWriter(log);
            assertSame(log, dataSource.getLogWriter());
            dataSource.setLoginTimeout(3);
            assertEquals(3, dataSource.getLoginTimeout());
            assertThrows(SQLFeatureNotSupportedException.class, dataSource::getParentLogger);
        }
    }

    @Test
    void credentialsChangeWhileThePoolRuns() throws SQLException {
        var used = new CopyOnWriteArrayList<String>();
        try (var dataSource = RockpoolDataSource.builder()
                .url("jdbc:h2:mem:credentials")
                .username("shop")
                .password("old")
                .minIdle(0)
                .customizer(connection -> used.add(connection.getMetaData().getUserName()))
                .build()) {
            dataSource.useConnection(
                    connection -> connection.createStatement().execute("create user admin password 'new' admin"));
            dataSource.changeCredentials("admin", "new");
            dataSource.control().evictAll("the password has changed");
            dataSource.useConnection(connection -> {});
            assertEquals("ADMIN", used.get(used.size() - 1));
            dataSource.changeCredentials(() -> new Credentials("admin", "new"));
            dataSource.useConnection(connection -> {});
        }
    }

    @Test
    void slowStatementsAreReported() throws SQLException {
        var slow = new CopyOnWriteArrayList<SlowStatement>();
        try (var dataSource = RockpoolDataSource.builder()
                .name("orders")
                .url(URL)
                .slowStatementThreshold(Duration.ofNanos(1))
                .slowStatementListener(slow::add)
                .build()) {
            dataSource.withConnection(DataSourceTest::answer);
        }
        SlowStatement statement = slow.get(0);
        assertEquals("orders", statement.pool());
        assertEquals("select 40 + 2", statement.sql());
        assertTrue(statement.took().compareTo(Duration.ZERO) > 0);
        assertTrue(new SlowStatement("orders", "select 1", Duration.ofSeconds(2)).toString().contains("select 1"));
    }

    /** A service in Java may hand its pool to code in Kotlin. */
    @Test
    void theSamePoolIsThereForCoroutines() throws SQLException {
        try (var dataSource = open()) {
            JdbcPool pool = dataSource.asJdbcPool();
            assertSame(dataSource, pool.getDataSource());
            assertSame(dataSource.control(), pool.getControl());
            assertEquals(dataSource.config().toJson(), pool.getConfig().toJson());
            assertEquals(2, pool.snapshot().getMaxSize());
            assertEquals("orders", pool.getStats().getValue().getName());
            assertNotNull(pool.getDispatcher());
            assertTrue(pool.toString().contains("orders"), pool::toString);
            try (Connection connection = dataSource.getConnection()) {
                assertTrue(pool.evict(connection));
            }
            pool.changeCredentials("", "");
            pool.changeCredentials(() -> new Credentials(null, null));
        }
        var pool = new JdbcPool(JdbcConfig.builder().url(URL).build());
        pool.getDataSource().close();
    }

    private static int answer(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select 40 + 2")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}

package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.AcquireTimeoutException;
import dev.rockpool.CallerPool;
import dev.rockpool.CallerQuota;
import dev.rockpool.PoolConfig;
import dev.rockpool.Pools;
import dev.rockpool.Priority;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.jdbc.DataSourceView;
import dev.rockpool.jdbc.JdbcView;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.TransactionOptions;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Classes of callers with quotas. */
class CallersTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void callersOfAnyPoolHaveQuotas() throws InterruptedException {
        try (var pool = BlockingPool.create(
                new Lines(), PoolConfig.builder().name("lines").maxSize(4).build())) {
            BlockingPool<Line> jobs = pool.callers("jobs", 1);
            assertEquals("ONE", jobs.withConnection(line -> line.ask("one")));
            CallerPool<Line> web = (CallerPool<Line>) pool.callers("web", 2, 1).pool();
            assertEquals("web", web.getCallers());
            web.limit(3, 2);
            CallerQuota quota = web.quota();
            assertEquals("web", quota.getCallers());
            assertEquals(3, quota.getMax());
            assertEquals(2, quota.getReserved());
            assertEquals(0, quota.getLeased());
            assertEquals(0, quota.getWaiting());
            assertEquals(0, quota.getReservedForOthers());
            assertFalse(quota.isLimit());
            assertTrue(quota.toString().contains("web"));
            CallerPool<Line> same = Pools.callers(pool.pool(), "jobs", 1);
            try (var lease = jobs.acquire()) {
                assertNotNull(lease);
                assertEquals(1, same.quota().getLeased());
                var error = assertThrows(AcquireTimeoutException.class, () -> jobs.acquire(Duration.ZERO));
                assertTrue(error.getQuota().isLimit());
            }
            assertEquals(3, Pools.callers(pool.pool(), "web", 3, 2).quota().getMax());
        }
    }

    @Test
    void callersOfDataSourcesHaveQuotas() throws SQLException {
        try (var orders = RockpoolDataSource.builder()
                .name("orders")
                .url("jdbc:h2:mem:java-callers")
                .maxSize(10)
                .build()) {
            // region callers java
            DataSourceView jobs = orders.callers("jobs", 4);
            DataSourceView web = orders.callers("web", 8, 2);
            try (Connection connection = jobs.getConnection()) {
                assertTrue(connection.isValid(1));
            }
            // endregion
            jobs.getConnection(SECOND).close();
            jobs.getConnection(SECOND, Priority.LOW).close();
            assertThrows(SQLFeatureNotSupportedException.class, () -> jobs.getConnection("user", "password"));
            assertEquals(true, jobs.withConnection(c -> c.isValid(1)));
            assertEquals(true, jobs.withConnection(SECOND, Priority.NORMAL, c -> c.isValid(1)));
            jobs.useConnection(c -> assertTrue(c.isValid(1)));
            assertEquals(true, jobs.transaction((transaction, c) -> c.isValid(1)));
            assertEquals(true, jobs.transaction(TransactionOptions.defaults(), (transaction, c) -> c.isValid(1)));
            jobs.useTransaction((transaction, c) -> assertTrue(c.isValid(1)));
            jobs.useTransaction(TransactionOptions.defaults(), (transaction, c) -> assertTrue(c.isValid(1)));
            web.limit(9, 3);
            assertEquals(9, web.quota().getMax());
            assertEquals("web", web.name());
            assertSame(orders, web.pool());
            jobs.setLoginTimeout(2);
            assertEquals(2, jobs.getLoginTimeout());
            assertNull(jobs.getLogWriter());
            jobs.setLogWriter(new PrintWriter(System.out));
            assertThrows(SQLFeatureNotSupportedException.class, jobs::getParentLogger);
            assertFalse(jobs.isWrapperFor(Set.class));
            assertTrue(jobs.isWrapperFor(JdbcView.class));
            assertTrue(jobs.toString().contains("jobs"));
            JdbcView pool = jobs.unwrap(JdbcView.class);
            assertSame(pool, jobs.asJdbcView());
            assertSame(orders.asJdbcPool(), pool.getPool());
            assertSame(jobs, pool.getDataSource());
            assertEquals("jobs", pool.getName());
            pool.limit(5, 0);
            assertEquals(5, pool.quota().getMax());
            assertTrue(pool.toString().contains("jobs"));
            assertEquals(5, orders.asJdbcPool().callers("jobs", 5).quota().getMax());
            assertEquals(3, orders.asJdbcPool().callers("web", 9, 3).quota().getReserved());
            jobs.close(SECOND);
        }
    }
}

package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Backoff;
import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.Budget;
import dev.rockpool.ConnectResult;
import dev.rockpool.ConnectRetry;
import dev.rockpool.KeyedPool;
import dev.rockpool.Lease;
import dev.rockpool.Pool;
import dev.rockpool.PoolConfig;
import dev.rockpool.PoolManager;
import dev.rockpool.Pools;
import dev.rockpool.Priority;
import dev.rockpool.blocking.BlockingKeyedPool;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.jdbc.JdbcConfig;
import dev.rockpool.jdbc.JdbcPools;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.testing.ScriptedFactory;
import dev.rockpool.testing.ScriptedHooks;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Pools by name, and pools by key. */
class ManyPoolsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final PoolConfig CONFIG =
            PoolConfig.builder().name("lines").maxSize(2).build();

    @Test
    void aManagerHasPoolsByName() throws InterruptedException {
        try (PoolManager pools = Pools.manager(Duration.ofMinutes(10), new Budget(5))) {
            Pool<Line> lines = pools.pool(new Lines(), CONFIG);
            assertSame(lines, pools.pool(new Lines(), CONFIG));
            assertEquals("ONE", BlockingPool.of(lines).withConnection(line -> line.ask("one")));
            assertEquals(Set.of("lines"), pools.getNames());
            assertSame(lines, pools.get("lines"));
            assertEquals(1, pools.stats().get("lines").getAcquired());
            assertTrue(pools.health().get("lines").isHealthy());
            assertEquals(2, pools.control("lines").getConfig().getMaxSize());
            assertTrue(pools.remove("lines"));
            assertFalse(pools.remove("lines", SECOND));
        }
    }

    @Test
    void aManagerCreatesPoolsWithHooksAndFactoriesOfKotlin() {
        PoolManager pools = Pools.manager();
        var hooks = new BlockingConnectionHooks<Line>() {};
        assertNotNull(pools.pool(new Lines(), CONFIG.toBuilder().name("a").build(), hooks));
        assertNotNull(
                pools.pool(new ScriptedFactory(), CONFIG.toBuilder().name("b").build()));
        assertNotNull(pools.pool(
                new ScriptedFactory(), CONFIG.toBuilder().name("c").build(), new ScriptedHooks()));
        pools.close(SECOND);
    }

    @Test
    void aKeyedPoolHasAPoolForEachKey() throws Exception {
        try (BlockingKeyedPool<String, Line> lines = BlockingKeyedPool.<String, Line>builder(key -> new Lines(), CONFIG)
                .idlePoolTimeout(Duration.ofMinutes(1))
                .perKey((key, settings) -> settings.maxSize(key.equals("small") ? 1 : 2))
                .hooks(new BlockingConnectionHooks<>() {})
                .build()) {
            assertEquals("lines", lines.name());
            lines.acquire("a").close();
            lines.acquire("a", SECOND, Priority.HIGH).close();
            lines.acquireAsync("a").get(5, TimeUnit.SECONDS).close();
            lines.acquireAsync("a", SECOND, Priority.LOW).get(5, TimeUnit.SECONDS).close();
            Lease<Line> idle = lines.tryAcquire("a");
            while (idle == null) idle = lines.tryAcquire("a"); // the hook of the last return may still run
            idle.close();
            assertEquals("ONE", lines.withConnection("a", line -> line.ask("one")));
            assertEquals("TWO", lines.withConnection("a", SECOND, Priority.HIGH, line -> line.ask("two")));
            lines.useConnection("small", line -> assertEquals("THREE", line.ask("three")));
            assertEquals(Set.of("a", "small"), lines.keys());
            assertEquals(1, lines.snapshot("small").getMaxSize());
            assertTrue(lines.health("a").isHealthy());
            assertTrue(lines.remove("a"));
            assertFalse(lines.remove("a", SECOND));
            lines.close(SECOND);
        }
    }

    @Test
    void manyKeysAreConnectedAtOnce() throws Exception {
        var seen = new CopyOnWriteArrayList<String>();
        var lines = BlockingKeyedPool.<String, Line>builder(key -> new Lines(), CONFIG)
                .build();
        Map<String, ConnectResult<String>> results = lines.connectAll(List.of("a", "b"));
        ConnectResult<String> one = results.get("a");
        assertTrue(one.isConnected());
        assertNull(one.getFailure());
        assertEquals("a", one.getKey());
        assertEquals(1, one.getAttempts());
        assertFalse(one.getTook().isNegative());
        var retry = new ConnectRetry(5, Backoff.fixed(SECOND));
        assertEquals(5, retry.getAttempts());
        assertEquals(Backoff.fixed(SECOND), retry.getBackoff());
        assertEquals(new ConnectRetry().getAttempts(), new ConnectRetry(3).getAttempts());
        lines.connectAll(List.of("c"), 1, key -> retry, result -> seen.add(result.getKey()));
        lines.connectAllAsync(List.of("d"), 1, key -> retry, result -> seen.add(result.getKey()))
                .get(5, TimeUnit.SECONDS);
        assertEquals(List.of("c", "d"), seen);
        lines.close();
    }

    @Test
    void theCodeOfTheDocuments() throws InterruptedException {
        // region keyed java
        try (var lines = BlockingKeyedPool.<String, Line>builder(host -> new Lines(), CONFIG)
                .idlePoolTimeout(Duration.ofMinutes(5))
                .build()) {
            String answer = lines.withConnection("host-1", line -> line.ask("what"));
            System.out.println(answer);
        }
        // endregion
    }

    /** A data source and a pool of the same manager. */
    @Test
    void aManagerHasJdbcPools() throws SQLException {
        try (PoolManager pools = Pools.manager()) {
            JdbcConfig config = JdbcConfig.builder()
                    .name("orders")
                    .url("jdbc:h2:mem:orders")
                    .username("sa")
                    .password("")
                    .userPools(true)
                    .build();
            assertTrue(config.getUserPools());
            RockpoolDataSource orders = JdbcPools.dataSource(pools, config);
            assertSame(orders.asJdbcPool(), JdbcPools.jdbc(pools, config));
            assertSame(orders, JdbcPools.findDataSource(pools, "orders"));
            assertSame(orders.asJdbcPool(), JdbcPools.findJdbc(pools, "orders"));
            try (Connection connection = orders.getConnection("sa", "")) {
                assertTrue(connection.isValid(1));
            }
        }
    }

    @Test
    void theSameKeyedPoolIsThereForCoroutines() throws Exception {
        try (var lines = BlockingKeyedPool.<String, Line>builder(key -> new Lines(), CONFIG)
                .build()) {
            lines.acquire("a").close();
            KeyedPool<String, Line> shared = lines.pool();
            assertEquals("lines", shared.getName());
            assertEquals(Set.of("a"), shared.getKeys());
            assertEquals(1, shared.snapshot("a").getAcquired());
            assertTrue(shared.health("a").isHealthy());
            shared.tryAcquire("a").close();
            assertSame(shared, BlockingKeyedPool.of(shared).pool());
        }
    }
}

package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Balance;
import dev.rockpool.BalancedPool;
import dev.rockpool.Pool;
import dev.rockpool.PoolConfig;
import dev.rockpool.Pools;
import dev.rockpool.Priority;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.jdbc.BalancedDataSource;
import dev.rockpool.jdbc.BalancedJdbcPool;
import dev.rockpool.jdbc.JdbcPools;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.TransactionOptions;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several pools used as one. */
class BalanceTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static Pool<Line> lines(String name) {
        return BlockingPool.create(new Lines(), PoolConfig.builder().name(name).build())
                .pool();
    }

    private static RockpoolDataSource database(String name) {
        return RockpoolDataSource.builder()
                .name(name)
                .url("jdbc:h2:mem:java-" + name)
                .maxSize(2)
                .build();
    }

    @Test
    void poolsOfAnythingAreBalanced() throws InterruptedException {
        Pool<Line> a = lines("a");
        BalancedPool<Line> reads = Pools.balanced("lines", List.of(a, lines("b")), Balance.LEAST_ACTIVE);
        assertSame(a, reads.getMembers().get(0));
        assertEquals(List.of(), reads.membersOut());
        try (BlockingPool<Line> blocking = BlockingPool.of(reads)) {
            assertEquals("ONE", blocking.withConnection(line -> line.ask("one")));
        }
        Pool<?> weighted = Pools.balanced(
                "weighted", List.of(lines("c"), lines("d")), Balance.ROUND_ROBIN, List.of(1, 3), null, Duration.ZERO);
        assertNull(weighted.getConfig().getAcquireTimeout());
        BlockingPool.of(weighted).close(SECOND);
    }

    @Test
    void dataSourcesAreBalanced() throws SQLException {
        RockpoolDataSource one = database("one");
        RockpoolDataSource two = database("two");
        // region balance java
        var reads = BalancedDataSource.of("reads", List.of(one, two), Balance.RANDOM_OF_TWO);
        try (Connection connection = reads.getConnection()) {
            assertTrue(connection.isValid(1));
        }
        // endregion
        assertEquals(List.of(one, two), reads.members());
        assertEquals(List.of(), reads.membersOut());
        reads.getConnection(SECOND).close();
        Connection evicted = reads.getConnection(SECOND, Priority.LOW);
        assertTrue(reads.evict(evicted));
        assertThrows(SQLFeatureNotSupportedException.class, () -> reads.getConnection("user", "password"));
        assertEquals(true, reads.withConnection(c -> c.isValid(1)));
        assertEquals(true, reads.withConnection(SECOND, Priority.NORMAL, c -> c.isValid(1)));
        reads.useConnection(c -> assertTrue(c.isValid(1)));
        assertEquals(true, reads.transaction((transaction, c) -> c.isValid(1)));
        assertEquals(true, reads.transaction(TransactionOptions.defaults(), (transaction, c) -> c.isValid(1)));
        reads.useTransaction((transaction, c) -> assertTrue(c.isValid(1)));
        reads.useTransaction(TransactionOptions.defaults(), (transaction, c) -> assertTrue(c.isValid(1)));
        assertTrue(reads.control().health().isHealthy());
        assertEquals("reads", reads.snapshot().getName());
        reads.setLoginTimeout(2);
        assertEquals(2, reads.getLoginTimeout());
        reads.setLogWriter(new PrintWriter(System.out));
        assertNull(reads.getLogWriter());
        assertThrows(SQLFeatureNotSupportedException.class, reads::getParentLogger);
        assertTrue(reads.isWrapperFor(BalancedJdbcPool.class));
        assertFalse(reads.isWrapperFor(Set.class));
        BalancedJdbcPool pool = reads.unwrap(BalancedJdbcPool.class);
        assertSame(pool, reads.asJdbcPool());
        assertTrue(reads.toString().contains("reads"));
        reads.close(SECOND);
    }

    @Test
    void jdbcPoolsAreBalanced() throws SQLException {
        RockpoolDataSource three = database("three");
        try (var reads = BalancedDataSource.of(
                "reads", List.of(three), Balance.ROUND_ROBIN, List.of(1), SECOND, SECOND)) {
            BalancedJdbcPool pool = reads.asJdbcPool();
            assertSame(reads, pool.getDataSource());
            assertEquals(List.of(three.asJdbcPool()), pool.getMembers());
            assertEquals(List.of(), pool.membersOut());
            assertNotNull(pool.getControl());
            assertEquals("reads", pool.getStats().getValue().getName());
            assertEquals("reads", pool.snapshot().getName());
            assertFalse(pool.evict(database("four").getConnection()));
            assertTrue(pool.toString().contains("reads"));
        }
        List<RockpoolDataSource> both = List.of(database("five"), database("six"));
        var pools = both.stream().map(RockpoolDataSource::asJdbcPool).toList();
        JdbcPools.balanced("reads", pools, Balance.LEAST_ACTIVE).getDataSource().close();
        var more = List.of(database("seven").asJdbcPool());
        JdbcPools.balanced("reads", more, Balance.LEAST_ACTIVE, List.of(), null, SECOND)
                .getDataSource()
                .close();
    }
}

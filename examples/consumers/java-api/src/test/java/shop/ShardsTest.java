package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rockpool.Balance;
import dev.rockpool.BucketMovingException;
import dev.rockpool.PoolConfig;
import dev.rockpool.Pools;
import dev.rockpool.Priority;
import dev.rockpool.ReshardPlan;
import dev.rockpool.ReshardTimeoutException;
import dev.rockpool.ShardEvent;
import dev.rockpool.ShardMap;
import dev.rockpool.ShardedPool;
import dev.rockpool.blocking.BlockingPool;
import dev.rockpool.blocking.BlockingShardedPool;
import dev.rockpool.jdbc.BalancedDataSource;
import dev.rockpool.jdbc.BalancedJdbcPool;
import dev.rockpool.jdbc.BatchOptions;
import dev.rockpool.jdbc.ClusterDataSource;
import dev.rockpool.jdbc.JdbcCluster;
import dev.rockpool.jdbc.RockpoolDataSource;
import dev.rockpool.jdbc.ShardedBuilder;
import dev.rockpool.jdbc.ShardedDataSource;
import dev.rockpool.jdbc.ShardedJdbcPool;
import dev.rockpool.jdbc.SqlFunctions;
import dev.rockpool.jdbc.TransactionOptions;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.JDBCType;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.ShardingKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Data that is spread over several databases. */
class ShardsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static BlockingPool<Line> lines(String name) {
        return BlockingPool.create(new Lines(), PoolConfig.builder().name(name).build());
    }

    private static RockpoolDataSource database(String name) {
        return RockpoolDataSource.builder()
                .name(name)
                .url("jdbc:h2:mem:java-shard-" + name)
                .maxSize(2)
                .build();
    }

    @Test
    void aMapSaysWhichShardHasWhichKey() {
        ShardMap map = ShardMap.of("a", "b");
        assertEquals(ShardMap.of(List.of("b", "a")), map);
        assertEquals(List.of("a", "b"), map.getShards());
        int bucket = ShardMap.bucketOf("customer-1");
        assertEquals(map.shardOf("customer-1"), map.ownerOf(bucket));
        assertEquals(ShardMap.BUCKETS / 2, map.bucketsOf("a").size());
        assertEquals(map, ShardMap.parse(map.toJson()));
        ReshardPlan plan = ReshardPlan.between(map, map.withShard("c"));
        assertEquals(map, plan.getBefore());
        assertEquals(List.of("a", "b"), plan.getAfter().withoutShard("c").getShards());
        assertEquals(1365, plan.getBuckets().size());
        ReshardPlan.Move move = plan.getMoves().get(0);
        assertEquals("a to c", move.getFrom() + " to " + move.getTo());
        assertTrue(plan.toString().contains(move.toString()));
        assertTrue(plan.getBuckets().containsAll(move.getBuckets()));
        assertEquals("c", map.withBuckets(List.of(7), "c").ownerOf(7));
        assertTrue(map.hashCode() != plan.getAfter().hashCode() || !map.toString().isEmpty());
    }

    @Test
    void statementsOfShardsAreBatched() throws SQLException {
        RockpoolDataSource one = database("batched");
        one.useConnection(connection -> connection.createStatement().execute("create table batch (id int)"));
        ShardedDataSource orders = ShardedDataSource.builder("batched", ShardMap.of("one"))
                .shard("one", one)
                .build();
        SqlFunctions.Bind<Integer> bind = (statement, id) -> statement.setInt(1, id);
        SqlFunctions.Read<Integer> read = rows -> rows.next() ? rows.getInt(1) : 0;
        BatchOptions options = BatchOptions.defaults().maxBatch(8);
        assertEquals(
                1, orders.batchedUpdate("insert into batch values (?)", id -> id, bind).call(1));
        assertEquals(
                1,
                orders.batchedUpdate("insert into batch values (?)", id -> id, bind, options)
                        .call(2));
        assertEquals(
                2,
                orders.batchedQuery("select id from batch where id = ?", id -> id, bind, read)
                        .call(2));
        assertEquals(
                0,
                orders.batchedQuery("select id from batch where id = ?", id -> id, bind, read, options)
                        .call(3));
        orders.close();
    }

    @Test
    void poolsOfAnythingAreShards() throws Exception {
        BlockingPool<Line> a = lines("a");
        ShardedPool<Line> pool = Pools.sharded("lines", ShardMap.of("a"), Map.of("a", a.pool()));
        BlockingShardedPool<Line> lines = BlockingShardedPool.of(pool);
        assertSame(pool, lines.pool());
        assertEquals("lines", lines.name());
        assertEquals("lines", pool.getName());
        assertEquals("ONE", lines.withConnection("customer", line -> line.ask("one")));
        assertEquals("ONE", lines.withConnection("customer", LIMIT, Priority.HIGH, line -> line.ask("one")));
        lines.useConnection("customer", line -> line.ask("one"));
        lines.add("b", lines("b"));
        assertEquals(Set.of("a", "b"), lines.shards());
        List<ShardEvent.Kind> seen = new ArrayList<>();
        AutoCloseable registration = lines.addListener(event -> seen.add(event.getKind()));
        ReshardPlan plan = ReshardPlan.between(lines.map(), lines.map().withShard("b"));
        lines.reshard(plan, moving -> assertSame(moving, lines.resharding()));
        registration.close();
        assertEquals(
                List.of(ShardEvent.Kind.STARTED, ShardEvent.Kind.DRAINED, ShardEvent.Kind.FINISHED), seen);
        assertNull(pool.getResharding());
        ReshardPlan back = ReshardPlan.between(pool.getMap(), plan.getBefore());
        List<ShardEvent> events = new ArrayList<>();
        pool.addListener(events::add);
        assertThrows(IllegalStateException.class, () -> lines.reshard(back, LIMIT, moving -> {
            throw new IllegalStateException("full");
        }));
        ShardEvent last = events.get(2);
        assertEquals("full", last.getCause().getMessage());
        assertSame(back, last.getPlan());
        assertTrue(last.toString().contains("aborted"));
        assertEquals("full", new ShardEvent(last.getKind(), back, last.getCause()).getCause().getMessage());
        lines.reshard(back, BlockingShardedPool.DEFAULT_TIMEOUT, moving -> {});
        lines.remove("b").close();
        assertEquals(a.snapshot().getName(), lines.pool("a").snapshot().getName());
        assertSame(a.pool(), pool.pool("a"));
        pool.add("c", lines("c").pool());
        assertEquals("c", pool.remove("c").getConfig().getName());
        assertEquals(Set.of("a"), lines.snapshot().keySet());
        assertEquals(Set.of("a"), pool.snapshot().keySet());
        assertEquals(Set.of("a"), pool.getShards());
        assertTrue(lines.toString().contains("lines"));
        lines.close(LIMIT);
        lines.close();
    }

    @Test
    void dataSourcesAreShards() throws Exception {
        RockpoolDataSource one = database("one");
        RockpoolDataSource two = database("two");
        ShardMap map = ShardMap.of("one", "two");
        // region shards java
        ShardedDataSource orders = ShardedDataSource.builder("orders", map)
                .shard("one", one)
                .shard("two", two)
                .build();
        try (Connection connection = orders.getConnection("customer-1")) {
            assertTrue(connection.isValid(1));
        }
        ShardingKey key = orders.createShardingKeyBuilder()
                .subkey("customer-1", JDBCType.VARCHAR)
                .build();
        try (Connection connection =
                orders.createConnectionBuilder().shardingKey(key).build()) {
            assertTrue(connection.isValid(1));
        }
        // endregion
        orders.getConnection("customer-1", LIMIT, Priority.LOW).close();
        DataSource own = orders.dataSource("customer-1");
        own.getConnection().close();
        assertThrows(SQLException.class, orders::getConnection);
        assertThrows(SQLException.class, () -> orders.getConnection("user", "password"));
        assertSame(two, orders.shards().get("two"));
        assertEquals(true, orders.withConnection("customer-1", c -> c.isValid(1)));
        assertEquals(true, orders.transaction("customer-1", (transaction, c) -> c.isValid(1)));
        TransactionOptions options = TransactionOptions.defaults().timeout(LIMIT);
        assertEquals(true, orders.transaction("customer-1", options, (transaction, c) -> c.isValid(1)));
        SqlFunctions.CopyData<RuntimeException> copy = plan -> {};
        orders.reshard(ReshardPlan.between(map, map.withBuckets(List.of(1), "one")), LIMIT, copy);
        ShardedJdbcPool pool = orders.asJdbcPool();
        assertSame(orders, pool.getDataSource());
        assertEquals("orders", pool.getName());
        assertEquals("one", pool.getMap().ownerOf(1));
        assertNull(pool.getResharding());
        pool.add("three", database("three").asJdbcPool());
        assertEquals(Set.of("one", "two", "three"), pool.getShards());
        pool.remove("three");
        assertEquals(Set.of("one", "two"), pool.snapshot().keySet());
        pool.addListener(event -> {}).close();
        assertTrue(pool.toString().contains("orders"));
        orders.setLoginTimeout(2);
        assertEquals(0, orders.getLoginTimeout());
        orders.setLogWriter(new PrintWriter(System.out));
        assertNull(orders.getLogWriter());
        assertThrows(SQLFeatureNotSupportedException.class, orders::getParentLogger);
        assertTrue(orders.isWrapperFor(ShardedJdbcPool.class));
        assertFalse(orders.isWrapperFor(Set.class));
        assertSame(pool, orders.unwrap(ShardedJdbcPool.class));
        assertTrue(orders.toString().contains("orders"));
        orders.close(LIMIT);
        orders.close();
    }

    @Test
    void aShardCanHaveSeveralServers() throws Exception {
        BalancedDataSource reads =
                BalancedDataSource.of("reads", List.of(database("four")), Balance.ROUND_ROBIN);
        BalancedJdbcPool more = BalancedDataSource.of("more", List.of(database("five")), Balance.ROUND_ROBIN)
                .asJdbcPool();
        ShardedBuilder builder = ShardedDataSource.builder("orders", ShardMap.of("a", "b"))
                .acquireTimeout(LIMIT)
                .shard("a", reads)
                .shard("b", more)
                .shard("c", database("six").asJdbcPool());
        try (ShardedDataSource orders = builder.build()) {
            orders.getConnection(7).close();
            ShardedJdbcPool pool = orders.asJdbcPool();
            pool.add("d", BalancedDataSource.of("d", List.of(database("seven")), Balance.ROUND_ROBIN)
                    .asJdbcPool());
        }
    }

    @Test
    void aShardCanBeACluster() {
        JdbcCluster cluster = JdbcCluster.builder()
                .name("away")
                .member(member -> member.url("jdbc:postgresql://localhost:1/away"))
                .build();
        ClusterDataSource source = cluster.getDataSource();
        try (ShardedDataSource orders = ShardedDataSource.builder("orders", ShardMap.of("a"))
                .shard("a", source)
                .shard("b", cluster)
                .build()) {
            orders.asJdbcPool().add("c", cluster);
            assertEquals(3, orders.asJdbcPool().getShards().size());
        }
    }

    /** What callers can read of an error. */
    static String told(BucketMovingException e) {
        return e.getBucket() + " after " + e.getWaited();
    }

    static String told(ReshardTimeoutException e) {
        return e.getCalls() + " after " + e.getWaited();
    }
}

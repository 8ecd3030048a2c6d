package dev.rockpool.jdbc;

import dev.rockpool.PoolStats;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pool of one shard. Exactly one of {@code pool}, {@code balanced} and {@code cluster} is not null.
 *
 * @param source the same pool for threads
 */
record JdbcShard(PooledDataSource source, JdbcPool pool, BalancedJdbcPool balanced, JdbcCluster cluster) {
    static JdbcShard of(JdbcPool pool) {
        return new JdbcShard(pool.getDataSource(), pool, null, null);
    }

    static JdbcShard of(BalancedJdbcPool balanced) {
        return new JdbcShard(balanced.getDataSource(), null, balanced, null);
    }

    static JdbcShard of(JdbcCluster cluster) {
        return new JdbcShard(cluster.getDataSource(), null, null, cluster);
    }

    static Map<String, PooledDataSource> sources(Map<String, JdbcShard> shards) {
        Map<String, PooledDataSource> sources = new LinkedHashMap<>();
        shards.forEach((name, shard) -> sources.put(name, shard.source()));
        return Collections.unmodifiableMap(sources);
    }

    <A, R> BatchedStatement<A, R> batchedQuery(
            String sql, SqlFunctions.Bind<? super A> bind, SqlFunctions.Read<? extends R> read, BatchOptions options) {
        if (pool != null) return pool.getDataSource().batchedQuery(sql, bind, read, options);
        if (cluster != null) return cluster.getDataSource().batchedQuery(sql, bind, read, options);
        throw notBatched();
    }

    <A> BatchedStatement<A, Integer> batchedUpdate(
            String sql, SqlFunctions.Bind<? super A> bind, BatchOptions options) {
        if (pool != null) return pool.getDataSource().batchedUpdate(sql, bind, options);
        if (cluster != null) return cluster.getDataSource().batchedUpdate(sql, bind, options);
        throw notBatched();
    }

    private static IllegalStateException notBatched() {
        return new IllegalStateException(
                "a shard is a balanced pool, which has no batched statements. Try: a batched statement of a member");
    }

    List<PoolStats> snapshot() {
        if (pool != null) return List.of(pool.snapshot());
        if (balanced != null)
            return balanced.getMembers().stream().map(JdbcPool::snapshot).toList();
        return cluster.snapshot();
    }
}

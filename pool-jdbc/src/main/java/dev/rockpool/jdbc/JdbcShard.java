package dev.rockpool.jdbc;

import dev.rockpool.PoolStats;
import java.util.List;

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

    List<PoolStats> snapshot() {
        if (pool != null) return List.of(pool.snapshot());
        if (balanced != null)
            return balanced.getMembers().stream().map(JdbcPool::snapshot).toList();
        return cluster.snapshot();
    }
}

package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolControl;
import dev.rockpool.jdbc.ClusterDataSource;
import dev.rockpool.jdbc.JdbcCluster;
import dev.rockpool.jdbc.PooledDataSource;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** The pool behind a data source, or the cluster of pools. One of both is null. */
record FoundPool(RockpoolDataSource single, ClusterDataSource cluster) {
    /** Null if there is none. */
    static FoundPool of(DataSource source) {
        RockpoolDataSource single = Pools.find(source);
        if (single != null) return new FoundPool(single, null);
        ClusterDataSource cluster = Pools.findCluster(source);
        return cluster == null ? null : new FoundPool(null, cluster);
    }

    PooledDataSource source() {
        return single != null ? single : cluster;
    }

    /** Two proxies of one pool have the same. A pool that has not started yet is started. */
    Object identity() {
        return single != null ? single.asJdbcPool() : cluster.asJdbcCluster();
    }

    /** That of the pool, which is the primary's in a cluster. */
    PoolControl control() {
        return single != null
                ? single.control()
                : cluster.asJdbcCluster().controls().get(JdbcCluster.PRIMARY);
    }

    /** Those of all pools that there are now; that of the pool itself, or of the primary, is called {@code primary}. */
    Map<String, PoolControl> controls() {
        return single != null
                ? Map.of(JdbcCluster.PRIMARY, single.control())
                : cluster.asJdbcCluster().controls();
    }

    /** Calls the listener for each pool: the primary's first, and those of standbys as long as the cluster lives. */
    void follow(Consumer<PoolControl> listener) {
        if (single != null) listener.accept(single.control());
        else cluster.asJdbcCluster().addPoolListener(listener);
    }
}

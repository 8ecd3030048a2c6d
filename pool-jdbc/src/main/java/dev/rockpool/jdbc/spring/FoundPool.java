package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolControl;
import dev.rockpool.jdbc.RockpoolDataSource;
import javax.sql.DataSource;

/**
 * A data source that leads to a pool. Where a scope creates the pool, as {@code @RefreshScope} does, it leads to another
 * one later.
 */
record FoundPool(DataSource source) {
    /** The pool that it leads to now. */
    RockpoolDataSource now() {
        RockpoolDataSource pool = Pools.find(source);
        if (pool == null) throw new IllegalStateException("the data source leads to no pool any more");
        return pool;
    }

    PoolControl control() {
        return now().control();
    }

    /** Whether it may lead to another pool later. */
    boolean isReplaceable() {
        return Pools.isReplaceable(source);
    }
}

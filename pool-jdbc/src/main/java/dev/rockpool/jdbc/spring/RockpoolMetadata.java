package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.RockpoolDataSource;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.metadata.AbstractDataSourcePoolMetadata;

/** The values of Spring Boot's {@code jdbc.connections.*} meters. */
final class RockpoolMetadata extends AbstractDataSourcePoolMetadata<DataSource> {
    /** @param dataSource leads to a pool, which may be replaced later */
    RockpoolMetadata(DataSource dataSource) {
        super(dataSource);
    }

    private RockpoolDataSource pool() {
        RockpoolDataSource pool = Pools.find(getDataSource());
        if (pool == null) throw new IllegalStateException("the data source leads to no pool any more");
        return pool;
    }

    @Override
    public Integer getActive() {
        return pool().snapshot().getLeased();
    }

    @Override
    public Integer getIdle() {
        return pool().snapshot().getIdle();
    }

    @Override
    public Integer getMax() {
        return pool().control().getConfig().getMaxSize();
    }

    @Override
    public Integer getMin() {
        return pool().control().getConfig().getMinIdle();
    }

    @Override
    public String getValidationQuery() {
        return pool().asJdbcPool().getConfig().getTestQuery();
    }

    @Override
    public Boolean getDefaultAutoCommit() {
        return pool().asJdbcPool().getConfig().getAutoCommit();
    }
}

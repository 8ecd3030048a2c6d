package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.RockpoolDataSource;
import org.springframework.boot.jdbc.metadata.AbstractDataSourcePoolMetadata;

/** The values of Spring Boot's {@code jdbc.connections.*} meters. */
final class RockpoolMetadata extends AbstractDataSourcePoolMetadata<RockpoolDataSource> {
    RockpoolMetadata(RockpoolDataSource dataSource) {
        super(dataSource);
    }

    @Override
    public Integer getActive() {
        return getDataSource().snapshot().getLeased();
    }

    @Override
    public Integer getIdle() {
        return getDataSource().snapshot().getIdle();
    }

    @Override
    public Integer getMax() {
        return getDataSource().control().getConfig().getMaxSize();
    }

    @Override
    public Integer getMin() {
        return getDataSource().control().getConfig().getMinIdle();
    }

    @Override
    public String getValidationQuery() {
        return getDataSource().asJdbcPool().getConfig().getTestQuery();
    }

    @Override
    public Boolean getDefaultAutoCommit() {
        return getDataSource().asJdbcPool().getConfig().getAutoCommit();
    }
}

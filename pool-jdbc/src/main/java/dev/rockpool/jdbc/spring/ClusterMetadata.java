package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolControl;
import dev.rockpool.jdbc.ClusterDataSource;
import java.util.function.ToIntFunction;
import org.springframework.boot.jdbc.metadata.AbstractDataSourcePoolMetadata;

/** The values of Spring Boot's {@code jdbc.connections.*} meters for a cluster: the sums over the pools that it has now. */
final class ClusterMetadata extends AbstractDataSourcePoolMetadata<ClusterDataSource> {
    ClusterMetadata(ClusterDataSource dataSource) {
        super(dataSource);
    }

    @Override
    public Integer getActive() {
        return sum(control -> control.snapshot().getLeased());
    }

    @Override
    public Integer getIdle() {
        return sum(control -> control.snapshot().getIdle());
    }

    @Override
    public Integer getMax() {
        return sum(control -> control.getConfig().getMaxSize());
    }

    @Override
    public Integer getMin() {
        return sum(control -> control.getConfig().getMinIdle());
    }

    /** Null, because the pools may have different ones. */
    @Override
    public String getValidationQuery() {
        return null;
    }

    /** Null, because the pools may have different ones. */
    @Override
    public Boolean getDefaultAutoCommit() {
        return null;
    }

    private int sum(ToIntFunction<PoolControl> value) {
        return getDataSource().asJdbcCluster().controls().values().stream()
                .mapToInt(value)
                .sum();
    }
}

package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolControl;
import java.util.Map;
import java.util.function.ToIntFunction;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.metadata.AbstractDataSourcePoolMetadata;

/**
 * The values of Spring Boot's {@code jdbc.connections.*} meters for several pools, such as those of a cluster or behind a
 * routing data source: the sums over those there are now.
 */
final class PartsMetadata extends AbstractDataSourcePoolMetadata<DataSource> {
    PartsMetadata(DataSource dataSource) {
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
        return Pools.controls(Map.of("", getDataSource())).values().stream()
                .mapToInt(value)
                .sum();
    }
}

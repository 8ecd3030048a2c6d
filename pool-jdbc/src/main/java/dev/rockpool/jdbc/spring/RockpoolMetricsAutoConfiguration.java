package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.metrics.RockpoolMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** The meters {@code rockpool.*} of every pool, for applications that use Micrometer; with Spring Boot 3 and 4. */
@AutoConfiguration(
        after = RockpoolAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass({MeterRegistry.class, AbstractDataSource.class})
@ConditionalOnBean({DataSource.class, MeterRegistry.class})
public final class RockpoolMetricsAutoConfiguration {
    /** Tags each pool with its name. If several pools have the same name, the later ones get the name of their bean. */
    @Bean
    MeterBinder rockpoolMeters(ConfigurableListableBeanFactory beans) {
        return registry -> {
            Set<String> taken = new HashSet<>();
            Map<String, DataSource> sources = Pools.beans(beans);
            Pools.all(sources).forEach((bean, pool) -> {
                String name = pool.now().snapshot().getName();
                String tag = taken.add(name) ? name : bean;
                metersOf(pool, tag).bindTo(registry);
            });
            // The pool of a standby has meters as long as it is there.
            Pools.clusters(sources)
                    .values()
                    .forEach(cluster ->
                            cluster.addPoolListener(control -> new RockpoolMeters(control).bindTo(registry)));
        };
    }

    /** Behind the proxy of a scope a new pool may follow, with the same meters. */
    private static RockpoolMeters metersOf(FoundPool pool, String tag) {
        return pool.isReplaceable() ? new RockpoolMeters(pool::control, tag) : new RockpoolMeters(pool.control(), tag);
    }
}

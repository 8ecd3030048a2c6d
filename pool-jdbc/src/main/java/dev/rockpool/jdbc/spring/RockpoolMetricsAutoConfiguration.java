package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolControl;
import dev.rockpool.jdbc.metrics.RockpoolMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
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
@Import(PoolReplacements.Registration.class)
public final class RockpoolMetricsAutoConfiguration {
    /**
     * Tags each pool with its name. If several pools have the same name, the later ones get the name of their bean. A pool
     * that a scope creates later has meters of its own, so that no count of them ever falls.
     */
    @Bean
    MeterBinder rockpoolMeters(ConfigurableListableBeanFactory beans, PoolReplacements replacements) {
        return registry -> {
            Map<String, String> taken = new ConcurrentHashMap<>();
            BiConsumer<String, PoolControl> bind = (bean, control) -> {
                String name = control.getConfig().getName();
                String owner = taken.putIfAbsent(name, bean);
                boolean isFree = owner == null || owner.equals(bean);
                new RockpoolMeters(control, isFree ? name : bean).bindTo(registry);
            };
            Pools.follow(Pools.beans(beans), bind);
            replacements.watch(() -> bind);
        };
    }
}

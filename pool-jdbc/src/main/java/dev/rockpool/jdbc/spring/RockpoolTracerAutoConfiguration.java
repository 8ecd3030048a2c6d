package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolControl;
import dev.rockpool.PoolTracer;
import dev.rockpool.jdbc.metrics.RockpoolObservations;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Adds the beans of type {@link PoolTracer} to every pool, and one that observes waits if the application uses Micrometer's
 * observations; with Spring Boot 3 and 4.
 */
@AutoConfiguration(
        after = RockpoolAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
            "org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration"
        })
@ConditionalOnClass(AbstractDataSource.class)
@ConditionalOnBean(DataSource.class)
@Import(PoolReplacements.Registration.class)
public final class RockpoolTracerAutoConfiguration {
    /** Looks for pools only if there is a tracer, because that starts them. */
    @Bean
    SmartInitializingSingleton rockpoolTracers(
            ConfigurableListableBeanFactory beans, PoolReplacements replacements, ObjectProvider<PoolTracer> tracers) {
        return () -> {
            List<PoolTracer> all = tracers.orderedStream().toList();
            if (all.isEmpty()) return;
            BiConsumer<String, PoolControl> add = (bean, control) -> all.forEach(control::addTracer);
            Pools.follow(Pools.beans(beans), add);
            replacements.watch(() -> add);
        };
    }

    /** Only where the classes are there. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ObservationRegistry.class)
    static class Observations {
        @Bean
        @ConditionalOnBean(ObservationRegistry.class)
        @ConditionalOnMissingBean(RockpoolObservations.class)
        PoolTracer rockpoolObservations(ObservationRegistry registry) {
            return new RockpoolObservations(registry);
        }
    }
}

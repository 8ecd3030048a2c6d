package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.RockpoolDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** The meters {@code rockpool.*} of every {@link RockpoolDataSource}, for applications that use Micrometer. */
@AutoConfiguration(
        after = {RockpoolAutoConfiguration.class, DataSourceAutoConfiguration.class},
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({RockpoolDataSource.class, MeterRegistry.class})
public final class RockpoolMetricsAutoConfiguration {
    @Bean
    MeterBinder rockpoolMeters(ObjectProvider<RockpoolDataSource> dataSources) {
        return registry -> dataSources.stream().forEach(found -> new RockpoolMeters(found).bindTo(registry));
    }
}

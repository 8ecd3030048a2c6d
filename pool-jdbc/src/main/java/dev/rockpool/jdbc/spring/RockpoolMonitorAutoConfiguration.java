package dev.rockpool.jdbc.spring;

import dev.rockpool.monitor.AlertRule;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** A monitor of every pool, if {@code rockpool.monitor.enabled} is true; with Spring Boot 3 and 4. */
@AutoConfiguration(
        after = RockpoolAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration"
        })
@ConditionalOnClass(AbstractDataSource.class)
@ConditionalOnBean(DataSource.class)
@ConditionalOnProperty(prefix = RockpoolMonitorAutoConfiguration.PREFIX, name = "enabled", havingValue = "true")
@Import(PoolReplacements.Registration.class)
public final class RockpoolMonitorAutoConfiguration {
    static final String PREFIX = "rockpool.monitor";

    @Bean
    MonitorStarter rockpoolMonitors(
            ConfigurableListableBeanFactory beans,
            PoolReplacements replacements,
            Environment environment,
            ObjectProvider<AlertRule> rules,
            ApplicationEventPublisher events) {
        return new MonitorStarter(
                beans,
                replacements,
                duration(environment, "interval", Duration.ofSeconds(10)),
                duration(environment, "retention", Duration.ofHours(1)),
                () -> rules.orderedStream().toList(),
                events);
    }

    private static Duration duration(Environment environment, String name, Duration absent) {
        return Binder.get(environment).bind(PREFIX + "." + name, Duration.class).orElse(absent);
    }
}

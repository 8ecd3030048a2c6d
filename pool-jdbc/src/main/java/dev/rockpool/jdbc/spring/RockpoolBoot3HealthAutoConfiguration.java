package dev.rockpool.jdbc.spring;

import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.AbstractHealthIndicator;
import org.springframework.boot.actuate.health.CompositeHealthContributor;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthContributor;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.actuate.jdbc.DataSourceHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Health for Spring Boot 3; {@link RockpoolHealthAutoConfiguration} is the same for Spring Boot 4.
 *
 * <p>{@code rockpool} is the health of every pool, from the outcomes of its connects and probes. {@code db} replaces
 * Spring Boot's contributor of that name, with the same tree and details. For a data source with a Rockpool behind it,
 * it answers at once even during an outage. Each is turned off by {@code management.health.NAME.enabled=false}.
 */
@AutoConfiguration(
        after = RockpoolAutoConfiguration.class,
        afterName = "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration",
        beforeName = "org.springframework.boot.actuate.autoconfigure.jdbc.DataSourceHealthContributorAutoConfiguration")
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class, DataSourceHealthIndicator.class
})
@ConditionalOnBean(DataSource.class)
public final class RockpoolBoot3HealthAutoConfiguration {
    private static final HealthTree<HealthContributor> TREE =
            new HealthTree<>(Indicator::new, DataSourceHealthIndicator::new, CompositeHealthContributor::fromMap);

    /** Null, which means no contributor, if no data source has a Rockpool pool behind it. */
    @Bean
    @ConditionalOnEnabledHealthIndicator("rockpool")
    @ConditionalOnMissingBean(name = {"rockpoolHealthIndicator", "rockpoolHealthContributor"})
    HealthContributor rockpoolHealthContributor(ConfigurableListableBeanFactory beans) {
        return TREE.ofPools(Pools.beans(beans));
    }

    @Bean
    @ConditionalOnEnabledHealthIndicator("db")
    @ConditionalOnMissingBean(name = {"dbHealthIndicator", "dbHealthContributor"})
    HealthContributor dbHealthContributor(
            ConfigurableListableBeanFactory beans,
            ObjectProvider<DataSourcePoolMetadataProvider> metadata,
            Environment environment) {
        return TREE.ofDatabases(Pools.beans(beans), environment, metadata);
    }

    private static final class Indicator extends AbstractHealthIndicator {
        private final Supplier<Answer> check;

        Indicator(Supplier<Answer> check) {
            super("The health of a pool could not be told");
            this.check = check;
        }

        @Override
        protected void doHealthCheck(Health.Builder builder) {
            Answer answer = check.get();
            builder.status(answer.isUp() ? Status.UP : Status.DOWN).withDetails(answer.details());
        }
    }
}

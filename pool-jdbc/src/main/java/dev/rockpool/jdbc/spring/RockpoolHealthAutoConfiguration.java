package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.RockpoolDataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.CompositeHealthContributorConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The health of every {@link RockpoolDataSource} as the contributor {@code rockpool}, beside Spring Boot's {@code db}; switched off by
 * {@code management.health.rockpool.enabled=false}. It borrows no connection, so it answers at once also during an outage.
 */
@AutoConfiguration(after = {RockpoolAutoConfiguration.class, DataSourceAutoConfiguration.class})
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(RockpoolDataSource.class)
@ConditionalOnEnabledHealthIndicator("rockpool")
public final class RockpoolHealthAutoConfiguration
        extends CompositeHealthContributorConfiguration<RockpoolHealthIndicator, RockpoolDataSource> {
    /** Called by Spring. */
    public RockpoolHealthAutoConfiguration() {
        super(RockpoolHealthIndicator::new);
    }

    @Bean
    @ConditionalOnMissingBean(name = {"rockpoolHealthIndicator", "rockpoolHealthContributor"})
    HealthContributor rockpoolHealthContributor(ConfigurableListableBeanFactory beans) {
        return createContributor(beans, RockpoolDataSource.class);
    }
}

package dev.rockpool.jdbc.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jdbc.health.DataSourceHealthIndicator;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Health for Spring Boot 4; {@link RockpoolBoot3HealthAutoConfiguration} is the same for Spring Boot 3.
 *
 * <p>{@code rockpool} is the health of every pool, from the outcomes of its connects and probes. {@code db} replaces
 * Spring Boot's contributor of that name, with the same tree and details. For a data source with a Rockpool behind it,
 * it answers at once even during an outage. Each is turned off by {@code management.health.NAME.enabled=false}.
 */
@AutoConfiguration(
        after = RockpoolAutoConfiguration.class,
        afterName = "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
        beforeName = "org.springframework.boot.jdbc.autoconfigure.health.DataSourceHealthContributorAutoConfiguration")
@ConditionalOnClass({HealthContributor.class, ConditionalOnEnabledHealthIndicator.class, DataSourceHealthIndicator.class
})
@ConditionalOnBean(DataSource.class)
public final class RockpoolHealthAutoConfiguration {
    private static final String WITHOUT_ROUTING = "management.health.db.ignore-routing-data-sources";

    /** Null, which means no contributor, if no data source has a Rockpool pool behind it. */
    @Bean
    @ConditionalOnEnabledHealthIndicator("rockpool")
    @ConditionalOnMissingBean(name = {"rockpoolHealthIndicator", "rockpoolHealthContributor"})
    HealthContributor rockpoolHealthContributor(ConfigurableListableBeanFactory beans) {
        Map<String, HealthContributor> all = new LinkedHashMap<>();
        Map<String, DataSource> sources = Pools.beans(beans);
        Pools.all(sources).forEach((name, pool) -> all.put(name, new Indicator(() -> PoolCheck.of(pool.control()))));
        Pools.clusters(sources).forEach((name, cluster) -> all.put(name, new Indicator(() -> PoolCheck.of(cluster))));
        if (all.isEmpty()) return null;
        return all.size() == 1 ? all.values().iterator().next() : CompositeHealthContributor.fromMap(all);
    }

    @Bean
    @ConditionalOnEnabledHealthIndicator("db")
    @ConditionalOnMissingBean(name = {"dbHealthIndicator", "dbHealthContributor"})
    HealthContributor dbHealthContributor(
            ConfigurableListableBeanFactory beans,
            ObjectProvider<DataSourcePoolMetadataProvider> metadata,
            Environment environment) {
        DataSourceTree<HealthContributor> tree = new DataSourceTree<>(
                check -> new Indicator(check::now),
                DataSourceHealthIndicator::new,
                CompositeHealthContributor::fromMap);
        return tree.of(
                Pools.beans(beans),
                environment.getProperty(WITHOUT_ROUTING, Boolean.class, false),
                new CompositeDataSourcePoolMetadataProvider(
                        metadata.orderedStream().toList()));
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

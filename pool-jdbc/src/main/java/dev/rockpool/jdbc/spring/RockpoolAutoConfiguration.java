package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.ClusterDataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;

/**
 * Creates a {@link RockpoolDataSource} from {@code spring.datasource.*} and {@code spring.datasource.rockpool.*}, with
 * Spring Boot 3 and 4, or a {@link ClusterDataSource} if {@code spring.datasource.rockpool.cluster.members} names servers.
 * It does so if {@code spring.datasource.type} names it. Without a type, it does so if there are
 * properties below {@code spring.datasource.rockpool}, or no other pool is on the class path. The application's own
 * data source takes precedence. {@code JdbcConnectionDetails}, if there are any, determine where to connect. The pool
 * is closed with the application: leased connections have ten seconds to be returned.
 */
@AutoConfiguration(
        beforeName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration"
        },
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.JndiDataSourceAutoConfiguration",
            "org.springframework.boot.jdbc.autoconfigure.XADataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.JndiDataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.XADataSourceAutoConfiguration"
        })
@ConditionalOnClass({EmbeddedDatabaseType.class, DataSourcePoolMetadataProvider.class})
@Import({Boot4Cluster.class, Boot3Cluster.class, Boot4DataSource.class, Boot3DataSource.class})
public final class RockpoolAutoConfiguration {
    /**
     * The metadata that Spring Boot shows for every Rockpool pool, also one that the application created or decorated.
     */
    @Bean
    DataSourcePoolMetadataProvider rockpoolMetadataProvider() {
        return dataSource -> {
            // Parts first, because a routing data source unwraps to what is behind its present target.
            if (Parts.of(dataSource) == null && Pools.find(dataSource) != null) return new RockpoolMetadata(dataSource);
            return Pools.isAnyBehind(dataSource) ? new PartsMetadata(dataSource) : null;
        };
    }

    @Bean
    UnusedReport rockpoolUnusedReport(ConfigurableListableBeanFactory beans, Environment environment) {
        return new UnusedReport(beans, environment);
    }
}

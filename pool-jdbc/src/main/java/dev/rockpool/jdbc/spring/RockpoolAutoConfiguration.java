package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.RockpoolDataSource;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JndiDataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.XADataSourceAutoConfiguration;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;

/**
 * Creates a {@link RockpoolDataSource} from {@code spring.datasource.*} and {@code spring.datasource.rockpool.*}, if
 * {@code spring.datasource.type} names it or no other pool is on the class path, and the application has no data source of its own.
 * Where to connect is taken from {@link JdbcConnectionDetails}, if there are any. Closed with the application: connections in use
 * have ten seconds to be returned.
 */
@AutoConfiguration(
        before = DataSourceAutoConfiguration.class,
        after = {JndiDataSourceAutoConfiguration.class, XADataSourceAutoConfiguration.class})
@ConditionalOnClass({DataSourceAutoConfiguration.class, EmbeddedDatabaseType.class})
@ConditionalOnMissingBean(type = "io.r2dbc.spi.ConnectionFactory")
@EnableConfigurationProperties(DataSourceProperties.class)
public final class RockpoolAutoConfiguration {
    /** What Spring Boot shows of any {@link RockpoolDataSource}, also of one that the application made itself. */
    @Bean
    DataSourcePoolMetadataProvider rockpoolMetadataProvider() {
        return dataSource -> {
            RockpoolDataSource found = DataSourceUnwrapper.unwrap(dataSource, RockpoolDataSource.class);
            return found == null ? null : new RockpoolMetadata(found);
        };
    }

    @Configuration(proxyBeanMethods = false)
    @Conditional(RockpoolCondition.class)
    @ConditionalOnMissingBean({DataSource.class, XADataSource.class})
    static class PoolConfiguration {
        @Bean
        @ConditionalOnMissingBean(JdbcConnectionDetails.class)
        JdbcConnectionDetails jdbcConnectionDetails(DataSourceProperties properties) {
            return new PropertiesDetails(properties);
        }

        @Bean
        RockpoolDataSource dataSource(
                DataSourceProperties properties, JdbcConnectionDetails details, Environment environment) {
            return RockpoolProperties.read(environment, properties.getName(), details)
                    .build();
        }
    }
}

package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.RockpoolDataSource;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The data source from the properties, for Spring Boot 3; {@link Boot4DataSource} is the same for Spring Boot 4. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(DataSourceProperties.class)
@EnableConfigurationProperties(DataSourceProperties.class)
@Conditional(RockpoolCondition.class)
@ConditionalOnMissingBean(
        value = {DataSource.class, XADataSource.class},
        type = "io.r2dbc.spi.ConnectionFactory")
class Boot3DataSource extends PoolBean {
    @Bean
    @ConditionalOnMissingBean(JdbcConnectionDetails.class)
    JdbcConnectionDetails jdbcConnectionDetails(DataSourceProperties properties) {
        return new FromProperties(properties);
    }

    @Bean(UnusedReport.MADE_FROM_PROPERTIES)
    RockpoolDataSource dataSource(
            DataSourceProperties properties,
            JdbcConnectionDetails details,
            Environment environment,
            ObjectProvider<RockpoolCustomizer> customizers) {
        Login login = new Login(
                details.getJdbcUrl(), details.getUsername(), details.getPassword(), details.getDriverClassName());
        return RockpoolProperties.read(
                        environment,
                        login.builder(properties.getName()),
                        customizers.orderedStream().toList())
                .build();
    }

    /** The connection details of {@code spring.datasource.*}. */
    private static final class FromProperties extends LoginDetails implements JdbcConnectionDetails {
        FromProperties(DataSourceProperties properties) {
            super(Login.of(
                    properties.determineUrl(),
                    properties.getUsername(),
                    properties.getPassword(),
                    properties.getDriverClassName()));
        }
    }
}

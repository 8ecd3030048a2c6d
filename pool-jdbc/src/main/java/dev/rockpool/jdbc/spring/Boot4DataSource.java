package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.JdbcPool;
import dev.rockpool.jdbc.RockpoolDataSource;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/** The data source from the properties, for Spring Boot 4; {@link Boot3DataSource} is the same for Spring Boot 3. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(DataSourceProperties.class)
@EnableConfigurationProperties(DataSourceProperties.class)
@Conditional(RockpoolCondition.class)
@ConditionalOnMissingBean(
        value = {DataSource.class, XADataSource.class},
        type = "io.r2dbc.spi.ConnectionFactory")
class Boot4DataSource {
    @Bean
    @ConditionalOnMissingBean(JdbcConnectionDetails.class)
    JdbcConnectionDetails jdbcConnectionDetails(DataSourceProperties properties) {
        return new FromProperties(properties);
    }

    @Bean(UnusedReport.MADE_FROM_PROPERTIES)
    RockpoolDataSource dataSource(
            DataSourceProperties properties, JdbcConnectionDetails details, Environment environment) {
        Login login = new Login(
                details.getJdbcUrl(), details.getUsername(), details.getPassword(), details.getDriverClassName());
        return RockpoolProperties.read(environment, login.builder(properties.getName()))
                .build();
    }

    /**
     * The pool behind the data source, for coroutines, however the data source is decorated. Closed with the data
     * source.
     */
    @Bean(destroyMethod = "")
    @Lazy
    @ConditionalOnMissingBean
    JdbcPool rockpoolJdbcPool(DataSource dataSource) {
        return Pools.find(dataSource).asJdbcPool();
    }

    /** The connection details of {@code spring.datasource.*}. */
    private static final class FromProperties implements JdbcConnectionDetails {
        private final Login login;

        FromProperties(DataSourceProperties properties) {
            login = Login.of(
                    properties.determineUrl(),
                    properties.getUsername(),
                    properties.getPassword(),
                    properties.getDriverClassName());
        }

        @Override
        public String getJdbcUrl() {
            return login.url();
        }

        @Override
        public String getUsername() {
            return login.username();
        }

        @Override
        public String getPassword() {
            return login.password();
        }

        @Override
        public String getDriverClassName() {
            return login.driverClassName();
        }

        @Override
        public String toString() {
            return "JDBC connection details of spring.datasource";
        }
    }
}

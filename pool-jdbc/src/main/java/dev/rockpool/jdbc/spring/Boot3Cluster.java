package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.ClusterDataSource;
import javax.sql.DataSource;
import javax.sql.XADataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.jdbc.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The cluster from the properties, for Spring Boot 3; {@link Boot4Cluster} is the same for Spring Boot 4. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(JdbcConnectionDetails.class)
@Conditional(ClusterCondition.class)
@ConditionalOnMissingBean(
        value = {DataSource.class, XADataSource.class},
        type = "io.r2dbc.spi.ConnectionFactory")
class Boot3Cluster extends ClusterBean {
    @Bean(UnusedReport.MADE_FROM_PROPERTIES)
    ClusterDataSource dataSource(
            Environment environment,
            ObjectProvider<JdbcConnectionDetails> given,
            ObjectProvider<RockpoolCustomizer> customizers) {
        JdbcConnectionDetails details = given.getIfAvailable();
        Login login = details == null
                ? null
                : new Login(
                        details.getJdbcUrl(),
                        details.getUsername(),
                        details.getPassword(),
                        details.getDriverClassName());
        return ClusterProperties.read(
                        environment, login, customizers.orderedStream().toList())
                .getDataSource();
    }
}

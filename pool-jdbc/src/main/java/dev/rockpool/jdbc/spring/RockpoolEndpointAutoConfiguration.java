package dev.rockpool.jdbc.spring;

import javax.sql.DataSource;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.datasource.AbstractDataSource;

/** The actuator endpoint {@code rockpool}, where it is exposed; with Spring Boot 3 and 4. */
@AutoConfiguration(
        after = RockpoolAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
            "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration"
        })
@ConditionalOnClass({Endpoint.class, ConditionalOnAvailableEndpoint.class, AbstractDataSource.class})
@ConditionalOnBean(DataSource.class)
public final class RockpoolEndpointAutoConfiguration {
    @Bean
    @ConditionalOnAvailableEndpoint
    RockpoolEndpoint rockpoolEndpoint(ConfigurableListableBeanFactory beans) {
        return new RockpoolEndpoint(() -> Pools.controls(Pools.beans(beans)));
    }
}

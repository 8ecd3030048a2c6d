package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.JdbcPool;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/** The bean that comes with the data source, in Spring Boot 3 and 4. */
abstract class PoolBean {
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
}

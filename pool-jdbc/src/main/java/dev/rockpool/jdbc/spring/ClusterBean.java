package dev.rockpool.jdbc.spring;

import dev.rockpool.jdbc.JdbcCluster;
import javax.sql.DataSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/** The bean that comes with the data source, in Spring Boot 3 and 4. */
abstract class ClusterBean {
    /**
     * The cluster behind the data source, however that is decorated. Closed with the data source.
     */
    @Bean(destroyMethod = "")
    @Lazy
    @ConditionalOnMissingBean
    JdbcCluster rockpoolJdbcCluster(DataSource dataSource) {
        return Pools.findCluster(dataSource).asJdbcCluster();
    }
}

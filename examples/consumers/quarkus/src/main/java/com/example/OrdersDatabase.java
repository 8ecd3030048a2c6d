package com.example;

import dev.rockpool.jdbc.RockpoolDataSource;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

// region quarkus
/** Makes the pool injectable, as RockpoolDataSource and as DataSource. */
public class OrdersDatabase {
    @Produces
    @Singleton
    RockpoolDataSource open(@ConfigProperty(name = "database.url") String url) {
        return RockpoolDataSource.builder()
                .name("orders")
                .url(url)
                .maxSize(4)
                .acquireTimeout(Duration.ofSeconds(2))
                .build();
    }

    void close(@Disposes RockpoolDataSource dataSource) {
        dataSource.close(Duration.ofSeconds(1));
    }
}
// endregion

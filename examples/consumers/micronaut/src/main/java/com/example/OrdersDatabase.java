package com.example;

import dev.rockpool.jdbc.RockpoolDataSource;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Property;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.Duration;
import javax.sql.DataSource;

// region micronaut
@Factory
class OrdersDatabase {
    private final RockpoolDataSource pool;

    OrdersDatabase(@Property(name = "database.url") String url) {
        pool = RockpoolDataSource.builder()
                .name("orders")
                .url(url)
                .maxSize(4)
                .acquireTimeout(Duration.ofSeconds(2))
                .build();
    }

    @Singleton
    @Named("default")
    DataSource dataSource() {
        return pool;
    }

    @PreDestroy
    void close() {
        pool.close(Duration.ofSeconds(1));
    }
}
// endregion

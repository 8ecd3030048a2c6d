package com.example;

import dev.rockpool.HealthStatus;
import dev.rockpool.PoolHealth;
import dev.rockpool.jdbc.RockpoolDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

// region quarkus-health
/** Answers from what the pool knows: it borrows no connection. */
@Readiness
@ApplicationScoped
public class DatabaseHealth implements HealthCheck {
    @Inject
    RockpoolDataSource dataSource;

    @Override
    public HealthCheckResponse call() {
        PoolHealth health = dataSource.control().health();
        return HealthCheckResponse.named("database")
                .status(health.getStatus() != HealthStatus.UNHEALTHY)
                .withData("pool", health.toString())
                .build();
    }
}
// endregion

package dev.rockpool.jdbc.spring;

import dev.rockpool.HealthStatus;
import dev.rockpool.PoolHealth;
import dev.rockpool.PoolStats;
import dev.rockpool.jdbc.RockpoolDataSource;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of one pool, from what connects and probes said. Down when callers cannot be served; a pool that is only degraded is
 * up, with its issues among the details.
 */
public final class RockpoolHealthIndicator extends AbstractHealthIndicator {
    private final RockpoolDataSource dataSource;

    RockpoolHealthIndicator(RockpoolDataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        PoolHealth health = dataSource.control().health();
        PoolStats stats = dataSource.snapshot();
        builder.status(health.getStatus() == HealthStatus.UNHEALTHY ? Status.DOWN : Status.UP)
                .withDetail("pool", stats.getName())
                .withDetail("status", health.getStatus())
                .withDetail("leased", stats.getLeased())
                .withDetail("idle", stats.getIdle())
                .withDetail("pending", stats.getPending())
                .withDetail("maxSize", stats.getMaxSize());
        if (!health.getIssues().isEmpty()) builder.withDetail("issues", health.getIssues());
        if (health.getConsecutiveFailures() > 0) {
            builder.withDetail("consecutiveFailures", health.getConsecutiveFailures())
                    .withDetail("lastFailure", String.valueOf(health.getLastFailure()));
        }
    }
}

package dev.rockpool.jdbc.spring;

import dev.rockpool.HealthStatus;
import dev.rockpool.PoolHealth;
import dev.rockpool.PoolStats;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The contributor {@code rockpool}: the health of one pool, from the outcomes of its connects and probes. It is down if
 * callers cannot be served. A degraded pool is up, with its issues in the details. It acquires no connection and never
 * waits.
 */
final class PoolCheck {
    private PoolCheck() {}

    static Answer of(RockpoolDataSource pool) {
        PoolHealth health = pool.control().health();
        PoolStats stats = pool.snapshot();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("pool", stats.getName());
        details.put("status", health.getStatus());
        details.put("leased", stats.getLeased());
        details.put("idle", stats.getIdle());
        details.put("pending", stats.getPending());
        details.put("maxSize", stats.getMaxSize());
        if (!health.getIssues().isEmpty()) details.put("issues", health.getIssues());
        if (health.getConsecutiveFailures() > 0) {
            details.put("consecutiveFailures", health.getConsecutiveFailures());
            details.put("lastFailure", String.valueOf(health.getLastFailure()));
        }
        return new Answer(health.getStatus() != HealthStatus.UNHEALTHY, details);
    }
}

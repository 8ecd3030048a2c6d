package dev.rockpool.jdbc.internal.metrics;

import dev.rockpool.CallerUsage;
import dev.rockpool.HealthStatus;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolStats;
import java.util.List;

/**
 * The numbers of one pool at one moment.
 *
 * @param callers empty unless the pool watches its usage
 * @param advised the recommended size; 0 for none
 */
public record Sample(PoolStats stats, HealthStatus health, List<CallerUsage> callers, int advised) {
    public static Sample of(PoolControl control) {
        PoolStats stats = control.snapshot();
        HealthStatus health = control.health().getStatus();
        if (!control.getWatchUsage()) return new Sample(stats, health, List.of(), 0);
        return new Sample(stats, health, control.callers(), control.advice().getSize());
    }
}

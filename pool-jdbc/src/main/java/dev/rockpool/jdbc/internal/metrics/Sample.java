package dev.rockpool.jdbc.internal.metrics;

import dev.rockpool.HealthStatus;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolStats;

/** The numbers of one pool at one moment. */
public record Sample(PoolStats stats, HealthStatus health) {
    public static Sample of(PoolControl control) {
        return new Sample(control.snapshot(), control.health().getStatus());
    }
}

package dev.rockpool.monitor;

import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * A number that a rule compares with its threshold. Figures of a range are those of the rule's
 * {@linkplain AlertRule#window window}; the others are those of the moment. Times are in seconds.
 *
 * <p>A figure that is made from attempts is unknown while there were fewer than {@link AlertRule#minAttempts}. An
 * unknown figure neither fires nor resolves an alert.
 */
public enum Figure {
    /** The share of {@code maxSize} that is leased at the moment, from 0 to 1. */
    UTILIZATION(PoolFigures::getUtilization, null),

    /** The share of callers that got no connection, of those that asked and were not cancelled. Attempts: these. */
    ERROR_RATE(f -> orUnknown(f.getErrorRate()), PoolFigures::getAttempts),

    /** The share of the window in which callers waited although every connection was leased. */
    EXHAUSTED(f -> orUnknown(f.getExhaustedShare()), null),

    /** The callers that wait at the moment. */
    PENDING(PoolFigures::getPending, null),

    /** The longest present wait, in seconds. */
    OLDEST_WAIT(f -> seconds(f.getOldestWait().toNanos()), null),

    /** The mean wait, in seconds. Attempts: callers that were served or timed out. */
    WAIT_MEAN(f -> seconds(f.getWait().getMean().toNanos()), f -> f.getWait().getCount()),

    /** The 99th percentile of waits, in seconds. Attempts: callers that were served or timed out. */
    WAIT_P99(f -> seconds(f.getWait().getP99().toNanos()), f -> f.getWait().getCount()),

    /** The 99th percentile of waits as a share of {@code acquireTimeout}; unknown if that is null. Attempts as above. */
    WAIT_P99_OF_TIMEOUT(PoolFigures::p99OfTimeout, f -> f.getWait().getCount()),

    /** The mean time that opening a connection took, in seconds. Attempts: opened connections. */
    OPEN_MEAN(f -> seconds(f.getOpen().getMean().toNanos()), f -> f.getOpen().getCount()),

    /** Callers that were served, per second. */
    RATE(f -> orUnknown(f.getRate()), null),

    /** 1 while the health is UNHEALTHY, which means that the server cannot be reached; else 0. */
    DOWN(f -> f.getHealth() == dev.rockpool.HealthStatus.UNHEALTHY ? 1 : 0, null),

    /** 1 while the pool is paused, else 0. */
    PAUSED(f -> f.isPaused() ? 1 : 0, null),

    /** Leases that were reported as leaks in the window. */
    LEAKED(PoolFigures::getLeaked, null),

    /** Connections opened per minute, for each one of {@code maxSize}. 1 means that each is replaced every minute. */
    CHURN(PoolFigures::churn, null);

    private static final double NANOS = 1e9;

    private final ToDoubleFunction<PoolFigures> value;
    private final ToLongFunction<PoolFigures> attempts;

    Figure(ToDoubleFunction<PoolFigures> value, ToLongFunction<PoolFigures> attempts) {
        this.value = value;
        this.attempts = attempts;
    }

    /** Its value; {@code NaN} if it is unknown. */
    double of(PoolFigures figures, long minAttempts) {
        if (attempts != null && attempts.applyAsLong(figures) < minAttempts) return Double.NaN;
        return value.applyAsDouble(figures);
    }

    private static double orUnknown(Double value) {
        return value == null ? Double.NaN : value;
    }

    private static double seconds(long nanos) {
        return nanos / NANOS;
    }
}

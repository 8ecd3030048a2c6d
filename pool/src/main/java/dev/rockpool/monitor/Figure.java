package dev.rockpool.monitor;

import java.math.BigDecimal;
import java.math.MathContext;
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
    UTILIZATION("leased connections", Unit.SHARE, PoolFigures::getUtilization, null),

    /** The share of callers that got no connection, of those that asked and were not cancelled. Attempts: these. */
    ERROR_RATE("callers without a connection", Unit.SHARE, f -> orUnknown(f.getErrorRate()), PoolFigures::getAttempts),

    /** The share of the window in which callers waited although every connection was leased. */
    EXHAUSTED(
            "time in which callers waited for a lease to end", Unit.SHARE, f -> orUnknown(f.getExhaustedShare()), null),

    /** The callers that wait at the moment. */
    PENDING("waiting callers", Unit.COUNT, PoolFigures::getPending, null),

    /** The longest present wait, in seconds. */
    OLDEST_WAIT(
            "longest present wait", Unit.SECONDS, f -> seconds(f.getOldestWait().toNanos()), null),

    /** The mean wait, in seconds. Attempts: callers that were served or timed out. */
    WAIT_MEAN("mean wait", Unit.SECONDS, f -> seconds(f.getWait().getMean().toNanos()), f -> f.getWait()
            .getCount()),

    /** The 99th percentile of waits, in seconds. Attempts: callers that were served or timed out. */
    WAIT_P99("p99 of waits", Unit.SECONDS, f -> seconds(f.getWait().getP99().toNanos()), f -> f.getWait()
            .getCount()),

    /** The 99th percentile of waits as a share of {@code acquireTimeout}; unknown if that is null. Attempts as above. */
    WAIT_P99_OF_TIMEOUT(
            "p99 of waits as a share of acquireTimeout", Unit.SHARE, PoolFigures::p99OfTimeout, f -> f.getWait()
                    .getCount()),

    /** The mean time that opening a connection took, in seconds. Attempts: opened connections. */
    OPEN_MEAN(
            "mean time to open a connection",
            Unit.SECONDS,
            f -> seconds(f.getOpen().getMean().toNanos()),
            f -> f.getOpen().getCount()),

    /** Callers that were served, per second. */
    RATE("callers served per second", Unit.COUNT, f -> orUnknown(f.getRate()), null),

    /** 1 while the health is UNHEALTHY, which means that the server cannot be reached; else 0. */
    DOWN(
            "the server cannot be reached",
            Unit.STATE,
            f -> f.getHealth() == dev.rockpool.HealthStatus.UNHEALTHY ? 1 : 0,
            null),

    /** 1 while the pool is paused, else 0. */
    PAUSED("the pool is paused", Unit.STATE, f -> f.isPaused() ? 1 : 0, null),

    /** Leases that were reported as leaks in the window. */
    LEAKED("leases that last too long", Unit.COUNT, PoolFigures::getLeaked, null),

    /** Connections opened per minute, for each one of {@code maxSize}. 1 means that each is replaced every minute. */
    CHURN("connections opened per minute and place", Unit.COUNT, PoolFigures::churn, null);

    private static final double NANOS = 1e9;

    private enum Unit {
        SHARE,
        SECONDS,
        COUNT,
        /** 1 if it is so, else 0. */
        STATE
    }

    private final String words;
    private final Unit unit;
    private final ToDoubleFunction<PoolFigures> value;
    private final ToLongFunction<PoolFigures> attempts;

    Figure(String words, Unit unit, ToDoubleFunction<PoolFigures> value, ToLongFunction<PoolFigures> attempts) {
        this.words = words;
        this.unit = unit;
        this.value = value;
        this.attempts = attempts;
    }

    /** Its value; {@code NaN} if it is unknown. */
    double of(PoolFigures figures, long minAttempts) {
        if (attempts != null && attempts.applyAsLong(figures) < minAttempts) return Double.NaN;
        return value.applyAsDouble(figures);
    }

    /** What it says for people when it is this value, which is above the threshold. */
    String above(double value, double threshold) {
        return unit == Unit.STATE ? words : words + ": " + readable(value) + ", above " + readable(threshold);
    }

    /** What it says for people when this was the highest value. */
    String atMost(double highest) {
        return unit == Unit.STATE ? words : words + ": " + readable(highest) + " at most";
    }

    private String readable(double number) {
        return switch (unit) {
            case SHARE -> digits(100 * number) + " %";
            case SECONDS -> digits(number) + " s";
            case COUNT, STATE -> digits(number);
        };
    }

    /** Three digits, or all of a whole number. */
    private static String digits(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) return Double.toString(number);
        BigDecimal rounded = BigDecimal.valueOf(number).round(new MathContext(3));
        BigDecimal whole = BigDecimal.valueOf(Math.rint(number));
        return (number >= 100 ? whole : rounded).stripTrailingZeros().toPlainString();
    }

    private static double orUnknown(Double value) {
        return value == null ? Double.NaN : value;
    }

    private static double seconds(long nanos) {
        return nanos / NANOS;
    }
}

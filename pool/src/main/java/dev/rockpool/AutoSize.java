package dev.rockpool;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * How a pool finds its own size: {@code control.autoSize(AutoSize.between(2, 40))}. Immutable.
 *
 * <p>While callers wait, the pool tries a smaller and a greater {@code maxSize} by turns, each for a window. It counts
 * how many leases end per second. It moves to a size that is better by more than the noise, and to a smaller one that
 * is as good. Without waiting callers nothing changes.
 */
public final class AutoSize {
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration SHORTEST = Duration.ofMillis(10);

    private final int min;
    private final int max;
    private final Duration interval;
    private final Supplier<? extends SizingStrategy> strategy;

    private AutoSize(int min, int max, Duration interval, Supplier<? extends SizingStrategy> strategy) {
        this.min = min;
        this.max = max;
        this.interval = interval;
        this.strategy = strategy;
    }

    /**
     * Sizes from {@code min} to {@code max}, with windows of 500 ms. The pool also stays within its {@link Budget} and,
     * for ten minutes, below a size at which the server refused a connection because it was full. It never gets smaller
     * than its {@code minIdle}.
     *
     * @throws IllegalArgumentException if min is below 1 or above max
     */
    public static AutoSize between(int min, int max) {
        if (min < 1) throw new IllegalArgumentException("min is " + min + " but must be at least 1");
        if (max < min) throw new IllegalArgumentException("max is " + max + " but must be at least min (" + min + ")");
        return new AutoSize(min, max, INTERVAL, null);
    }

    /**
     * How long a window lasts, 500 ms by default. A decision takes at least ten windows. A window with fewer than 50
     * leases is extended, up to twenty times. So the interval seldom has to be changed: a longer one is calmer, a
     * shorter one is faster.
     *
     * @throws IllegalArgumentException if it is shorter than 10 ms
     */
    public AutoSize interval(Duration interval) {
        Objects.requireNonNull(interval, "interval");
        if (interval.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("interval is " + interval + " but must be at least " + SHORTEST);
        }
        return new AutoSize(min, max, interval, strategy);
    }

    /** Another way to decide. Each pool that sizes itself gets a strategy of its own from the supplier. */
    public AutoSize strategy(Supplier<? extends SizingStrategy> strategy) {
        return new AutoSize(min, max, interval, Objects.requireNonNull(strategy, "strategy"));
    }

    /** The smallest size. */
    public int getMin() {
        return min;
    }

    /** The greatest size. */
    public int getMax() {
        return max;
    }

    /** How long a window lasts at least. */
    public Duration getInterval() {
        return interval;
    }

    /** Supplies the strategies; null for that of the pool. */
    public Supplier<? extends SizingStrategy> getStrategy() {
        return strategy;
    }

    @Override
    public String toString() {
        return "AutoSize[min=" + min + ", max=" + max + ", interval=" + interval.toMillis() + " ms]";
    }

    /** A pool that sizes itself, see {@link PoolControl#autoSize}. Thread-safe. */
    public interface Running extends AutoCloseable {
        /** The size that was decided for. {@code maxSize} differs from it while other sizes are tried. */
        int getSize();

        /** Ends it. The pool keeps the size that was decided for. A second call does nothing. */
        @Override
        void close();
    }
}

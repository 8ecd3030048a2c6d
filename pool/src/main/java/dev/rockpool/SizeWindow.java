package dev.rockpool;

import java.time.Duration;
import java.util.Objects;

/**
 * What a pool did for a while at one size, as a {@link SizingStrategy} sees it. Immutable.
 *
 * <p>A pool that sizes itself ({@link AutoSize}) creates one for each window. The constructor is for tests of a strategy.
 */
public final class SizeWindow {
    private final int size;
    private final int min;
    private final int max;
    private final Duration lasted;
    private final long leases;
    private final double exhausted;
    private final boolean disturbed;

    /**
     * @param size the {@code maxSize} that was in force
     * @param min the smallest size that may be chosen next
     * @param max the greatest size that may be chosen next
     * @param lasted how long the window lasted, above zero
     * @param leases how many leases ended in it
     * @param exhausted the share of it in which callers waited although every connection was leased, 0 to 1
     * @param disturbed whether something other than the size decided, see {@link #isDisturbed}
     * @throws IllegalArgumentException if min is below 1 or above max, if the size or the duration is not above zero,
     *     if the leases are negative, or if the share is not within 0 to 1
     */
    public SizeWindow(int size, int min, int max, Duration lasted, long leases, double exhausted, boolean disturbed) {
        this.size = size;
        this.min = min;
        this.max = max;
        this.lasted = Objects.requireNonNull(lasted, "lasted");
        this.leases = leases;
        this.exhausted = exhausted;
        this.disturbed = disturbed;
        check(size >= 1, "size", size, "at least 1");
        check(min >= 1 && min <= max, "min", min, "1 to max (" + max + ")");
        check(lasted.compareTo(Duration.ZERO) > 0, "lasted", lasted, "above zero");
        check(leases >= 0, "leases", leases, "at least 0");
        check(exhausted >= 0 && exhausted <= 1, "exhausted", exhausted, "0 to 1");
    }

    private static void check(boolean holds, String name, Object value, String allowed) {
        if (!holds) throw new IllegalArgumentException(name + " is " + value + " but must be " + allowed);
    }

    /** The {@code maxSize} that was in force. */
    public int getSize() {
        return size;
    }

    /** The smallest size that may be chosen next. */
    public int getMin() {
        return min;
    }

    /** The greatest size that may be chosen next: the configured one, or less if the server or the budget is full. */
    public int getMax() {
        return max;
    }

    /** How long the window lasted. */
    public Duration getLasted() {
        return lasted;
    }

    /** How many leases ended in the window. */
    public long getLeases() {
        return leases;
    }

    /** The share of the window in which callers waited although every connection was leased, 0 to 1. */
    public double getExhausted() {
        return exhausted;
    }

    /**
     * Whether something other than the size decided how many leases ended: an outage, a pause, no lease at all, or
     * connections that did not follow the size in time. Such a window says nothing about the size.
     */
    public boolean isDisturbed() {
        return disturbed;
    }

    /** How many leases ended per second. */
    public double leasesPerSecond() {
        return leases * 1e9 / lasted.toNanos();
    }

    @Override
    public String toString() {
        return "SizeWindow[size=" + size + " of " + min + " to " + max + ", " + leases + " leases in "
                + lasted.toMillis() + " ms, exhausted=" + exhausted + (disturbed ? ", disturbed]" : "]");
    }
}

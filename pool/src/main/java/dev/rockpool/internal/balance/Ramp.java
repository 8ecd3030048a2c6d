package dev.rockpool.internal.balance;

import java.util.function.LongSupplier;

/**
 * How much of a member's weight counts: all of it, or less for a while after the member has returned. A server that has
 * just started has cold caches, and its pool has no connections. Thread-safe.
 */
final class Ramp {
    private static final double LEAST = 0.1;
    private static final long NOT = Long.MIN_VALUE;

    private final long length;
    private final LongSupplier clock;
    private volatile long from = NOT;

    /**
     * @param length how long it takes, in nanoseconds
     * @param clock in nanoseconds
     */
    Ramp(long length, LongSupplier clock) {
        this.length = length;
        this.clock = clock;
    }

    /** The member has returned. */
    void start() {
        if (length > 0) from = clock.getAsLong();
    }

    /** Between a tenth and 1. */
    double share() {
        long began = from;
        if (began == NOT) return 1;
        long passed = clock.getAsLong() - began;
        if (passed < length) return Math.max(LEAST, (double) passed / length);
        from = NOT;
        return 1;
    }
}

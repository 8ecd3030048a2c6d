package dev.rockpool.internal.core.lending;

/**
 * How long callers have waited although every connection was leased. Guarded by the lock of {@link WaitQueue}, except
 * for {@link #isOn}.
 */
final class ExhaustionTimer {
    private static final long OFF = Long.MIN_VALUE;

    private volatile long since = OFF;
    private long ended;

    /** Whether the pool is exhausted, as far as it was noticed. */
    boolean isOn() {
        return since != OFF;
    }

    void begin(long now) {
        if (!isOn()) since = now;
    }

    void end(long now) {
        if (!isOn()) return;
        ended += Math.max(0, now - since);
        since = OFF;
    }

    /** How long the present exhaustion has lasted; negative if there is none. */
    long current(long now) {
        long began = since;
        return began == OFF ? -1 : Math.max(0, now - began);
    }

    /** All exhaustions together, including the present one. */
    long total(long now) {
        return ended + Math.max(0, current(now));
    }
}

package dev.rockpool.internal.core.stats;

import java.util.concurrent.atomic.LongAdder;

/**
 * Durations in a pool, and when each event last happened, in nanoseconds by the pool's clock. Thread-safe. Only slow
 * paths and sampled leases update it.
 */
public final class LatencyStats {
    /** The time of an event that never happened. */
    public static final long NEVER = Long.MIN_VALUE;

    private volatile Recording recording;
    private volatile long openedAt = NEVER;
    private volatile long closedAt = NEVER;
    private volatile long acquiredAt = NEVER;
    private volatile long releasedAt = NEVER;

    public LatencyStats(long now) {
        reset(now, 0);
    }

    /**
     * Everything recorded since a reset.
     *
     * @param since when the recording began
     * @param leasesBefore how many leases there had been by then
     * @param waited waits, including those that timed out
     * @param timedOut how many waits timed out
     */
    public record Recording(
            long since,
            long leasesBefore,
            Histogram waited,
            LongAdder timedOut,
            Histogram open,
            Histogram use,
            Histogram idle,
            Histogram lifetime) {
        /** Waits for a lease, including waits of zero for leases granted at once. */
        public Histogram.Summary waits(long leases) {
            long served = waited.count() - timedOut.sum();
            return waited.summary(Math.max(0, leases - leasesBefore - served));
        }
    }

    public Recording recording() {
        return recording;
    }

    /** Starts a new recording. */
    public void reset(long now, long leases) {
        recording = new Recording(
                now,
                leases,
                new Histogram(),
                new LongAdder(),
                new Histogram(),
                new Histogram(),
                new Histogram(),
                new Histogram());
    }

    public void opened(long now, long took) {
        openedAt = now;
        recording.open.record(took);
    }

    public void closed(long now, long age) {
        closedAt = now;
        recording.lifetime.record(age);
    }

    /** Records that a caller was served after this wait. */
    public void waited(long took) {
        recording.waited.record(took);
    }

    /** Records that a caller timed out after this wait. */
    public void waitTimedOut(long took) {
        Recording to = recording;
        to.timedOut.increment();
        to.waited.record(took);
    }

    /** Records that a measured lease began, and how long the slot was idle before; negative if unknown. */
    public void acquired(long now, long idle) {
        acquiredAt = now;
        if (idle >= 0) recording.idle.record(idle);
    }

    /** Records that a measured lease ended after this time; negative if unknown. */
    public void released(long now, long use) {
        releasedAt = now;
        if (use >= 0) recording.use.record(use);
    }

    public long openedAt() {
        return openedAt;
    }

    public long closedAt() {
        return closedAt;
    }

    /** To within the time between two measured leases. */
    public long acquiredAt() {
        return acquiredAt;
    }

    /** To within the time between two measured leases. */
    public long releasedAt() {
        return releasedAt;
    }
}

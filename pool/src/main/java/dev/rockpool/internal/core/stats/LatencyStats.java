package dev.rockpool.internal.core.stats;

import java.util.concurrent.atomic.LongAdder;

/**
 * How long things took in a pool, and when they last happened. Nanoseconds, by the pool's clock. Thread-safe, and touched by slow paths and by a sample of
 * the leases only.
 */
public final class LatencyStats {
    /** For a time at which something last happened: it never did. */
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
     * What was recorded since a reset.
     *
     * @param since when it began
     * @param leasesBefore how many leases had been given by then
     * @param waited also those who got none
     * @param inVain how many got none
     */
    public record Recording(
            long since,
            long leasesBefore,
            Histogram waited,
            LongAdder inVain,
            Histogram open,
            Histogram use,
            Histogram idle,
            Histogram lifetime) {
        /** Waits for a lease, those of zero included: leases that were given at once. */
        public Histogram.Summary waits(long leases) {
            long served = waited.count() - inVain.sum();
            return waited.summary(Math.max(0, leases - leasesBefore - served));
        }
    }

    public Recording recording() {
        return recording;
    }

    /** Starts all over with the recording. */
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

    /** Somebody was served after this wait. */
    public void waited(long took) {
        recording.waited.record(took);
    }

    /** Somebody was not served although it waited for its whole timeout. */
    public void waitedInVain(long took) {
        Recording to = recording;
        to.inVain.increment();
        to.waited.record(took);
    }

    /** A lease that is measured began; the slot was idle so long before, or negative for unknown. */
    public void acquired(long now, long idle) {
        acquiredAt = now;
        if (idle >= 0) recording.idle.record(idle);
    }

    /** A lease that is measured ended after this time, or negative for unknown. */
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

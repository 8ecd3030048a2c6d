package dev.rockpool.internal.core.stats;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Function;

/**
 * Durations in a pool, and when each event last happened, in nanoseconds by the pool's clock. Thread-safe. Only slow
 * paths and sampled leases update it.
 */
public final class LatencyStats {
    /** The time of an event that never happened. */
    public static final long NEVER = Long.MIN_VALUE;

    private static final AtomicLongFieldUpdater<LatencyStats> ZEROS =
            AtomicLongFieldUpdater.newUpdater(LatencyStats.class, "zeros");

    private final Histogram waited;
    private final Histogram open;
    private final Histogram use;
    private final Histogram idle;
    private final Histogram lifetime;
    private volatile long zeros;
    private volatile Reset reset;
    private volatile long openedAt = NEVER;
    private volatile long closedAt = NEVER;
    private volatile long acquiredAt = NEVER;
    private volatile long releasedAt = NEVER;

    public LatencyStats(long now) {
        reset = new Reset(now, 0);
        waited = new Histogram();
        open = new Histogram();
        use = new Histogram();
        idle = new Histogram();
        lifetime = new Histogram();
    }

    private LatencyStats(List<LatencyStats> all) {
        long granted = 0;
        long before = 0;
        for (LatencyStats each : all) {
            granted += each.zeros;
            before += each.reset.zeros;
        }
        zeros = granted;
        reset = new Reset(0, before);
        waited = sum(all, each -> each.waited);
        open = sum(all, each -> each.open);
        use = sum(all, each -> each.use);
        idle = sum(all, each -> each.idle);
        lifetime = sum(all, each -> each.lifetime);
    }

    /** The durations that all these have recorded. It has no times of events, because they may have different clocks. */
    public static LatencyStats sum(List<LatencyStats> all) {
        return new LatencyStats(all);
    }

    private static Histogram sum(List<LatencyStats> all, Function<LatencyStats, Histogram> histogram) {
        return Histogram.sum(all.stream().map(histogram).toList());
    }

    /** When the summaries began, and how many leases had been granted at once before. */
    private record Reset(long since, long zeros) {}

    /** When the summaries began. */
    public long since() {
        return reset.since;
    }

    /**
     * Raises the number of leases that were granted at once, and returns it. It never falls, although it is computed
     * from numbers that are read one after another.
     */
    public long grantedAtOnce(long atLeast) {
        return ZEROS.accumulateAndGet(this, atLeast, Math::max);
    }

    /** Waits for a lease since the last reset, including waits of zero for leases granted at once. */
    public Histogram.Summary waits() {
        return waited.summary(zeros - reset.zeros);
    }

    /** How many waits there were, including those of zero. */
    public long waitCount() {
        return waited.count() + zeros;
    }

    /** All waits, including those of zero. */
    public Histogram.Totals waitTotals(long[] bounds) {
        long atOnce = zeros;
        Histogram.Totals others = waited.totals(bounds);
        long[] upTo = others.upTo();
        for (int i = 0; i < upTo.length; i++) upTo[i] += atOnce;
        return new Histogram.Totals(others.count() + atOnce, others.sum(), upTo);
    }

    /** How long opening took. */
    public Histogram open() {
        return open;
    }

    /** How long leases lasted: a sample, in which each counts for those that were not measured. */
    public Histogram use() {
        return use;
    }

    /** How long slots were idle between two leases, sampled in the same way. */
    public Histogram idle() {
        return idle;
    }

    /** How old connections were when they were closed. */
    public Histogram lifetime() {
        return lifetime;
    }

    /** Resets the summaries. */
    public void reset(long now) {
        reset = new Reset(now, zeros);
        for (Histogram each : new Histogram[] {waited, open, use, idle, lifetime}) each.reset();
    }

    public void opened(long now, long took) {
        openedAt = now;
        open.record(took);
    }

    public void closed(long now, long age) {
        closedAt = now;
        lifetime.record(age);
    }

    /** Records that a caller was served after this wait. */
    public void waited(long took) {
        waited.record(took);
    }

    /** Records that a caller timed out after this wait. */
    public void waitTimedOut(long took) {
        waited.record(took);
    }

    /**
     * Records that a measured lease began, and how long the slot was idle before; negative if unknown.
     *
     * @param weight how many leases this one stands for
     */
    public void acquired(long now, long wasIdle, long weight) {
        acquiredAt = now;
        if (wasIdle >= 0) idle.record(wasIdle, weight);
    }

    /** Records that a measured lease ended after this time; negative if unknown. */
    public void released(long now, long used, long weight) {
        releasedAt = now;
        if (used >= 0) use.record(used, weight);
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

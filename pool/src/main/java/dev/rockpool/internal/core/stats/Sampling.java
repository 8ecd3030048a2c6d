package dev.rockpool.internal.core.stats;

import dev.rockpool.internal.core.slot.SlotWord;

/**
 * Decides which leases are measured: those whose number, without its lowest bit, is a multiple of a power of two. So
 * leases are measured in consecutive pairs, which also gives the idle time between them. Up to a thousand per second
 * every lease is measured, above that one in eight or fewer, and at most a thousand per second.
 *
 * <p>The JIT compiler inlines code that a quarter of the calls reach. So measuring must be rarer than that in a busy
 * pool, or acquire and release take it in and compile for longer. A burst thins its own sample at once, before the
 * compiler begins to count. The keeper makes the sample denser again at its next look, when it knows the rate.
 */
public final class Sampling {
    /** The maximum number of measured leases per second, over time. */
    static final int PER_SECOND = 1_000;

    private static final int MAX_SHIFT = 30;

    /** The densest sample of a busy pool: one lease in eight. */
    private static final int BUSY_SHIFT = 4;

    private static final int BURST_SHIFT = 6;
    private static final int BURST_PER_SECOND = 2 * PER_SECOND;

    /** Less than the 200 calls after which the compiler begins to count. */
    private static final int BATCH = 128;

    private static final long SECOND = 1_000_000_000L;

    private volatile int shift;
    private int measured; // racy, like batchBegan: approximate values are enough
    private long batchBegan;
    private long lookedAt;
    private long leasesSeen;

    public Sampling(long now) {
        this.lookedAt = now;
        this.batchBegan = now;
    }

    /** A lease is measured if its ticket has none of these bits. */
    public long mask() {
        return maskFor(shift);
    }

    /** How many leases a measured one stands for. */
    public long weight() {
        return weightOf(shift);
    }

    /**
     * Counts a measured lease. Returns true if the mask changed, because leases come too fast to wait for the keeper.
     */
    public boolean count(long now) {
        if (++measured % BATCH != 0) return false;
        long took = now - batchBegan;
        batchBegan = now;
        if (took >= BATCH * SECOND / BURST_PER_SECOND || shift >= MAX_SHIFT) return false;
        shift = Math.min(MAX_SHIFT, shift + BURST_SHIFT);
        return true;
    }

    /** Adjusts the mask to the number of leases so far. Called by the keeper. Returns true if the mask changed. */
    public boolean look(long now, long leases) {
        long elapsed = now - lookedAt;
        if (elapsed < SECOND / 2) return false;
        double perSecond = (double) (leases - leasesSeen) * SECOND / elapsed;
        lookedAt = now;
        leasesSeen = leases;
        int fitting = 0;
        while (fitting < MAX_SHIFT && perSecond * share(fitting) > PER_SECOND)
            fitting = Math.max(BUSY_SHIFT, fitting + 1);
        if (fitting == shift) return false;
        shift = fitting;
        return true;
    }

    private static double share(int shift) {
        return 1.0 / weightOf(shift);
    }

    /** Two of this many consecutive leases are measured. */
    private static long weightOf(int shift) {
        return shift == 0 ? 1 : (1L << shift) / 2;
    }

    private static long maskFor(int shift) {
        return shift == 0 ? 0 : ((1L << shift) - 2) << SlotWord.EPOCH_SHIFT;
    }
}

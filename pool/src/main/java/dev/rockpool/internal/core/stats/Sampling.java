package dev.rockpool.internal.core.stats;

import dev.rockpool.internal.core.slot.SlotWord;

/**
 * Which leases are measured: those whose number, without its lowest bit, is a multiple of a power of two. So two of a row are, and what lies between them
 * is known, too: how long the slot was idle. With few leases all of them are; with more, some thousand per second.
 *
 * <p>A burst thins its own sample at once, by far, so that measuring stays the exception also while the virtual machine decides what to
 * compile into what; the keeper makes the sample denser again when it looks and knows the rate.
 */
public final class Sampling {
    /** How many are measured per second, at most, over time. */
    static final int PER_SECOND = 1_000;

    private static final int MAX_SHIFT = 30;
    private static final int BURST_SHIFT = 6;
    private static final int BURST_PER_SECOND = 10 * PER_SECOND;
    private static final int BATCH = 128;
    private static final long SECOND = 1_000_000_000L;

    private volatile int shift;
    private int measured; // racy, and the next one: they only have to be about right
    private long batchBegan;
    private long lookedAt;
    private long leasesSeen;

    public Sampling(long now) {
        this.lookedAt = now;
        this.batchBegan = now;
    }

    /** A ticket is measured if it has none of these bits. */
    public long mask() {
        return maskFor(shift);
    }

    /** One more is measured now. True when that changed the mask: they come too fast to wait for the keeper. */
    public boolean count(long now) {
        if (++measured % BATCH != 0) return false;
        long took = now - batchBegan;
        batchBegan = now;
        if (took >= BATCH * SECOND / BURST_PER_SECOND || shift >= MAX_SHIFT) return false;
        shift = Math.min(MAX_SHIFT, shift + BURST_SHIFT);
        return true;
    }

    /** The keeper looks: so many leases were given by now. True when that changed the mask. */
    public boolean look(long now, long leases) {
        long elapsed = now - lookedAt;
        if (elapsed < SECOND / 2) return false;
        double perSecond = (double) (leases - leasesSeen) * SECOND / elapsed;
        lookedAt = now;
        leasesSeen = leases;
        int fitting = 0;
        while (fitting < MAX_SHIFT && perSecond * share(fitting) > PER_SECOND) fitting = Math.max(2, fitting + 1);
        if (fitting == shift) return false;
        shift = fitting;
        return true;
    }

    private static double share(int shift) {
        return shift == 0 ? 1 : 2.0 / (1L << shift);
    }

    private static long maskFor(int shift) {
        return shift == 0 ? 0 : ((1L << shift) - 2) << SlotWord.EPOCH_SHIFT;
    }
}

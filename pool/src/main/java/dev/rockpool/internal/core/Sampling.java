package dev.rockpool.internal.core;

/**
 * Which leases are measured: those whose number, without its lowest bit, is a multiple of a power of two. So two of a row are, and what lies between them
 * is known, too: how long the slot was idle. With few leases all of them are; with more, some thousand per second.
 *
 * <p>A burst thins its own sample at once; the keeper makes it denser again when it looks and finds that the burst is over.
 */
final class Sampling {
    /** How many are measured per second, at most, over time. */
    static final int PER_SECOND = 1_000;

    private static final int MAX_SHIFT = 30;
    private static final long SECOND = 1_000_000_000L;

    private volatile int shift;
    private int measured; // racy: it only has to be about right
    private long lookedAt;
    private long leasesSeen;

    Sampling(long now) {
        this.lookedAt = now;
    }

    /** A ticket is measured if it has none of these bits. */
    long mask() {
        return maskFor(shift);
    }

    /** One more is measured. True when that changed the mask: it was too many since the keeper's last look. */
    boolean count() {
        if (++measured <= PER_SECOND) return false;
        measured = 0;
        if (shift >= MAX_SHIFT) return false;
        shift = Math.max(2, shift + 1);
        return true;
    }

    /** The keeper looks: so many leases were given by now. True when that changed the mask. */
    boolean look(long now, long leases) {
        long elapsed = now - lookedAt;
        if (elapsed < SECOND / 2) return false;
        double perSecond = (double) (leases - leasesSeen) * SECOND / elapsed;
        lookedAt = now;
        leasesSeen = leases;
        measured = 0;
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

package dev.rockpool.internal.core.queue;

/**
 * From when on newcomers may not pass the parked threads that wait: once the oldest of them has waited for the patience, slots are
 * handed over. But not more than two for each slot within one patience.
 *
 * <p><b>Why a bound.</b> A slot that is handed to a sleeping thread lies idle until that thread has been given a processor. Where slots come back faster than that, a queue that is always
 * served strictly does not end: all have waited for too long because all are handed their slots. With holds of less than a microsecond
 * that is a tenth of the rate at which newcomers work the queue off, as they do between the bounded hand-overs. Where a hold lasts half a patience or more, the bound
 * is never met.
 *
 * <p>Not thread-safe: guarded by the lock of {@code WaitQueue}, {@link #patience} aside.
 */
public final class BargingPolicy {
    private static final int PER_SLOT = 2;

    private volatile long patience;
    private long roundEnds = Long.MIN_VALUE;
    private int left;

    public BargingPolicy(long patience) {
        this.patience = patience;
    }

    /** Changes the patience, in nanoseconds. */
    public void patience(long nanos) {
        patience = nanos;
    }

    /** When newcomers may not pass any more whoever waits since then. */
    public long strictFrom(long since) {
        long patient = since + patience;
        return left > 0 ? patient : Math.max(patient, roundEnds);
    }

    /** A slot, one of so many, is handed to a parked thread now. */
    public void handedOver(long now, int slots) {
        if (now >= roundEnds) {
            roundEnds = now + patience;
            left = PER_SLOT * slots;
        }
        left--;
    }
}

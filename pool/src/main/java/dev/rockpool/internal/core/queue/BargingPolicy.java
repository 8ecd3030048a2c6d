package dev.rockpool.internal.core.queue;

/**
 * Decides when newcomers may no longer overtake parked threads. Once the oldest waiter has waited for the barging
 * window, slots are handed over directly, but at most two per slot within one window.
 *
 * <p><b>Why a bound.</b> A slot that is handed to a sleeping thread lies idle until that thread runs. If slots are
 * released faster than that, a strictly served queue never drains: every waiter has waited too long because every slot
 * is handed over. With holds of less than a microsecond, that has a tenth of the throughput that newcomers reach
 * between the bounded hand-overs. If a hold lasts half a window or more, the bound is never reached.
 *
 * <p>Not thread-safe: guarded by the lock of {@code WaitQueue}, except for {@link #bargingWindow}.
 */
public final class BargingPolicy {
    private static final int PER_SLOT = 2;

    private volatile long bargingWindow;
    private long roundEnds = Long.MIN_VALUE;
    private int left;

    public BargingPolicy(long bargingWindow) {
        this.bargingWindow = bargingWindow;
    }

    /** Changes the barging window, in nanoseconds. */
    public void bargingWindow(long nanos) {
        bargingWindow = nanos;
    }

    /** From when newcomers may no longer overtake a thread that has waited since then. */
    public long strictFrom(long since) {
        long strict = since + bargingWindow;
        return left > 0 ? strict : Math.max(strict, roundEnds);
    }

    /** Records that a slot is handed to a parked thread. {@code slots} is the number of slots in the pool. */
    public void handedOver(long now, int slots) {
        if (now >= roundEnds) {
            roundEnds = now + bargingWindow;
            left = PER_SLOT * slots;
        }
        left--;
    }
}

package dev.rockpool.internal.core.queue;

import dev.rockpool.internal.base.NanoMath;
import java.util.function.IntSupplier;

/**
 * Decides when newcomers may no longer overtake parked threads. Once the oldest waiter has waited for the barging
 * window, slots are handed over directly, but only so many within one window: two per slot, or one per processor while
 * all processors are busy.
 *
 * <p><b>Why a bound.</b> A slot that is handed to a sleeping thread lies idle until that thread runs. If slots are
 * released faster than that, a strictly served queue never drains: every waiter has waited too long because every slot
 * is handed over. With holds of less than a microsecond, that has a tenth of the throughput that newcomers reach
 * between the bounded hand-overs. If a hold lasts half a window or more, the bound of two per slot is never reached.
 *
 * <p><b>Busy processors.</b> A thread that returns a slot and asks for the next one must sleep if the first was handed
 * over. The switch to another thread costs tens of microseconds of processor time, which callers that compute need
 * themselves. Callers that wait for a server have it to spare.
 *
 * <p>Not thread-safe: guarded by the lock of {@code WaitQueue}, except for {@link #bargingWindow}.
 */
public final class BargingPolicy {
    private static final int PER_SLOT = 2;

    private final IntSupplier busyProcessors;
    private volatile long bargingWindow;
    private long roundEnds = Long.MIN_VALUE;
    private int left;

    /** @param busyProcessors how many processors are busy if all are; else 0 */
    public BargingPolicy(long bargingWindow, IntSupplier busyProcessors) {
        this.bargingWindow = bargingWindow;
        this.busyProcessors = busyProcessors;
    }

    /** Changes the barging window, in nanoseconds. */
    public void bargingWindow(long nanos) {
        bargingWindow = nanos;
    }

    /** From when newcomers may no longer overtake a thread that has waited since then. */
    public long strictFrom(long since) {
        long strict = NanoMath.after(since, bargingWindow);
        return left > 0 ? strict : Math.max(strict, roundEnds);
    }

    /** Records that a slot is handed to a parked thread. {@code slots} is the number of slots in the pool. */
    public void handedOver(long now, int slots) {
        if (now >= roundEnds) {
            roundEnds = NanoMath.after(now, bargingWindow);
            left = perWindow(slots);
        }
        left--;
    }

    private int perWindow(int slots) {
        int busy = busyProcessors.getAsInt();
        return busy == 0 ? PER_SLOT * slots : Math.min(PER_SLOT * slots, busy);
    }
}

package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.core.slot.NanoMath;

/**
 * Decides when callers need not wait any more because the other side is away: no connection was open, and connecting has
 * failed, for so long. Looks again at that very moment, and at none before. Single-threaded: belongs to the keeper.
 */
final class Breaker {
    private final ConnectBackoff retry;
    private long noneOpenSince = Long.MAX_VALUE;

    Breaker(ConnectBackoff retry) {
        this.retry = retry;
    }

    /**
     * @param anyOpen whether a connection is idle, leased or being probed
     * @param failFastAfter {@code Long.MAX_VALUE} for never
     * @return since when the other side has been away, if callers are to fail at once; else {@code Long.MAX_VALUE}
     */
    long downSince(long now, boolean anyOpen, long failFastAfter, Plan<?> plan) {
        if (anyOpen) noneOpenSince = Long.MAX_VALUE;
        else if (noneOpenSince == Long.MAX_VALUE) noneOpenSince = now;
        if (anyOpen || !retry.isFailing()) return Long.MAX_VALUE;
        long since = Math.max(noneOpenSince, retry.failingSince());
        long due = NanoMath.after(since, failFastAfter);
        if (due <= now) return since;
        plan.lookAt(due);
        return Long.MAX_VALUE;
    }
}

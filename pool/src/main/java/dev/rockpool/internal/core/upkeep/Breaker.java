package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.core.connectivity.Connectivity;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;

/**
 * Decides when callers fail at once, because the server is down: no connection was open, and connects have failed, for
 * {@code failFastAfter}. Plans a look for that very moment. Single-threaded: belongs to the keeper.
 */
final class Breaker {
    private final ConnectivityTracker connectivity;
    private long noneOpenSince = Long.MAX_VALUE;

    Breaker(ConnectivityTracker connectivity) {
        this.connectivity = connectivity;
    }

    /**
     * Opens or closes the breaker.
     *
     * @param anyOpen whether a connection is idle, leased or being probed
     * @param failFastAfter {@code Long.MAX_VALUE} for never
     */
    void look(long now, boolean anyOpen, long failFastAfter, Plan<?> plan) {
        if (anyOpen) noneOpenSince = Long.MAX_VALUE;
        else if (noneOpenSince == Long.MAX_VALUE) noneOpenSince = now;
        Connectivity.Failing failing = connectivity.failing();
        if (failing == null) return;
        long since = anyOpen ? Long.MAX_VALUE : Math.max(noneOpenSince, failing.since());
        long due = anyOpen ? Long.MAX_VALUE : NanoMath.after(since, failFastAfter);
        if (due <= now) {
            connectivity.openBreaker(since);
        } else {
            connectivity.closeBreaker();
            plan.lookAt(due);
        }
    }
}

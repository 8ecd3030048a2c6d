package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.PhaseCounts;

/**
 * Finds out when an unused pool is to close itself.
 *
 * <p>A pool is in use while it has a connection or a waiting caller, is paused, or has refused a caller since its last
 * connect. A connect that is under way does not count. So a pool whose server is gone for good closes itself too.
 *
 * <p>Single-threaded: belongs to the keeper. All times in nanoseconds.
 */
public final class UnusedDetector {
    private static final long IN_USE = Long.MAX_VALUE;

    private final long limit;
    private long unusedSince = IN_USE;

    /** @param limit how long a pool may be unused */
    public UnusedDetector(long limit) {
        this.limit = limit;
    }

    /** How long the pool may be unused. */
    public long limit() {
        return limit;
    }

    /** Returns when the pool is to close; {@code Long.MAX_VALUE} while it is in use. */
    public long due(PoolState<?> state, long now) {
        if (isUsed(state)) {
            unusedSince = IN_USE;
            return IN_USE;
        }
        if (unusedSince == IN_USE) unusedSince = now;
        return NanoMath.after(Math.max(unusedSince, state.lifecycle().keptAt()), limit);
    }

    private static boolean isUsed(PoolState<?> state) {
        PhaseCounts counts = PhaseCounts.of(state.slots());
        return counts.open() > 0
                || counts.count(Phase.CLOSING) > 0
                || state.waiting() > 0
                || state.isPaused()
                || state.connectivity().isRetryRequested();
    }
}

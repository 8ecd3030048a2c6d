package dev.rockpool.internal.core.queue;

import java.util.List;

/**
 * Decides which lane is served next: the highest one with waiters. But every eighth turn goes to the next lower lane
 * with waiters, which in turn passes on every eighth of its turns. So no caller starves behind higher priorities: the
 * lowest of three busy lanes gets one turn in sixty-four. Turns are counted only while lower lanes have waiters.
 */
final class PriorityScheduler {
    private static final int EVERY_NTH_DOWN = 8;

    private final List<? extends FifoLane<?>> lanes;

    /** How many turns in a row each lane had while a lower one had waiters. */
    private final int[] had;

    PriorityScheduler(List<? extends FifoLane<?>> lanes) {
        this.lanes = lanes;
        this.had = new int[lanes.size()];
    }

    /** The lane whose turn it is. Call only while a caller waits. */
    int next() {
        int lane = busyFrom(0);
        for (; ; ) {
            int below = busyFrom(lane + 1);
            if (below == lanes.size() || had[lane] < EVERY_NTH_DOWN - 1) return lane;
            lane = below;
        }
    }

    /** Records that a waiter of this lane was served. */
    void served(int lane) {
        for (int above = 0; above < lane; above++) if (isBusy(above)) had[above] = 0;
        if (busyFrom(lane + 1) < lanes.size() && had[lane] < EVERY_NTH_DOWN - 1) had[lane]++;
    }

    private int busyFrom(int lane) {
        int busy = lane;
        while (busy < lanes.size() && !isBusy(busy)) busy++;
        return busy;
    }

    private boolean isBusy(int lane) {
        return lanes.get(lane).size() > 0;
    }
}

package dev.rockpool.internal.core.queue;

import java.util.List;

/**
 * Which of several lines is served next: the highest in which somebody waits, but every eighth turn goes down to the next
 * one below it, which in turn lets every eighth of its turns go down. So nobody waits for ever behind higher priorities, and
 * the lowest of three gets one in sixty-four when all three are busy. Turns are counted only while somebody waits below.
 */
final class PriorityScheduler {
    private static final int OF = 8;

    private final List<? extends FifoLane<?>> lines;

    /** How many turns in a row each line had while somebody waited below it. */
    private final int[] had;

    PriorityScheduler(List<? extends FifoLane<?>> lines) {
        this.lines = lines;
        this.had = new int[lines.size()];
    }

    /** The line whose turn it is; only while somebody waits. */
    int next() {
        int line = busyFrom(0);
        for (; ; ) {
            int below = busyFrom(line + 1);
            if (below == lines.size() || had[line] < OF - 1) return line;
            line = below;
        }
    }

    /** Said after somebody in this line was served. */
    void took(int line) {
        for (int above = 0; above < line; above++) if (isBusy(above)) had[above] = 0;
        if (busyFrom(line + 1) < lines.size() && had[line] < OF - 1) had[line]++;
    }

    private int busyFrom(int line) {
        int busy = line;
        while (busy < lines.size() && !isBusy(busy)) busy++;
        return busy;
    }

    private boolean isBusy(int line) {
        return lines.get(line).size() > 0;
    }
}

package dev.rockpool.examples.drill;

import dev.rockpool.PoolStats;

/** The pool's own numbers at one moment, as far as a drill looks at them. */
record Occupancy(int leased, int idle, int pending, int total, long opened, long closed, long openFailed) {
    static Occupancy of(PoolStats stats) {
        return new Occupancy(
                stats.getLeased(),
                stats.getIdle(),
                stats.getPending(),
                stats.getTotal() + stats.getClosing(), // as the server counts
                stats.getOpened(),
                stats.getClosed(),
                stats.getOpenFailed());
    }
}

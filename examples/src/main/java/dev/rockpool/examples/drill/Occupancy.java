package dev.rockpool.examples.drill;

import dev.rockpool.PoolStats;

/** The pool's own numbers that a drill needs, at one moment. */
record Occupancy(int leased, int idle, int pending, int total, long opened, long closed, long openFailed) {
    static Occupancy of(PoolStats stats) {
        return new Occupancy(
                stats.getLeased(),
                stats.getIdle(),
                stats.getPending(),
                stats.getTotal() + stats.getClosing(), // what the server may count
                stats.getOpened(),
                stats.getClosed(),
                stats.getOpenFailed());
    }
}

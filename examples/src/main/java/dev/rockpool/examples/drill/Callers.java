package dev.rockpool.examples.drill;

import java.time.Duration;

/** The callers of one pool, each running operations one after another until stopped. */
interface Callers {
    /** The pause of a caller that got no connection, so that rejections do not become a busy loop. */
    Duration AFTER_REFUSAL = Duration.ofMillis(10);

    /** Starts all callers. */
    void start();

    /** The pool's own numbers now. */
    Occupancy occupancy();

    /** Stops every caller after its current operation, waiting for at most this time. Returns how many did not end. */
    int stop(Duration patience);

    /** Closes the pool, with this grace for active leases. */
    void close(Duration grace);
}

package dev.rockpool.examples.drill;

import java.time.Duration;

/** Callers of one pool: they run operations one after the other, each on its own, until they are told to stop. */
interface Callers {
    /** How long a caller that got no connection pauses, so that refusals do not become a busy loop. */
    Duration AFTER_REFUSAL = Duration.ofMillis(10);

    /** Lets all of them begin. */
    void start();

    /** What the pool says of itself now. */
    Occupancy occupancy();

    /** Has every caller end with the operation it is at, and waits for that at most so long. Says how many did not. */
    int stop(Duration patience);

    /** Closes the pool, with so much time for leases that are still out. */
    void close(Duration grace);
}

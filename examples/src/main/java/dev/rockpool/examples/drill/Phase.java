package dev.rockpool.examples.drill;

import java.util.Locale;

/** The parts of an operation that are measured. */
enum Phase {
    /** From the request for a connection to the lease, including requests that timed out. */
    WAIT,
    /** From the lease to its return. */
    USE,
    /** Wait and use together. */
    TOTAL;

    /** Its name in results. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

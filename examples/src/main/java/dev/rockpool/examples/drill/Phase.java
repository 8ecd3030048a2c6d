package dev.rockpool.examples.drill;

import java.util.Locale;

/** The parts of an operation that are measured. */
enum Phase {
    /** From asking for a connection to having it; those who asked in vain count too. */
    WAIT,
    /** From having it to having given it back. */
    USE,
    /** Both. */
    TOTAL;

    /** Its name in results. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

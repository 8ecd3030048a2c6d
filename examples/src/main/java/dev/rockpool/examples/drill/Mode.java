package dev.rockpool.examples.drill;

import java.util.Locale;

/** The kind of callers. */
public enum Mode {
    /** Coroutines, which suspend while they wait. */
    SUSPEND,
    /** Platform threads, which block. */
    BLOCKING,
    /** Virtual threads, which block; JDK 21 and later. */
    VIRTUAL;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

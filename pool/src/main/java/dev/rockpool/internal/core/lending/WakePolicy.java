package dev.rockpool.internal.core.lending;

/**
 * When a new waiter must wake the keeper. Waking it costs more than most waits, so it is woken only if that changes
 * what it does.
 */
public enum WakePolicy {
    /** Never, because nothing can be opened or probed. */
    NOTHING,
    /** Only the first waiter, because no more may be opened at the moment. The keeper watches the time from then on. */
    LATER,
    /** Every waiter, because something may be opened or probed for it. */
    NOW
}

package dev.rockpool.internal.core.lending;

/** Whether the keeper has to hear of one more who waits. To wake it costs more than most waits, so it is woken only if that changes what it does. */
public enum WakePolicy {
    /** No: there is nothing that could be opened or probed. */
    NOTHING,
    /** Of the first one only, from whom on it watches the time: no more may be opened at the moment. */
    LATER,
    /** Of each: something may be opened or probed for it. */
    NOW
}

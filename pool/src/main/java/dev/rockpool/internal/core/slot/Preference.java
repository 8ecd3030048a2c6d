package dev.rockpool.internal.core.slot;

/** Which of several idle slots a caller prefers. The lowest value is lent first. */
public interface Preference<C> {
    /** May call user code, so it is never asked under a lock. */
    long cost(Slot<C> slot);

    /** A coarser value that calls no user code. */
    int rank(Slot<C> slot);
}

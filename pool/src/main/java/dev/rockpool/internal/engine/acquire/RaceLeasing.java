package dev.rockpool.internal.engine.acquire;

import dev.rockpool.internal.core.slot.Slot;

/** What the caller of a race gets. */
public interface RaceLeasing<C, T> {
    /** The holder's object for a slot of this pool that is leased with this ticket. */
    T lease(int pool, Slot<C> slot, long ticket);

    /**
     * The error for a caller that timed out.
     *
     * @param counting the pool that counts it
     * @param waited in nanoseconds
     */
    Throwable timedOut(AcquireQueue<C> counting, long waited, Object caller);

    /** The error for a caller that failed, given that of the last pool in which it waited. */
    Throwable failed(Throwable last);
}

package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Slot;

/** What the core tells the engine. Called outside every lock; must return at once. */
public interface Signals<C> {
    /** The keeper is to look: somebody waits and it could help, or something that it did not watch is in use. */
    void demand();

    /** This slot is CLOSING: its connection must be closed and {@link Slot#closed} said. */
    void retired(Slot<C> slot);

    /**
     * This slot is PROBING, for the first caller who waits. Its connection is to be probed; unless that is done here it is left to the keeper.
     */
    default void probe(Slot<C> slot) {
        if (!slot.unprobed()) {
            slot.refuted("retired before it was probed");
            retired(slot);
        }
    }

    /** A waiter could not be told of its outcome. If it was served, its lease has ended. */
    default void unheard(Waiter<C> waiter, Throwable why) {}

    /** A lease of this connection began. Told only while asked for: {@link LeaseRecorder#tellLeases}. */
    default void acquired(long connection) {}

    /** A lease of this connection ended. As {@link #acquired}. */
    default void released(long connection) {}
}

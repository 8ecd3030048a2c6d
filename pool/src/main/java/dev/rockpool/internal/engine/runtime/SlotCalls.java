package dev.rockpool.internal.engine.runtime;

import dev.rockpool.internal.core.slot.Slot;

/** Begins what takes time: closing, aborting and probing the connection of a slot. Each returns at once and never throws. */
public interface SlotCalls<C> {
    /** Empties a slot that is CLOSING. */
    void close(Slot<C> slot);

    /** Cuts off the connection of a slot that was taken from its holder, and empties the slot. */
    void abort(Slot<C> slot);

    /** Decides about a slot that is PROBING. */
    void probe(Slot<C> slot);
}

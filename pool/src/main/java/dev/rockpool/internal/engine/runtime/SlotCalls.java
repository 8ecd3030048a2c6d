package dev.rockpool.internal.engine.runtime;

import dev.rockpool.internal.core.slot.Slot;

/**
 * Starts the work on a slot's connection: close, abort, probe and peek. Each method returns at once and never throws.
 */
public interface SlotCalls<C> {
    /** Closes the connection of a CLOSING slot, and then empties the slot. */
    void close(Slot<C> slot);

    /** Aborts the connection of a slot that was seized from its holder, and then empties the slot. */
    void abort(Slot<C> slot);

    /** Probes the connection of a PROBING slot and decides about it. */
    void probe(Slot<C> slot);

    /** Peeks at the connection of a PROBING slot that was kept fresh. Makes it idle, or probes it. */
    void peek(Slot<C> slot);
}

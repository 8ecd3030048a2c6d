package dev.rockpool.internal.engine.runtime;

import dev.rockpool.internal.core.slot.Slot;

/**
 * Starts the slow work on a slot's connection: close, abort and probe. Each method returns at once and never throws.
 */
public interface SlotCalls<C> {
    /** Closes the connection of a CLOSING slot, and then empties the slot. */
    void close(Slot<C> slot);

    /** Aborts the connection of a slot that was seized from its holder, and then empties the slot. */
    void abort(Slot<C> slot);

    /** Probes the connection of a PROBING slot and decides about it. */
    void probe(Slot<C> slot);
}

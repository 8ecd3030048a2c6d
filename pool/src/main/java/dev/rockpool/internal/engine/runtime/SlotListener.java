package dev.rockpool.internal.engine.runtime;

import dev.rockpool.internal.core.slot.Slot;

/** A factory that must know which slots its connections are in. No method may wait or throw. */
public interface SlotListener<C> {
    /** This connection is about to be in the slot, which is OPENING. If it is retired now, it is never lent. */
    void arriving(Slot<C> slot, C connection);

    /** The slot is CLOSING, and its connection is about to be closed. */
    void closing(Slot<C> slot);
}

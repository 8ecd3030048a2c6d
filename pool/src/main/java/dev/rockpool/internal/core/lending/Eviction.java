package dev.rockpool.internal.core.lending;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;

/** Evicts connections on request of the operator. */
public final class Eviction<C> {
    private final Slots<C> slots;

    Eviction(Slots<C> slots) {
        this.slots = slots;
    }

    /**
     * Retires all connections. Idle ones are closed now, leased ones on return, and ones being opened on arrival. None
     * of them is lent again.
     */
    public Actions<C> retireAll(String reason) {
        Actions<C> actions = new Actions<>();
        for (Slot<C> slot : slots.all()) retire(slot, reason, actions);
        actions.wakeKeeper();
        return actions;
    }

    /** Retires the connection with this number. Returns {@link Actions#tooLate} if it is not open any more. */
    public Actions<C> retire(long number, String reason) {
        Actions<C> actions = new Actions<>();
        actions.wakeKeeper();
        for (Slot<C> slot : slots.all()) {
            if (slot.number() == number && slot.isOpen() && retire(slot, reason, actions)) return actions;
        }
        return Actions.tooLate();
    }

    private boolean retire(Slot<C> slot, String reason, Actions<C> actions) {
        if (!slot.retire(CloseReason.EVICTED)) return false;
        if (slot.startClose(CloseReason.EVICTED, reason)) actions.close(slot);
        return true;
    }

    /** Closes the idle connections now. Leased ones stay. */
    public Actions<C> closeIdle(String reason) {
        Actions<C> actions = new Actions<>();
        for (Slot<C> slot : slots.all()) if (slot.startClose(CloseReason.CLEARED, reason)) actions.close(slot);
        if (actions.closes().isEmpty()) return Actions.none();
        actions.wakeKeeper();
        return actions;
    }
}

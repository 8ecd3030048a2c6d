package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;

/** Takes connections out of use when the operator asks for it. */
public final class Eviction<C> {
    private final Slots<C> slots;

    Eviction(Slots<C> slots) {
        this.slots = slots;
    }

    /**
     * No connection that is open now, or being opened, is lent again. An idle one is closed now, a leased one on its
     * return, one that is being opened on its arrival.
     */
    public Actions<C> retireAll(String reason) {
        Actions<C> actions = new Actions<>();
        for (Slot<C> slot : slots.all()) retire(slot, reason, actions);
        actions.wakeKeeper();
        return actions;
    }

    /** The same for the connection with this number. Not done when it is not open any more. */
    public Actions<C> retire(long number, String reason) {
        Actions<C> actions = new Actions<>();
        actions.wakeKeeper();
        for (Slot<C> slot : slots.all()) {
            if (slot.number() == number && slot.isOpen() && retire(slot, reason, actions)) return actions;
        }
        return Actions.tooLate();
    }

    private boolean retire(Slot<C> slot, String reason, Actions<C> actions) {
        if (!slot.retire()) return false;
        if (slot.startClose(reason)) actions.close(slot);
        return true;
    }

    /** Closes the idle connections now. Leased ones stay. */
    public Actions<C> closeIdle(String reason) {
        Actions<C> actions = new Actions<>();
        for (Slot<C> slot : slots.all()) if (slot.startClose(reason)) actions.close(slot);
        if (actions.closes().isEmpty()) return Actions.none();
        actions.wakeKeeper();
        return actions;
    }
}

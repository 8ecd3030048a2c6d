package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;

/** Takes connections out of use, by order of whoever operates the pool. */
public final class Eviction<C> {
    private final Slots<C> slots;
    private final Signals<C> signals;

    Eviction(Slots<C> slots, Signals<C> signals) {
        this.slots = slots;
        this.signals = signals;
    }

    /**
     * Whatever is open now, or being opened, is never lent again: what is idle is closed now, what is leased on its
     * return, what is being opened on its arrival.
     */
    public void retireAll(String reason) {
        for (Slot<C> slot : slots.all()) retire(slot, reason);
        signals.demand();
    }

    /** The same for the connection with this number. False when it is not open any more. */
    public boolean retire(long number, String reason) {
        for (Slot<C> slot : slots.all()) {
            if (slot.number() != number || !slot.isOpen() || !retire(slot, reason)) continue;
            signals.demand();
            return true;
        }
        return false;
    }

    private boolean retire(Slot<C> slot, String reason) {
        if (!slot.retire()) return false;
        if (slot.startClose(reason)) signals.retired(slot);
        return true;
    }

    /** Closes what is idle now. What is leased stays. Returns how many. */
    public int closeIdle(String reason) {
        int closed = 0;
        for (Slot<C> slot : slots.all()) {
            if (!slot.startClose(reason)) continue;
            signals.retired(slot);
            closed++;
        }
        if (closed > 0) signals.demand();
        return closed;
    }
}

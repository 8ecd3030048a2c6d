package dev.rockpool.internal.core.slot;

import dev.rockpool.ReusePolicy;

/** Makes slots with open connections. */
final class TestSlots {
    private TestSlots() {}

    /** Slots that are all idle, with the connections 1, 2 and so on. */
    static Slots<String> idle(int size, ReusePolicy policy) {
        Slots<String> slots = new Slots<>(size, policy);
        for (Slot<String> slot : slots.all()) open(slot);
        return slots;
    }

    static Slot<String> idle() {
        return idle(1, ReusePolicy.AFFINE).get(0);
    }

    static void open(Slot<String> slot) {
        slot.reserve(0);
        slot.opened("connection", slot.index() + 1L, 0, Long.MAX_VALUE);
    }

    /** Ends the present lease as callers do. */
    static void release(Slots<String> slots, Slot<String> slot) {
        slots.beforeRelease(slot, false);
        slot.release(slot.ticket());
    }
}

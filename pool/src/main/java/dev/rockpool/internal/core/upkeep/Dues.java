package dev.rockpool.internal.core.upkeep;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.budget.Allowance;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;

/**
 * Gives up connections that other pools of the budget need: idle ones first, the one that has been idle for longest
 * before the others.
 */
final class Dues<C> {
    private static final String NEEDED = "another pool of the budget needs its permit";

    private final Slots<C> slots;
    private final Allowance allowance;

    Dues(Slots<C> slots, Allowance allowance) {
        this.slots = slots;
        this.allowance = allowance;
    }

    void pay(Plan<C> plan) {
        int owed = allowance.owed();
        if (owed == 0) return;
        int closed = 0;
        for (Slot<C> slot = longestIdle(); slot != null && closed < owed; slot = longestIdle()) {
            if (!slot.startClose(CloseReason.BUDGET, NEEDED)) continue;
            plan.close().add(slot);
            closed++;
        }
        int leased = Math.min(owed - closed, allowance.owedEvenIfLeased());
        allowance.pays(closed, leased <= 0 ? 0 : retire(leased, plan));
    }

    private Slot<C> longestIdle() {
        Slot<C> best = null;
        for (Slot<C> slot : slots.all()) {
            if (slot.phase() != Phase.IDLE) continue;
            if (best == null || slot.seenAt() < best.seenAt()) best = slot;
        }
        return best;
    }

    /** Closes this many leased connections when they are returned. Returns how many of those are not closing yet. */
    private int retire(int count, Plan<C> plan) {
        int retired = 0;
        for (Slot<C> slot : slots.all()) {
            if (retired == count) break;
            if (slot.phase() != Phase.LEASED || slot.isRetired() || !slot.retire(CloseReason.BUDGET)) continue;
            if (slot.startClose(CloseReason.BUDGET, NEEDED)) plan.close().add(slot); // returned meanwhile
            retired++;
        }
        return retired;
    }
}

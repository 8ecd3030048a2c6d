package dev.rockpool.internal.core.upkeep;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.budget.Allowance;
import dev.rockpool.internal.core.connectivity.Connectivity.Failing;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.PhaseCounts;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;

/**
 * Decides which connections to close: those above the maximum size, those that other pools of a budget need, the expired
 * ones, those idle for long, and in the end all.
 */
final class CloseRules<C> {
    private static final String CLOSED = "the pool is closed";
    private static final String SHRUNK = "the pool was made smaller";
    private static final String NEEDED = "another pool of the budget needs its permit";

    private final Slots<C> slots;
    private final ConnectivityTracker connectivity;
    private final Allowance allowance;

    /** How many idle connections are past their lifetime and stay only until a replacement is open. */
    private int awaitingReplacement;

    CloseRules(Slots<C> slots, ConnectivityTracker connectivity, Allowance allowance) {
        this.slots = slots;
        this.connectivity = connectivity;
        this.allowance = allowance;
    }

    /** How many connections must be opened before the same number of expired ones can be closed. */
    int awaitingReplacement() {
        return awaitingReplacement;
    }

    /** Applies the limits of the pool. */
    void apply(MaintenanceSettings settings, long now, Plan<C> plan) {
        shrink(settings.maxSize(), plan);
        payDues(plan);
        retireExpired(settings, now, plan);
        closeLongIdle(settings, now, plan);
    }

    /** Closes everything, now or when it is returned. */
    void drain(Plan<C> plan) {
        for (Slot<C> slot : slots.all()) {
            if (slot.startClose(CloseReason.POOL_CLOSED, CLOSED)) plan.close().add(slot);
            else if (slot.retire(CloseReason.POOL_CLOSED) && slot.startClose(CloseReason.POOL_CLOSED, CLOSED))
                plan.close().add(slot);
        }
    }

    /** Shrinks to the maximum size: closes idle connections first; leased ones retire on return. */
    private void shrink(int maxSize, Plan<C> plan) {
        int surplus = -maxSize;
        for (Slot<C> slot : slots.all()) if (slot.isToStay()) surplus++;
        Slot<C>[] all = slots.all();
        for (int i = all.length - 1; i >= 0 && surplus > 0; i--) {
            if (!all[i].startClose(CloseReason.SHRUNK, SHRUNK)) continue;
            plan.close().add(all[i]);
            surplus--;
        }
        for (int i = all.length - 1; i >= 0 && surplus > 0; i--) {
            if (all[i].isRetired() || !all[i].retire(CloseReason.SHRUNK)) continue;
            if (all[i].startClose(CloseReason.SHRUNK, SHRUNK)) plan.close().add(all[i]);
            surplus--;
        }
    }

    /**
     * Retires connections past their lifetime. A leased one retires on return. An idle one, or one being probed, may be
     * needed for the minimum. Then it stays until a replacement is open, if both the pool and the server have room for
     * it; otherwise such connections go one at a time. While connecting fails for other reasons they stay, because an
     * old connection is better than none.
     */
    private void retireExpired(MaintenanceSettings settings, long now, Plan<C> plan) {
        awaitingReplacement = 0;
        PhaseCounts counts = PhaseCounts.of(slots);
        int idle = counts.count(Phase.IDLE) + counts.count(Phase.PROBING);
        int total = counts.total();
        Failing failing = connectivity.failing();
        boolean full = failing != null && failing.isFull(counts.open());
        boolean down = failing != null && !full;
        boolean changing = counts.count(Phase.OPENING) + counts.count(Phase.CLOSING) > 0;
        for (Slot<C> slot : slots.all()) {
            if (!slot.isOpen() || slot.isRetired()) continue;
            if (slot.expiresAt() > now) {
                plan.lookAt(slot.expiresAt());
                continue;
            }
            Phase phase = slot.phase();
            if (phase == Phase.LEASED && down) continue;
            if ((phase == Phase.IDLE || phase == Phase.PROBING) && idle - awaitingReplacement <= settings.minIdle()) {
                boolean room = total + awaitingReplacement < settings.maxSize() && !full;
                if (room || changing || awaitingReplacement > 0 || down) {
                    awaitingReplacement++;
                    continue;
                }
                changing = true;
            }
            if (slot.retire(CloseReason.LIFETIME) && slot.startClose(CloseReason.LIFETIME, "it reached its lifetime")) {
                plan.close().add(slot);
                idle--;
            }
        }
    }

    private void closeLongIdle(MaintenanceSettings settings, long now, Plan<C> plan) {
        if (settings.idleTimeout() == Long.MAX_VALUE) return;
        int surplus = PhaseCounts.of(slots).count(Phase.IDLE) - settings.minIdle();
        Slot<C>[] all = slots.all();
        for (int i = all.length - 1; i >= 0 && surplus > 0; i--) {
            Slot<C> slot = all[i];
            if (slot.phase() != Phase.IDLE) continue;
            long due = NanoMath.after(slot.seenAt, settings.idleTimeout());
            if (due > now) {
                plan.lookAt(due);
            } else if (slot.isAsSeen() && slot.startClose(CloseReason.IDLE, "idle for long")) {
                plan.close().add(slot);
                surplus--;
            } else {
                plan.lookAt(now + settings.tick());
            }
        }
    }

    /**
     * Gives up connections that other pools of the budget need: idle ones first, the one that has been idle for longest
     * before the others.
     */
    private void payDues(Plan<C> plan) {
        int owed = allowance.owed();
        if (owed == 0) return;
        int closed = 0;
        for (Slot<C> slot = longestIdle(); slot != null && closed < owed; slot = longestIdle()) {
            if (!slot.startClose(CloseReason.BUDGET, NEEDED)) continue;
            plan.close().add(slot);
            closed++;
        }
        int leased = Math.min(owed - closed, allowance.owedEvenIfLeased());
        allowance.pays(closed, () -> leased <= 0 ? 0 : retireLeased(leased, plan));
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
    private int retireLeased(int count, Plan<C> plan) {
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

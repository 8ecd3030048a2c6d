package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.PhaseCounts;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;

/** Decides which connections to probe, and which can no longer be lent without a probe. */
final class ProbeRules<C> {
    private static final double KEEPALIVE_JITTER = 0.2;

    /** The fractional parts of its multiples are spread evenly. */
    private static final double GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

    private final PoolState<C> state;
    private final Slots<C> slots;
    private final Freshener<C> freshener;

    ProbeRules(PoolState<C> state) {
        this.state = state;
        this.slots = state.slots();
        this.freshener = new Freshener<>(slots);
    }

    /** Looks at a slot whose word, apart from the flag of a probe, is this. */
    void observe(Slot<C> slot, long word, long now) {
        freshener.observe(slot, word, now);
    }

    void apply(MaintenanceSettings settings, long now, Plan<C> plan) {
        probeForWaiters(settings, now, plan);
        probeForRequest(settings, now, plan);
        probeForKeepalive(settings, now, plan);
        age(settings, now, plan);
    }

    /** Probes one stale connection for each waiter. */
    private void probeForWaiters(MaintenanceSettings settings, long now, Plan<C> plan) {
        int wanted =
                state.waiters().toServe() - InFlight.of(slots, now, settings).freshProbes();
        for (Slot<C> slot : slots.all()) {
            if (wanted > 0 && slot.isStale() && probe(slot, now, plan)) wanted--;
        }
    }

    /** Probes a stale connection if a fresh one was requested and there is none. If all are probed, a stale one will do. */
    private void probeForRequest(MaintenanceSettings settings, long now, Plan<C> plan) {
        if (!state.queueing().isFreshRequested()) return;
        PhaseCounts counts = PhaseCounts.of(slots);
        boolean met = state.probesEachLease()
                ? counts.count(Phase.IDLE) > 0
                : InFlight.of(slots, now, settings).fresh() > 0;
        if (met) {
            state.queueing().freshRequestMet();
        } else if (counts.count(Phase.PROBING) == 0) {
            for (Slot<C> slot : slots.all()) if (slot.isStale() && probe(slot, now, plan)) return;
        }
    }

    private boolean probe(Slot<C> slot, long now, Plan<C> plan) {
        if (!slot.startProbe(now)) return false;
        plan.probe().add(slot);
        return true;
    }

    private void probeForKeepalive(MaintenanceSettings settings, long now, Plan<C> plan) {
        if (settings.keepaliveInterval() == Long.MAX_VALUE) return;
        for (Slot<C> slot : slots.all()) {
            if (slot.phase() != Phase.IDLE) continue;
            long due = NanoMath.after(
                    Math.max(slot.seenAt, slot.aliveAt), keepaliveOf(slot, settings.keepaliveInterval()));
            if (due > now) plan.lookAt(due);
            else if (!slot.isAsSeen() || !probe(slot, now, plan)) plan.lookAt(now + settings.tick());
        }
    }

    /**
     * Each connection's own keepalive interval: up to a fifth shorter, so that connections that became idle together
     * are not probed together.
     */
    private long keepaliveOf(Slot<C> slot, long interval) {
        double spread = slot.number() * GOLDEN_RATIO;
        return (long) (interval * (1 - KEEPALIVE_JITTER * (spread - Math.floor(spread))));
    }

    private void age(MaintenanceSettings settings, long now, Plan<C> plan) {
        if (state.waiters().toServe() > 0)
            return; // fresh slots are about to serve the waiters, and the next look is soon
        boolean keeps = !state.isPaused() && freshener.keeps(now, settings.trustWindow());
        // A fresh slot can be lent without the keeper's knowledge, so it looks again after one tick.
        for (Slot<C> slot : slots.all()) {
            if (!slot.isTrusted()) continue;
            if (slot.isKept() && !keeps) slot.markStale();
            else if (settings.trustWindow() == Long.MAX_VALUE) plan.lookAt(now + settings.tick());
            else age(slot, keeps, settings, now, plan);
        }
        Slot<C> next = keeps ? freshener.next() : null;
        if (next != null && probe(next, now, plan)) freshener.began(next);
        freshener.forget();
    }

    private void age(Slot<C> slot, boolean keeps, MaintenanceSettings settings, long now, Plan<C> plan) {
        long due = NanoMath.after(Math.max(slot.seenAt, slot.aliveAt), settings.trustWindow());
        if (due > now) {
            if (keeps) freshener.keep(slot);
            plan.lookAt(Math.min(due, now + settings.tick()));
        } else if (!slot.isAsSeen() || !slot.markStale()) {
            plan.lookAt(now + settings.tick());
        }
    }
}

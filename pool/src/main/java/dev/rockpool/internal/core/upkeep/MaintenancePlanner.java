package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.budget.Allowance;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.lending.WakePolicy;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.SlotWord;
import dev.rockpool.internal.core.slot.Slots;

/**
 * Decides what the keeper does: which slots to open, probe and close, and when to look again.
 *
 * <p>No clock is read when a connection is lent or returned. Instead, each slot's word is compared with the one seen at
 * the last look. An unchanged word shows how long the slot has been idle or leased, to within one tick. A slot that was
 * idle for the trust window becomes stale. When all idle slots are stale, only real deadlines are left to watch, so an
 * idle pool sleeps.
 *
 * <p>Single-threaded: belongs to the keeper. It changes slots only through their verbs.
 */
public final class MaintenancePlanner<C> {
    private final PoolState<C> state;
    private final Slots<C> slots;
    private final Breaker breaker;
    private final Allowance allowance;
    private final CloseRules<C> closes;
    private final ProbeRules<C> probes;
    private final OpenRules<C> opens;
    private MaintenanceSettings settings;
    private int recentPeak;

    /** @param allowance the permits for the pool's connections */
    public MaintenancePlanner(PoolState<C> state, MaintenanceSettings settings, Allowance allowance) {
        this.state = state;
        this.slots = state.slots();
        this.breaker = new Breaker(state.connectivity());
        this.allowance = allowance;
        this.closes = new CloseRules<>(slots, state.connectivity(), allowance);
        this.probes = new ProbeRules<>(state);
        this.opens = new OpenRules<>(state, allowance);
        settings(settings);
    }

    /** Applies other settings. The next look closes surplus connections. */
    public final void settings(MaintenanceSettings settings) {
        this.settings = settings;
        state.probeRules(settings.trustWindow() == 0, settings.probeOnReturn());
    }

    /** Plans the work that is due now. */
    public Plan<C> plan(long now) {
        Plan<C> plan = new Plan<>();
        slots.resize(settings.maxSize());
        // Later waiters must wake the keeper: this look may mark slots stale that they would find.
        state.queueing().wakePolicy(WakePolicy.NOW);
        observe(now, plan);
        if (state.isClosed()) {
            closes.drain(plan);
            return plan;
        }
        closes.apply(settings, now, plan);
        probes.apply(settings, now, plan);
        breaker.look(now, anyOpen(), settings.failFastAfter(), plan);
        if (!opens.apply(settings, closes.awaitingReplacement(), now, plan)) allowance.withdraw();
        if (plan.hasWork()) plan.lookAt(now + settings.tick());
        state.queueing().wakePolicy(opens.wakePolicy(settings, now));
        return plan;
    }

    /**
     * How long the present lease of this slot has lasted, as far as it was seen. It began no later than that, and at
     * most one tick earlier.
     */
    public static long heldFor(Slot<?> slot, long now) {
        long ticket = slot.ticket();
        return Math.max(slot.seenWord == ticket ? now - slot.seenAt : 0, slot.lentFor(ticket, now));
    }

    private void observe(long now, Plan<C> plan) {
        int leased = 0;
        for (Slot<C> slot : slots.all()) {
            long ticket = slot.ticket();
            long word = SlotWord.withoutProbe(ticket);
            Phase phase = Phase.of(ticket);
            if (phase == Phase.LEASED) leased++;
            if (phase != Phase.IDLE && phase != Phase.VACANT) plan.lookAt(now + settings.tick());
            probes.observe(slot, word, now);
            if (slot.seenWord != word) {
                slot.seenWord = word;
                slot.seenAt = now;
                plan.lookAt(now + settings.tick());
            }
        }
        if (state.waiting() > 0) plan.lookAt(now + settings.tick());
        recentPeak = Math.max(leased, recentPeak - Math.max(1, recentPeak / 8));
        slots.window(Math.max(settings.minIdle(), recentPeak + 1));
    }

    private boolean anyOpen() {
        for (Slot<C> slot : slots.all()) if (slot.isOpen()) return true;
        return false;
    }
}

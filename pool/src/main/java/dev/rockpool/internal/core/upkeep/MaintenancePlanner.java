package dev.rockpool.internal.core.upkeep;

import dev.rockpool.CloseReason;
import dev.rockpool.internal.budget.Allowance;
import dev.rockpool.internal.core.connectivity.Connectivity.Failing;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.lending.WakePolicy;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.PhaseCounts;
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
    private static final String CLOSED = "the pool is closed";
    private static final String SHRUNK = "the pool was made smaller";

    /** A few times as long as a typical call holds a connection, and a small part of a slow connect. */
    private static final long WAIT_STEP = 25_000_000;

    /** Many times as long as a caller takes to leave the queue with its slot. */
    private static final long DELIVERY = 1_000_000;

    private static final double KEEPALIVE_JITTER = 0.2;

    /** The fractional parts of its multiples are spread evenly. */
    private static final double GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

    private final PoolState<C> state;
    private final Slots<C> slots;
    private final ConnectivityTracker connectivity;
    private final Breaker breaker;
    private final Allowance allowance;
    private final Dues<C> dues;
    private final Freshener<C> freshener;
    private MaintenanceSettings settings;
    private int recentPeak;

    /** How many idle connections are past their lifetime and stay only until a replacement is open. */
    private int awaitingReplacement;

    /** @param allowance the permits for the pool's connections */
    public MaintenancePlanner(PoolState<C> state, MaintenanceSettings settings, Allowance allowance) {
        this.state = state;
        this.slots = state.slots();
        this.connectivity = state.connectivity();
        this.breaker = new Breaker(connectivity);
        this.allowance = allowance;
        this.dues = new Dues<>(slots, allowance);
        this.freshener = new Freshener<>(slots);
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
        state.wakePolicy(WakePolicy.NOW);
        observe(now, plan);
        if (state.isClosed()) {
            drain(plan);
            return plan;
        }
        shrink(plan);
        dues.pay(plan);
        retireExpired(now, plan);
        closeLongIdle(now, plan);
        probeForWaiters(now, plan);
        probeForRequest(now, plan);
        probeForKeepalive(now, plan);
        age(now, plan);
        breaker.look(now, anyOpen(), settings.failFastAfter(), plan);
        if (!open(now, plan)) allowance.withdraw();
        if (plan.hasWork()) plan.lookAt(now + settings.tick());
        state.wakePolicy(wakePolicy(now));
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
            freshener.observe(slot, word, now);
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

    private void drain(Plan<C> plan) {
        for (Slot<C> slot : slots.all()) {
            if (slot.startClose(CloseReason.POOL_CLOSED, CLOSED)) plan.close().add(slot);
            else if (slot.retire(CloseReason.POOL_CLOSED) && slot.startClose(CloseReason.POOL_CLOSED, CLOSED))
                plan.close().add(slot);
        }
    }

    /** Shrinks to the maximum size: closes idle connections first; leased ones retire on return. */
    private void shrink(Plan<C> plan) {
        int surplus = -settings.maxSize();
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
    private void retireExpired(long now, Plan<C> plan) {
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

    private void closeLongIdle(long now, Plan<C> plan) {
        if (settings.idleTimeout() == Long.MAX_VALUE) return;
        int surplus = PhaseCounts.of(slots).count(Phase.IDLE) - settings.minIdle();
        Slot<C>[] all = slots.all();
        for (int i = all.length - 1; i >= 0 && surplus > 0; i--) {
            Slot<C> slot = all[i];
            if (slot.phase() != Phase.IDLE) continue;
            long due = slot.seenAt + settings.idleTimeout();
            if (due > now) {
                plan.lookAt(due);
            } else if (isSeenIdle(slot) && slot.startClose(CloseReason.IDLE, "idle for long")) {
                plan.close().add(slot);
                surplus--;
            } else {
                plan.lookAt(now + settings.tick());
            }
        }
    }

    /** Probes one stale connection for each waiter. */
    private void probeForWaiters(long now, Plan<C> plan) {
        int wanted = waiting() - InFlight.of(slots, now, settings).freshProbes();
        for (Slot<C> slot : slots.all()) {
            if (wanted > 0 && slot.isStale() && probe(slot, now, plan)) wanted--;
        }
    }

    /** Probes a stale connection if a fresh one was requested and there is none. If all are probed, a stale one will do. */
    private void probeForRequest(long now, Plan<C> plan) {
        if (!state.isFreshRequested()) return;
        PhaseCounts counts = PhaseCounts.of(slots);
        boolean met = state.probesEachLease() ? counts.count(Phase.IDLE) > 0 : fresh() > 0;
        if (met) {
            state.freshRequestMet();
        } else if (counts.count(Phase.PROBING) == 0) {
            for (Slot<C> slot : slots.all()) if (slot.isStale() && probe(slot, now, plan)) return;
        }
    }

    private boolean probe(Slot<C> slot, long now, Plan<C> plan) {
        if (!slot.startProbe(now)) return false;
        plan.probe().add(slot);
        return true;
    }

    private void probeForKeepalive(long now, Plan<C> plan) {
        if (settings.keepaliveInterval() == Long.MAX_VALUE) return;
        for (Slot<C> slot : slots.all()) {
            if (slot.phase() != Phase.IDLE) continue;
            long due = Math.max(slot.seenAt, slot.aliveAt) + keepaliveOf(slot);
            if (due > now) plan.lookAt(due);
            else if (!isSeenIdle(slot) || !probe(slot, now, plan)) plan.lookAt(now + settings.tick());
        }
    }

    /**
     * Each connection's own keepalive interval: up to a fifth shorter, so that connections that became idle together
     * are not probed together.
     */
    private long keepaliveOf(Slot<C> slot) {
        double spread = slot.number() * GOLDEN_RATIO;
        return (long) (settings.keepaliveInterval() * (1 - KEEPALIVE_JITTER * (spread - Math.floor(spread))));
    }

    private void age(long now, Plan<C> plan) {
        if (waiting() > 0) return; // fresh slots are about to serve the waiters, and the next look is soon
        boolean keeps = !state.isPaused() && freshener.keeps(now, settings.trustWindow());
        // A fresh slot can be lent without the keeper's knowledge, so it looks again after one tick.
        for (Slot<C> slot : slots.all()) {
            if (!slot.isTrusted()) continue;
            if (slot.isKept() && !keeps) slot.markStale();
            else if (settings.trustWindow() == Long.MAX_VALUE) plan.lookAt(now + settings.tick());
            else age(slot, keeps, now, plan);
        }
        Slot<C> next = keeps ? freshener.next() : null;
        if (next != null && probe(next, now, plan)) freshener.began(next);
        freshener.forget();
    }

    private void age(Slot<C> slot, boolean keeps, long now, Plan<C> plan) {
        long due = Math.max(slot.seenAt, slot.aliveAt) + settings.trustWindow();
        if (due > now) {
            if (keeps) freshener.keep(slot);
            plan.lookAt(Math.min(due, now + settings.tick()));
        } else if (!isSeenIdle(slot) || !slot.markStale()) {
            plan.lookAt(now + settings.tick());
        }
    }

    /**
     * Plans connects for waiters, for the minimum, and to find out whether the server is back. While connects fail or
     * hang, attempts run one at a time with pauses. A hung one does not delay the next one while a caller waits. If the
     * server is only full, open connections serve the callers, so attempts need not be as frequent as in an outage.
     *
     * @return whether callers wait for a permit of the budget
     */
    private boolean open(long now, Plan<C> plan) {
        InFlight inFlight = InFlight.of(slots, now, settings);
        PhaseCounts counts = PhaseCounts.of(slots);
        int fresh = fresh();
        int waiting = waiting();
        int delivering = waiting > 0 ? delivering() : 0;
        if (delivering > 0) plan.lookAt(now + DELIVERY);
        boolean eager = waiting > 0 || connectivity.isRetryRequested();
        if (eager) plan.lookAt(inFlight.nextSlow());
        int forWaiters = waiting - inFlight.help() - fresh - delivering;
        int forMinimum = settings.minIdle() - counts.count(Phase.IDLE) + awaitingReplacement - inFlight.all();
        int forRecovery = connectivity.down() != null || isOneRequested(counts) ? 1 : 0;
        int room = settings.maxSize() - counts.total();
        int wanted = Math.min(room, Math.max(Math.max(forWaiters, forRecovery), waiting > 0 ? 0 : forMinimum));
        int atOnce = waiting > 0 ? opensForWaiters(now, counts) : settings.maxConcurrentOpens();
        if (waiting > 0 && room > 0 && atOnce < settings.maxConcurrentOpens()) plan.lookAt(nextStep(now));
        wanted = Math.min(wanted, atOnce - inFlight.opening());
        if (wanted <= 0) return false;
        Failing failing = connectivity.failing();
        if (failing != null || inFlight.slowOpens() > 0) {
            if ((eager ? inFlight.freshOpens() : inFlight.opening()) > 0) return false;
            long due = failing == null ? now : due(failing, eager && !failing.isFull(counts.open()));
            if (due > now) {
                plan.lookAt(due);
                return false;
            }
            wanted = 1;
        }
        int opened = plan.open().size();
        boolean refused = reserve(wanted, waiting > 0, now, plan);
        if (refused) plan.lookAt(now + (waiting > 0 ? WAIT_STEP : settings.tick()));
        if (plan.open().size() > opened) connectivity.attempted();
        return refused && waiting > 0;
    }

    /** Whether a fresh connection was requested, and nothing is idle, being probed or being opened. */
    private boolean isOneRequested(PhaseCounts counts) {
        if (!state.isFreshRequested()) return false;
        return counts.count(Phase.IDLE) + counts.count(Phase.PROBING) + counts.count(Phase.OPENING) == 0;
    }

    /** Reserves this many slots to be opened. Returns true if there are not enough permits for that. */
    private boolean reserve(int wanted, boolean forCallers, long now, Plan<C> plan) {
        int left = wanted;
        for (Slot<C> slot : slots.all()) {
            if (left == 0) return false;
            if (slot.phase() != Phase.VACANT) continue;
            if (!allowance.take(forCallers ? left : 0)) return true;
            if (slot.reserve(now)) plan.open().add(slot);
            else allowance.giveBack();
            left--;
        }
        return false;
    }

    private long due(Failing failing, boolean eagerly) {
        return eagerly ? failing.dueEagerly(settings.eagerRetry()) : failing.due();
    }

    /**
     * How many connects may run at once. While connections are in use, a returned connection will probably serve a
     * waiter sooner than a new one. So after the first, another connect is added only for each step that a caller has
     * waited.
     */
    private int opensForWaiters(long now, PhaseCounts counts) {
        int max = settings.maxConcurrentOpens();
        int inUse = counts.count(Phase.LEASED);
        if (state.probesEachLease()) inUse += counts.count(Phase.PROBING); // they are available again after their probe
        if (inUse == 0) return max;
        return (int) Math.min(max, stepsWaited(now) + 1);
    }

    private long stepsWaited(long now) {
        return state.waiters().longestWait(now) / WAIT_STEP;
    }

    private long nextStep(long now) {
        return now - state.waiters().longestWait(now) + (stepsWaited(now) + 1) * WAIT_STEP;
    }

    /** How many waiters to serve: none during a pause. Counted exactly, because each may cost a connect. */
    private int waiting() {
        return state.isPaused() || state.waiting() == 0 ? 0 : state.waiters().count();
    }

    /** How many slots are about to be handed to a waiter, or found by a woken one. */
    private int fresh() {
        int count = 0;
        for (Slot<C> slot : slots.all()) {
            if ((slot.word() & SlotWord.STATE) == SlotWord.IDLE) count++;
        }
        return count;
    }

    /** How many slots have just been taken, perhaps by a woken caller that still counts as waiting. */
    private int delivering() {
        int count = 0;
        for (Slot<C> slot : slots.all()) {
            long ticket = slot.ticket();
            if (Phase.of(ticket) == Phase.LEASED && slot.holder(ticket) == null) count++;
        }
        return count;
    }

    /** When a new waiter must wake the keeper, given the work that this look has planned. */
    private WakePolicy wakePolicy(long now) {
        if (state.probesEachLease()) return WakePolicy.NOW; // a release leaves its slot stale without waking the keeper
        InFlight inFlight = InFlight.of(slots, now, settings);
        if (inFlight.stale() > 0) return WakePolicy.NOW;
        PhaseCounts counts = PhaseCounts.of(slots);
        if (counts.total() >= settings.maxSize()) return WakePolicy.NOTHING;
        if (connectivity.isFailing() || inFlight.slowOpens() > 0) {
            boolean allHelped = waiting()
                    <= inFlight.help()
                            + fresh(); // such as by a probe; then no deadline for the next connect is watched
            return allHelped ? WakePolicy.NOW : WakePolicy.LATER;
        }
        return inFlight.opening() < opensForWaiters(now, counts) ? WakePolicy.NOW : WakePolicy.LATER;
    }

    private boolean anyOpen() {
        for (Slot<C> slot : slots.all()) if (slot.isOpen()) return true;
        return false;
    }

    /** Whether the slot has been idle since the last look. */
    private static boolean isSeenIdle(Slot<?> slot) {
        return slot.seenWord == slot.ticket();
    }
}

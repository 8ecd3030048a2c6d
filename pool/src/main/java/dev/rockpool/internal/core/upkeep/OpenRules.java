package dev.rockpool.internal.core.upkeep;

import dev.rockpool.internal.budget.Allowance;
import dev.rockpool.internal.core.connectivity.Connectivity.Failing;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.lending.PoolState;
import dev.rockpool.internal.core.lending.WakePolicy;
import dev.rockpool.internal.core.slot.Phase;
import dev.rockpool.internal.core.slot.PhaseCounts;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;

/** Decides how many connections to open now. */
final class OpenRules<C> {
    /** A few times as long as a typical call holds a connection, and a small part of a slow connect. */
    private static final long WAIT_STEP = 25_000_000;

    /** Many times as long as a caller takes to leave the queue with its slot. */
    private static final long DELIVERY = 1_000_000;

    private final PoolState<C> state;
    private final Slots<C> slots;
    private final ConnectivityTracker connectivity;
    private final Allowance allowance;

    OpenRules(PoolState<C> state, Allowance allowance) {
        this.state = state;
        this.slots = state.slots();
        this.connectivity = state.connectivity();
        this.allowance = allowance;
    }

    /**
     * Plans connects for waiters, for the minimum, and to find out whether the server is back. While connects fail or
     * hang, attempts run one at a time with pauses. A hung one does not delay the next one while a caller waits. If the
     * server is only full, open connections serve the callers, so attempts need not be as frequent as in an outage.
     *
     * @param awaitingReplacement how many more than the minimum are needed, because expired ones wait to be replaced
     * @return whether callers wait for a permit of the budget
     */
    boolean apply(MaintenanceSettings settings, int awaitingReplacement, long now, Plan<C> plan) {
        InFlight inFlight = InFlight.of(slots, now, settings);
        PhaseCounts counts = PhaseCounts.of(slots);
        int waiting = state.waiters().toServe();
        int delivering = waiting > 0 ? inFlight.delivering() : 0;
        if (delivering > 0) plan.lookAt(now + DELIVERY);
        boolean eager = waiting > 0 || connectivity.isRetryRequested();
        if (eager) plan.lookAt(inFlight.nextSlow());
        int forWaiters = waiting - inFlight.help() - inFlight.fresh() - delivering;
        int forMinimum = settings.minIdle() - counts.count(Phase.IDLE) + awaitingReplacement - inFlight.all();
        int forRecovery = connectivity.down() != null || isOneRequested(counts) ? 1 : 0;
        int room = settings.maxSize() - counts.total();
        int wanted = Math.min(room, Math.max(Math.max(forWaiters, forRecovery), waiting > 0 ? 0 : forMinimum));
        int atOnce = waiting > 0 ? opensForWaiters(settings, now, counts) : settings.maxConcurrentOpens();
        if (waiting > 0 && room > 0 && atOnce < settings.maxConcurrentOpens()) plan.lookAt(nextStep(now));
        wanted = Math.min(wanted, atOnce - inFlight.opening());
        if (wanted <= 0) return false;
        Failing failing = connectivity.failing();
        if (failing != null || inFlight.slowOpens() > 0) {
            if ((eager ? inFlight.freshOpens() : inFlight.opening()) > 0) return false;
            long due = failing == null ? now : due(settings, failing, eager && !failing.isFull(counts.open()));
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
        if (!state.queueing().isFreshRequested()) return false;
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

    private static long due(MaintenanceSettings settings, Failing failing, boolean eagerly) {
        return eagerly ? failing.dueEagerly(settings.eagerRetry()) : failing.due();
    }

    /**
     * How many connects may run at once. While connections are in use, a returned connection will probably serve a
     * waiter sooner than a new one. So after the first, another connect is added only for each step that a caller has
     * waited.
     */
    private int opensForWaiters(MaintenanceSettings settings, long now, PhaseCounts counts) {
        int max = settings.maxConcurrentOpens();
        int inUse = counts.count(Phase.LEASED);
        if (state.probesEachLease()) inUse += counts.count(Phase.PROBING); // they are available again after their probe
        if (inUse == 0) return max;
        return (int) Math.min(max, stepsWaited(now) + 1);
    }

    /** How many steps the longest wait has lasted. */
    private long stepsWaited(long now) {
        return state.waiters().longestWait(now) / WAIT_STEP;
    }

    /** When the longest wait will have lasted one more step. */
    private long nextStep(long now) {
        return now - state.waiters().longestWait(now) + (stepsWaited(now) + 1) * WAIT_STEP;
    }

    /** When a new waiter must wake the keeper, given the work that this look has planned. */
    WakePolicy wakePolicy(MaintenanceSettings settings, long now) {
        if (state.probesEachLease()) return WakePolicy.NOW; // a release leaves its slot stale without waking the keeper
        InFlight inFlight = InFlight.of(slots, now, settings);
        if (inFlight.stale() > 0) return WakePolicy.NOW;
        PhaseCounts counts = PhaseCounts.of(slots);
        if (counts.total() >= settings.maxSize()) return WakePolicy.NOTHING;
        if (connectivity.isFailing() || inFlight.slowOpens() > 0) {
            boolean allHelped = state.waiters().toServe()
                    <= inFlight.help()
                            + inFlight.fresh(); // such as by a probe; then no deadline for the next connect is watched
            return allHelped ? WakePolicy.NOW : WakePolicy.LATER;
        }
        return inFlight.opening() < opensForWaiters(settings, now, counts) ? WakePolicy.NOW : WakePolicy.LATER;
    }
}

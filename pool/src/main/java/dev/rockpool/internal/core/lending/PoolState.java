package dev.rockpool.internal.core.lending;

import dev.rockpool.CloseReason;
import dev.rockpool.ReusePolicy;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.queue.BargingPolicy;
import dev.rockpool.internal.core.queue.Demand;
import dev.rockpool.internal.core.queue.PriorityQueues;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Holder;
import dev.rockpool.internal.core.slot.Preference;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;

/**
 * Decides which caller gets which slot. Joins the slots, the waiters ({@link WaitQueue}), and the rules between them.
 *
 * <p><b>Key idea.</b> The gate is zero while no caller waits and the pool is open and not paused. Then an acquire is a
 * scan and one CAS, and a release is one CAS and one read of the gate. Otherwise both take the slow path.
 *
 * <p><b>Actions.</b> A verb never calls back. It decides, under the lock of the queue if need be, and returns
 * {@link Actions}. Its caller carries them out afterwards.
 *
 * <p><b>No lost wake-up.</b> A waiter first publishes itself (gate), then scans once more. A releaser first frees its
 * slot, then reads the gate. Both are volatile, so at least one of them sees the other. A waiter that joins others need
 * not scan, because those others see a slot that was freed before. Each freed slot serves one waiter. A waiter that was
 * woken to look for a slot propagates the wake-up when it leaves.
 *
 * <p><b>Fairness.</b> While a coroutine, a future or a virtual thread waits, no caller overtakes: slots are handed to
 * the head of the queue, and newcomers join its end. Serving a parked platform thread costs a context switch. So while
 * only such threads wait, and the oldest has waited less than {@code bargingWindow}, the head is only woken, and
 * newcomers may take the slot before it. {@link BargingPolicy} has the other cases, {@link PriorityQueues} the order
 * among priorities.
 *
 * <p>Tested by {@code OneSlotLincheckTest}, {@code DeliveryStressTest} and the pool laws in {@code pool-testing}.
 */
public final class PoolState<C> extends Gate {
    private final Slots<C> slots;
    private final ConnectivityTracker connectivity;
    private final LongSupplier clock;
    private final LeaseRecorder<C> recorder;
    private final Eviction<C> eviction;
    private final WaitQueue<C> waiters;
    private final HandOver<C> handOver;
    private volatile WakePolicy wakePolicy = WakePolicy.NOW;

    /** When a caller last asked that the pool stays open. Written under the lock of the queue. */
    private volatile long keptAt;

    private volatile boolean closedUnused;

    /** Whether a fresh connection is wanted although no caller waits here. */
    private volatile boolean freshRequested;

    /**
     * Leases whose ticket has none of these bits are recorded. Plain, because a lease may be recorded a little early or
     * late.
     */
    private long recordMask;

    /**
     * @param clock the pool's clock in nanoseconds; read only when a caller waits or a lease is measured
     * @param bargingWindow how long newcomers may overtake a parked thread at the head of the queue, in nanoseconds
     */
    public PoolState(
            int size,
            ReusePolicy policy,
            int maxPending,
            long bargingWindow,
            ConnectivityTracker connectivity,
            LongSupplier clock) {
        this.slots = new Slots<>(size, policy);
        this.connectivity = connectivity;
        this.eviction = new Eviction<>(slots);
        this.clock = clock;
        this.waiters = new WaitQueue<>(this, slots, connectivity, maxPending, bargingWindow, clock);
        this.handOver = new HandOver<>(this, slots, waiters, clock);
        this.recorder = new LeaseRecorder<>(clock, mask -> recordMask = mask);
    }

    public Slots<C> slots() {
        return slots;
    }

    /** Whether the server can be reached. */
    public ConnectivityTracker connectivity() {
        return connectivity;
    }

    /** The callers that wait. */
    public WaitQueue<C> waiters() {
        return waiters;
    }

    /** The classes of callers that have quotas. */
    public CallerClasses<C> callers() {
        return new CallerClasses<>(waiters); // it has no state, and most pools never need it
    }

    /** How many places are reserved for classes of callers in all. */
    public int reserved() {
        return isLimited() ? callers().reserved() : 0;
    }

    /** Evicts connections on request. */
    public Eviction<C> eviction() {
        return eviction;
    }

    public LeaseRecorder<C> recorder() {
        return recorder;
    }

    /** Lends a slot if one is idle and fresh, and no waiter must be served first; else null. */
    public Slot<C> tryLend() {
        if (gate() == 0) return slots.lendAny();
        return tryLendAtGate();
    }

    private Slot<C> tryLendAtGate() {
        if (isLimited()) return waiters.lendLimited(null, false);
        return mayBarge() ? slots.lendAny() : null;
    }

    /** Lends for this demand; null if there is no slot for it, or a waiter goes first. */
    public Slot<C> tryLendTo(Demand<C> demand, Object holder, boolean evenIfStale) {
        Slot<C> slot = isLimited() ? waiters.lendLimited(demand, evenIfStale) : lendPreferred(demand, evenIfStale);
        return slot == null ? null : begun(slot, holder);
    }

    /** Asks the preference outside of every lock, because it may call user code. */
    private Slot<C> lendPreferred(Demand<C> demand, boolean evenIfStale) {
        if (gate() != 0 && !mayBarge()) return null;
        Preference<C> preference = demand == null ? null : demand.preference();
        Slot<C> slot = preference == null ? slots.lendAny() : slots.lendCheapest(preference::cost);
        return slot == null && evenIfStale ? slots.lendEvenIfStale() : slot;
    }

    /** Lends to this holder: a thread, a job, or a {@link Holder}. The lease has begun, and the slot has its ticket. */
    public Slot<C> tryLend(Object holder) {
        Slot<C> slot = tryLend();
        return slot == null ? null : begun(slot, holder);
    }

    /** Serves a waiter that was not published, if a slot is free. */
    public boolean lendTo(Waiter<C> waiter) {
        Slot<C> slot = tryLend();
        if (slot == null || !waiter.serve(slot)) return false;
        if (isRecorded(waiter.ticket())) recorder.began(slot, waiter.ticket());
        return true;
    }

    /**
     * Lends an idle slot, even if it is stale. For callers that cannot wait.
     *
     * <p>The caller must wake the keeper, which sleeps while all slots are stale. This slot is not stale any more.
     */
    public Slot<C> tryLendEvenIfStale(Object holder) {
        if (isLimited()) return tryLendTo(null, holder, true);
        if (gate() != 0 && !mayBarge()) return null;
        Slot<C> stale = slots.lendEvenIfStale();
        return stale == null ? null : begun(stale, holder);
    }

    /** Claims the slot that is kept fresh for a peek, if there is one and no waiter must be served first; else null. */
    public Slot<C> startPeek() {
        Slot<C> kept = slots.kept();
        if (kept == null || gate() != 0 && (isLimited() || !mayBarge())) return null;
        return kept.startPeek(clock.getAsLong()) ? kept : null;
    }

    private Slot<C> begun(Slot<C> slot, Object holder) {
        long ticket = slot.ticket();
        slot.grant(ticket, holder);
        if (isRecorded(ticket)) recorder.began(slot, ticket);
        return slot;
    }

    private boolean isRecorded(long ticket) {
        return (ticket & recordMask) == 0;
    }

    /** Records the lease of a waiter that was served from the queue. Called once for each. */
    public void served(Waiter<C> waiter) {
        recorder.served(waiter, isRecorded(waiter.ticket()));
    }

    /** Ends the lease with this ticket. Returns {@link Actions#tooLate} if it has already ended. */
    public Actions<C> release(Slot<C> slot, long ticket) {
        if (isRecorded(ticket)) return releaseRecorded(slot, ticket);
        return releaseUnrecorded(slot, ticket);
    }

    private Actions<C> releaseRecorded(Slot<C> slot, long ticket) {
        if (!slot.isHeldBy(ticket)) return Actions.tooLate();
        long connection = slot.number();
        recorder.ends(slot, ticket);
        slots.beforeRelease(slot, waiting() > 0);
        boolean kept = free(slot, ticket);
        Actions<C> actions = kept ? Actions.none() : releaseFlagged(slot, ticket);
        if (!actions.isDone()) return actions;
        recorder.ended(connection); // before the next lease begins
        return kept && gate() != 0 ? handOver.freed(slot) : actions;
    }

    private Actions<C> releaseUnrecorded(Slot<C> slot, long ticket) {
        if (slot.isHeldBy(ticket)) slots.beforeRelease(slot, waiting() > 0);
        if (free(slot, ticket)) return gate() == 0 ? Actions.none() : handOver.freed(slot);
        return releaseFlagged(slot, ticket);
    }

    private boolean free(Slot<C> slot, long ticket) {
        return probesEachLease() ? slot.releaseStale(ticket) : slot.release(ticket);
    }

    /** Ends the lease with this ticket and closes its connection. Returns {@link Actions#tooLate} if it has already ended. */
    public Actions<C> discard(Slot<C> slot, long ticket, CloseReason kind, String reason) {
        if (!slot.isHeldBy(ticket)) return Actions.tooLate();
        recorder.ends(slot, ticket);
        if (!slot.discard(ticket, kind, reason)) return Actions.tooLate();
        recorder.ended(slot.number());
        if (waiters.isExhausted()) waiters.judgeExhaustion();
        return endedToo(Actions.closing(slot));
    }

    /** A lease has ended without freeing its slot. Its class may have another one now. */
    public Actions<C> leaseEnded() {
        return isLimited() ? endedToo(new Actions<>()) : Actions.none();
    }

    private Actions<C> endedToo(Actions<C> actions) {
        if (isLimited() && waiting() > 0) handOver.serveOthers(actions);
        return actions;
    }

    /** A connection died: every idle one must be probed before it is lent again. */
    public Actions<C> markAllStale() {
        for (Slot<C> slot : slots.all()) slot.markStale();
        wakePolicy = WakePolicy.NOW;
        return Actions.keeperOnly(); // a look that is ending may have missed this, and set NOTHING
    }

    private Actions<C> releaseFlagged(Slot<C> slot, long ticket) {
        boolean ends = slot.isHeldBy(ticket) && slot.discardRetired(ticket);
        if (ends && waiters.isExhausted()) waiters.judgeExhaustion();
        return ends ? endedToo(Actions.closing(slot)) : Actions.tooLate();
    }

    /** Publishes the waiter. After WAITS it may be decided at any moment, even before this returns. */
    public Actions<C> enqueue(Waiter<C> waiter) {
        waiter.trace = recorder.here();
        return switch (waiters.join(waiter)) {
            case FIRST -> joinedFirst(waiter);
            case BEHIND_OTHERS ->
                isLimited()
                        ? joinedFirst(waiter) // those before it may be held back
                        : wakesKeeper(false) && !waiter.isDecided() ? Actions.keeperOnly() : Actions.none();
            case REFUSED -> refused(waiter);
            case LOST -> connectivity.requestRetry() ? Actions.keeperOnly() : Actions.none();
            case FULL -> Actions.full();
            case CLOSED -> Actions.closed();
        };
    }

    private Actions<C> joinedFirst(Waiter<C> waiter) {
        VarHandle.fullFence(); // published, then scan
        Actions<C> actions = new Actions<>();
        handOver.serveIdle(actions);
        if (wakePolicy == WakePolicy.NOW && !waiter.isDecided()) handOver.startProbe(actions);
        // Even if the first waiter was decided at once: others that joined meanwhile rely on it to wake the keeper.
        if (wakesKeeper(true) && (!waiter.isDecided() || waiting() > 0)) actions.wakeKeeper();
        return actions;
    }

    private Actions<C> refused(Waiter<C> waiter) {
        Actions<C> actions = new Actions<>();
        actions.resume(waiter);
        if (connectivity.requestRetry()) actions.wakeKeeper();
        return actions;
    }

    /** Whether a new waiter wakes the keeper. */
    private boolean wakesKeeper(boolean first) {
        WakePolicy now = wakePolicy;
        return now == WakePolicy.NOW || first && (now == WakePolicy.LATER || waiters.sheds());
    }

    /** Removes a waiter that decided itself: it timed out or was cancelled. */
    public Actions<C> leave(Waiter<C> waiter) {
        waiters.leave(waiter);
        return propagateWakeup(waiter);
    }

    /** Looks for a slot on behalf of a woken thread. If it finds one, the waiter is decided afterwards. */
    public Actions<C> retryAcquire(Waiter<C> waiter) {
        waiter.woken = false;
        if (isPaused()) return Actions.none();
        if (isLimited()) return serveIdle(); // it was woken before there were quotas
        waiters.beginHandOver();
        Preference<C> preference = waiter.preference();
        Slot<C> found = preference == null ? slots.lendAny() : slots.lendCheapest(preference::rank);
        if (found == null) {
            waiters.handOverFailed();
            return Actions.none();
        }
        Actions<C> actions = Actions.none();
        if (!waiters.serve(waiter, found)) handOver.takeBack(found, actions = new Actions<>());
        else if (waiting() > 0 && !waiters.isExhausted()) waiters.judgeExhaustion();
        waiter.woken = true; // a second slot may have woken it
        return actions;
    }

    /** Called by every thread whose wait is over. If it was woken to look for a slot, another waiter must look now. */
    public Actions<C> propagateWakeup(Waiter<C> waiter) {
        return waiter.woken && gate() != 0 ? serveIdle() : Actions.none();
    }

    /**
     * Offers a slot that is IDLE because its connection was opened or passed its probe. Closes it if it was retired
     * meanwhile.
     */
    public Actions<C> offer(Slot<C> slot) {
        if (gate() == 0 && !slot.isRetired()) return Actions.none();
        Actions<C> actions = new Actions<>();
        handOver.offer(slot, actions);
        return actions;
    }

    /** Hands out idle slots until no caller waits or no slot is left. */
    private Actions<C> serveIdle() {
        Actions<C> actions = new Actions<>();
        handOver.serveIdle(actions);
        return actions;
    }

    /**
     * Handles a waiter that could not be resumed. If it was served, its slot goes to the next one. That was no lease.
     */
    public Actions<C> undelivered(Waiter<C> waiter) {
        if (waiter.outcome() != Waiter.Outcome.SERVED) return Actions.none();
        return releaseUnrecorded(waiter.slot(), waiter.ticket());
    }

    /** Whether a newcomer may take a slot although callers wait. */
    private boolean mayBarge() {
        return !isClosed() && !isPaused() && (waiting() == 0 || clock.getAsLong() < strictFrom());
    }

    /** Closes the pool: nothing is lent any more, and all waiters fail. Returns {@link Actions#tooLate} if it was closed already. */
    public Actions<C> close() {
        waiters.lock();
        try {
            if (isClosed()) return Actions.tooLate();
            setClosed();
        } finally {
            waiters.unlock();
        }
        return waiters.failAll(null);
    }

    /**
     * Closes the pool if nobody uses it: no caller waits, no slot is taken, and no caller has kept it open since this
     * time. Only the keeper calls this, because only the keeper reserves slots. A later caller finds the pool closed.
     */
    public boolean closeIfUnused(long since) {
        waiters.lock();
        try {
            boolean used = isPaused() || waiting() > 0 || keptAt > since || !slots.areVacant();
            if (isClosed() || used) return false;
            closedUnused = true;
            setClosed();
            return true;
        } finally {
            waiters.unlock();
        }
    }

    /** Whether {@link #closeIfUnused} has closed the pool. Then no caller was in its queue. */
    public boolean isClosedUnused() {
        return closedUnused;
    }

    /** Restarts the time after which an unused pool closes itself. Returns false if the pool is closed. */
    public boolean keepOpen() {
        waiters.lock();
        try {
            if (isClosed()) return false;
            keptAt = clock.getAsLong();
            return true;
        } finally {
            waiters.unlock();
        }
    }

    /** When {@link #keepOpen} was last called, by the pool's clock. */
    public long keptAt() {
        return keptAt;
    }

    /**
     * Pauses the pool: callers wait, up to their own timeouts. Active leases are not affected. Returns false if it was
     * paused already.
     */
    public boolean pause() {
        waiters.lock();
        try {
            boolean was = isPaused();
            setPaused(true);
            return !was;
        } finally {
            waiters.unlock();
        }
    }

    /** The pool may have this many connections from now on, which may change what quotas allow. */
    public Actions<C> size(int size) {
        if (!isLimited()) return Actions.none();
        waiters.size(size);
        return limitsChanged();
    }

    /** Callers may be served now that were held back before. */
    public Actions<C> limitsChanged() {
        Actions<C> actions = serveIdle();
        actions.wakeKeeper();
        return actions;
    }

    /** Ends a pause: idle slots go to the waiters. */
    public Actions<C> resume() {
        waiters.lock();
        try {
            setPaused(false);
        } finally {
            waiters.unlock();
        }
        Actions<C> actions = serveIdle();
        actions.wakeKeeper();
        return actions;
    }

    /**
     * Sets whether connections are probed even if they were in use a moment ago.
     *
     * @param beforeLend whether each connection is probed, or opened, for each lease
     * @param onReturn whether each connection is probed when it is returned
     */
    public Actions<C> probeRules(boolean beforeLend, boolean onReturn) {
        boolean stricter = handOver.probeRules(beforeLend, onReturn);
        waiters.lock();
        try {
            setProbesEachLease(beforeLend || onReturn);
        } finally {
            waiters.unlock();
        }
        return stricter ? markAllStale() : Actions.none();
    }

    /**
     * Asks for a connection that can be lent at once, although no caller waits here: the caller was served by another
     * pool. The request lasts until there is one. Returns false if there was a request.
     */
    public boolean requestFresh() {
        if (freshRequested) return false;
        freshRequested = true;
        return true;
    }

    public boolean isFreshRequested() {
        return freshRequested;
    }

    /** Ends the request. Called by the keeper. */
    public void freshRequestMet() {
        freshRequested = false;
    }

    /** Sets when a new waiter must wake the keeper. Called by the keeper. */
    public void wakePolicy(WakePolicy policy) {
        if (wakePolicy != policy) wakePolicy = policy;
    }
}

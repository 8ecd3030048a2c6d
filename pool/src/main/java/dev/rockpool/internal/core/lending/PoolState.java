package dev.rockpool.internal.core.lending;

import dev.rockpool.CloseReason;
import dev.rockpool.ReusePolicy;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.queue.Demand;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Holder;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Decides which caller gets which slot. Joins the slots, the waiters ({@link WaitQueue}), and the rules between them:
 * {@link GatedLending} for newcomers, {@link Queueing} and {@link HandOver} for waiters, {@link Lifecycle} for all.
 *
 * <p><b>Key idea.</b> The gate is zero while no caller waits and the pool is open and not paused. Then an acquire is a
 * scan and one CAS, and a release is one CAS and one read of the gate. Otherwise both take the slow path.
 *
 * <p><b>Actions.</b> A verb never calls back. It decides, under the lock of the queue if need be, and returns
 * {@link Actions}. Its caller carries them out afterwards.
 *
 * <p>Tested by {@code OneSlotLincheckTest}, {@code DeliveryStressTest} and the pool laws in {@code pool-testing}.
 */
public final class PoolState<C> extends Gate {
    private final Slots<C> slots;
    private final ConnectivityTracker connectivity;
    private final LeaseRecorder<C> recorder;
    private final WaitQueue<C> waiters;
    private final HandOver<C> handOver;
    private final GatedLending<C> lending;
    private final Queueing<C> queueing;
    private final Lifecycle<C> lifecycle;

    /** Leases whose ticket has none of these bits are recorded. Plain: a new mask may count a little late. */
    private long recordMask;

    /**
     * @param clock the pool's clock in nanoseconds; read only when a caller waits or a lease is measured
     * @param bargingWindow how long newcomers may overtake a parked thread at the head of the queue, in nanoseconds
     * @param busyProcessors how many processors are busy if all are; else 0
     */
    public PoolState(
            int size,
            ReusePolicy policy,
            int maxPending,
            long bargingWindow,
            IntSupplier busyProcessors,
            ConnectivityTracker connectivity,
            LongSupplier clock) {
        this.slots = new Slots<>(size, policy);
        this.connectivity = connectivity;
        this.waiters = new WaitQueue<>(this, slots, connectivity, maxPending, bargingWindow, busyProcessors, clock);
        this.handOver = new HandOver<>(this, slots, waiters, clock);
        this.lending = new GatedLending<>(this, slots, waiters, clock);
        this.recorder = new LeaseRecorder<>(clock, mask -> recordMask = mask);
        this.queueing = new Queueing<>(this, slots, connectivity, recorder, waiters, handOver);
        this.lifecycle = new Lifecycle<>(this, slots, waiters, handOver, clock);
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

    /** What callers do that wait. */
    public Queueing<C> queueing() {
        return queueing;
    }

    /** Pauses, resumes and closes the pool. */
    public Lifecycle<C> lifecycle() {
        return lifecycle;
    }

    /** The classes of callers that have quotas. */
    public CallerClasses<C> callers() {
        return new CallerClasses<>(waiters, handOver); // it has no state, and most pools never need it
    }

    /** How many places are reserved for classes of callers in all. */
    public int reserved() {
        return isLimited() ? callers().reserved() : 0;
    }

    /** Evicts connections on request. */
    public Eviction<C> eviction() {
        return new Eviction<>(slots); // it has no state either
    }

    public LeaseRecorder<C> recorder() {
        return recorder;
    }

    /** Lends a slot if one is idle and fresh, and no waiter must be served first; else null. */
    public Slot<C> tryLend() {
        return gate() == 0 ? slots.lendAny() : lending.lend();
    }

    /** Lends for this demand; null if there is no slot for it, or a waiter goes first. */
    public Slot<C> tryLendTo(Demand<C> demand, Object holder, boolean evenIfStale) {
        Slot<C> slot = lending.lendTo(demand, evenIfStale);
        return slot == null ? null : begun(slot, holder);
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
     * Lends an idle slot, even if it is stale. For callers that cannot wait. They must wake the keeper, which sleeps
     * while all slots are stale. This one is not stale any more.
     */
    public Slot<C> tryLendEvenIfStale(Object holder) {
        Slot<C> stale = lending.lendEvenIfStale();
        return stale == null ? null : begun(stale, holder);
    }

    /** Claims the slot that is kept fresh for a peek, if there is one and no waiter must be served first; else null. */
    public Slot<C> startPeek() {
        return lending.startPeek();
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
        if (waiters.exhaustion().isOn()) waiters.exhaustion().judge();
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
        queueing.wakePolicy(WakePolicy.NOW);
        return Actions.keeperOnly(); // a look that is ending may have missed this, and set NOTHING
    }

    private Actions<C> releaseFlagged(Slot<C> slot, long ticket) {
        boolean ends = slot.isHeldBy(ticket) && slot.discardRetired(ticket);
        if (ends && waiters.exhaustion().isOn()) waiters.exhaustion().judge();
        return ends ? endedToo(Actions.closing(slot)) : Actions.tooLate();
    }

    /** Offers a slot whose connection was opened or passed its probe. Closes it if it was retired meanwhile. */
    public Actions<C> offer(Slot<C> slot) {
        return gate() == 0 && !slot.isRetired() ? Actions.none() : handOver.offer(slot);
    }

    /** Handles a waiter that could not be resumed. If it has a slot, that goes to the next one. That was no lease. */
    public Actions<C> undelivered(Waiter<C> waiter) {
        if (waiter.outcome() != Waiter.Outcome.SERVED) return Actions.none();
        return releaseUnrecorded(waiter.slot(), waiter.ticket());
    }

    /** The pool may have this many connections from now on, which may change what quotas allow. */
    public Actions<C> size(int size) {
        return isLimited() ? callers().size(size) : Actions.none();
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
}

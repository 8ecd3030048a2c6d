package dev.rockpool.internal.core.lending;

import dev.rockpool.ReusePolicy;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.queue.BargingPolicy;
import dev.rockpool.internal.core.queue.PriorityQueues;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Holder;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.lang.invoke.VarHandle;
import java.util.function.LongSupplier;

/**
 * Decides who gets which slot: the slots, the callers who wait ({@link WaitQueue}), and the rules between them.
 *
 * <p><b>Key idea.</b> The gate is zero while nobody waits and the pool is open and not paused. Then acquiring is a scan
 * and one CAS, and releasing is one CAS and one look at the gate. Otherwise both take the slow path.
 *
 * <p><b>Actions.</b> A verb never calls back. It decides, under the lock of the queue if need be, and returns
 * {@link Actions}. Its caller carries them out afterwards.
 *
 * <p><b>No lost wake-up.</b> A waiter first publishes itself (gate), then scans once more. A releaser first frees its
 * slot, then reads the gate. Both are volatile, so at least one of them sees the other. A waiter that joins others need
 * not scan: a slot that was freed before is seen by those others. Each freed slot serves one waiter. A waiter that was
 * woken to look for itself propagates the wake-up when it leaves.
 *
 * <p><b>Fairness.</b> While a coroutine, a future or a virtual thread waits, nobody passes: slots are handed to the head
 * of the queue, and newcomers join its end. Serving a parked platform thread costs a context switch. So while only such
 * threads wait, and the oldest has waited less than {@code patience}, the head is only woken, and newcomers may take the
 * slot before it. {@link BargingPolicy} has the other cases, {@link PriorityQueues} the order among priorities.
 *
 * <p>Attacked by {@code OneSlotLincheckTest}, {@code DeliveryStressTest} and by the pool laws in {@code pool-testing}.
 */
public final class PoolState<C> extends Gate {
    private final Slots<C> slots;
    private final ConnectivityTracker connectivity;
    private final LongSupplier clock;
    private final LeaseRecorder<C> notes;
    private final Eviction<C> eviction;
    private final WaitQueue<C> waiters;
    private final HandOver<C> handOver;
    private volatile WakePolicy spare = WakePolicy.NOW;

    /** A ticket with none of these bits is noted. Plain: a lease may be noted a little early or late. */
    private long unnoted;

    /**
     * @param clock the pool's clock in nanoseconds; read only when somebody waits, or a lease is measured
     * @param patience how long the head of the queue lets newcomers pass if it is a parked thread, in nanoseconds
     */
    public PoolState(
            int size,
            ReusePolicy policy,
            int maxPending,
            long patience,
            ConnectivityTracker connectivity,
            LongSupplier clock) {
        this.slots = new Slots<>(size, policy);
        this.connectivity = connectivity;
        this.eviction = new Eviction<>(slots);
        this.clock = clock;
        this.waiters = new WaitQueue<>(this, connectivity, maxPending, patience, clock);
        this.handOver = new HandOver<>(this, slots, waiters, clock);
        this.notes = new LeaseRecorder<>(clock, mask -> unnoted = mask);
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

    /** Takes connections out of use, by order. */
    public Eviction<C> eviction() {
        return eviction;
    }

    public LeaseRecorder<C> notes() {
        return notes;
    }

    /** Lends a slot if one is free, fresh, and nobody has a better right to it; else null. */
    public Slot<C> tryLend() {
        if (gate() == 0) return slots.lendAny();
        return mayPass() ? slots.lendAny() : null;
    }

    /** The same for a holder: a thread, a job, or a {@link Holder}. Its lease has begun, and the slot has its ticket. */
    public Slot<C> tryLend(Object holder) {
        Slot<C> slot = tryLend();
        return slot == null ? null : begun(slot, holder);
    }

    /** Serves a waiter that was not published, if a slot is free for it. */
    public boolean lendTo(Waiter<C> waiter) {
        Slot<C> slot = tryLend();
        if (slot == null || !waiter.serve(slot)) return false;
        if (isNoted(waiter.ticket())) notes.began(slot, waiter.ticket());
        return true;
    }

    /**
     * Lends a slot that should be probed first. For callers that cannot wait.
     *
     * <p>The caller must wake the keeper: while everything is stale it sleeps, and this slot is stale no longer.
     */
    public Slot<C> tryLendUnproven(Object holder) {
        if (gate() != 0 && !mayPass()) return null;
        Slot<C> stale = slots.lendUnproven();
        return stale == null ? null : begun(stale, holder);
    }

    private Slot<C> begun(Slot<C> slot, Object holder) {
        long ticket = slot.ticket();
        slot.grant(ticket, holder);
        if (isNoted(ticket)) notes.began(slot, ticket);
        return slot;
    }

    private boolean isNoted(long ticket) {
        return (ticket & unnoted) == 0;
    }

    /** Records the lease of a waiter that was served from the queue. Called once for each. */
    public void served(Waiter<C> waiter) {
        notes.served(waiter, isNoted(waiter.ticket()));
    }

    /** Ends the lease with this ticket. Not done when it is over already. */
    public Actions<C> release(Slot<C> slot, long ticket) {
        if (isNoted(ticket)) return releaseNoted(slot, ticket);
        return releaseUnnoted(slot, ticket);
    }

    private Actions<C> releaseNoted(Slot<C> slot, long ticket) {
        if (!slot.isHeldBy(ticket)) return Actions.tooLate();
        long connection = slot.number();
        notes.ends(slot, ticket);
        slots.beforeRelease(slot, waiting() > 0);
        boolean kept = free(slot, ticket);
        Actions<C> actions = kept ? Actions.none() : releaseFlagged(slot, ticket);
        if (!actions.isDone()) return actions;
        notes.ended(connection); // before the next one begins
        return kept && gate() != 0 ? handOver.freed(slot) : actions;
    }

    private Actions<C> releaseUnnoted(Slot<C> slot, long ticket) {
        if (slot.isHeldBy(ticket)) slots.beforeRelease(slot, waiting() > 0);
        if (free(slot, ticket)) return gate() == 0 ? Actions.none() : handOver.freed(slot);
        return releaseFlagged(slot, ticket);
    }

    private boolean free(Slot<C> slot, long ticket) {
        return isProving() ? slot.releaseStale(ticket) : slot.release(ticket);
    }

    /** Ends the lease with this ticket and has the connection closed. Not done when it is over already. */
    public Actions<C> discard(Slot<C> slot, long ticket, String reason) {
        if (!slot.isHeldBy(ticket)) return Actions.tooLate();
        notes.ends(slot, ticket);
        if (!slot.discard(ticket, reason)) return Actions.tooLate();
        notes.ended(slot.number());
        return Actions.closing(slot);
    }

    /** A connection died: every idle one must be probed before it is lent again. */
    public Actions<C> markAllStale() {
        for (Slot<C> slot : slots.all()) slot.doubt();
        spare = WakePolicy.NOW;
        return Actions
                .keeperOnly(); // a look that is ending may not have seen it, and say that there is nothing to spare
    }

    private Actions<C> releaseFlagged(Slot<C> slot, long ticket) {
        boolean ends = slot.isHeldBy(ticket) && slot.discard(ticket, HandOver.RETIRED);
        return ends ? Actions.closing(slot) : Actions.tooLate();
    }

    /** Publishes the waiter. After WAITS it may be decided at any moment, also before this returns. */
    public Actions<C> enqueue(Waiter<C> waiter) {
        waiter.trace = notes.here();
        return switch (waiters.join(waiter)) {
            case FIRST -> joinedFirst(waiter);
            case BEHIND_OTHERS -> isHeard(false) && !waiter.isDecided() ? Actions.keeperOnly() : Actions.none();
            case REFUSED -> refused(waiter);
            case FULL -> Actions.full();
            case CLOSED -> Actions.closed();
        };
    }

    private Actions<C> joinedFirst(Waiter<C> waiter) {
        VarHandle.fullFence(); // published, then scan
        Actions<C> actions = new Actions<>();
        handOver.serveIdle(actions);
        if (spare == WakePolicy.NOW && !waiter.isDecided()) handOver.startProbe(actions);
        // If the first was decided at once, whoever came behind it in the meantime has relied on it to be heard.
        if (isHeard(true) && (!waiter.isDecided() || waiting() > 0)) actions.wakeKeeper();
        return actions;
    }

    private Actions<C> refused(Waiter<C> waiter) {
        Actions<C> actions = new Actions<>();
        actions.resume(waiter);
        if (connectivity.requestRetry()) actions.wakeKeeper();
        return actions;
    }

    /** Whether the keeper is told of a waiter. */
    private boolean isHeard(boolean first) {
        WakePolicy now = spare;
        return now == WakePolicy.NOW || first && (now == WakePolicy.LATER || waiters.sheds());
    }

    /** Takes out a waiter that decided itself: it timed out or was cancelled. */
    public Actions<C> leave(Waiter<C> waiter) {
        waiters.leave(waiter);
        return propagateWakeup(waiter);
    }

    /** A woken thread looks for a slot itself. If it finds one it is decided afterwards. */
    public Actions<C> retryAcquire(Waiter<C> waiter) {
        waiter.woken = false;
        Slot<C> found = isPaused() ? null : slots.lendAny();
        if (found == null) return Actions.none();
        Actions<C> actions = Actions.none();
        if (!waiters.serve(waiter, found)) handOver.takeBack(found, actions = new Actions<>());
        waiter.woken = true; // what woke it may have been a second slot
        return actions;
    }

    /** Called by every thread whose wait is over: if it was woken to look, another one must look now. */
    public Actions<C> propagateWakeup(Waiter<C> waiter) {
        return waiter.woken && gate() != 0 ? serveIdle() : Actions.none();
    }

    /** A connection arrived or proved alive: its slot is IDLE now. If it was retired meanwhile it is closed. */
    public Actions<C> offer(Slot<C> slot) {
        if (gate() == 0 && !slot.isRetired()) return Actions.none();
        Actions<C> actions = new Actions<>();
        handOver.offer(slot, actions);
        return actions;
    }

    /** Hands out idle slots until nobody waits or nothing is left. */
    private Actions<C> serveIdle() {
        Actions<C> actions = new Actions<>();
        handOver.serveIdle(actions);
        return actions;
    }

    /** A waiter could not be resumed. If it was served, its slot goes to the next one; that was no lease. */
    public Actions<C> undelivered(Waiter<C> waiter) {
        if (waiter.outcome() != Waiter.Outcome.SERVED) return Actions.none();
        return releaseUnnoted(waiter.slot(), waiter.ticket());
    }

    /** Whether a newcomer may take a slot although somebody waits. */
    private boolean mayPass() {
        return !isClosed() && !isPaused() && (waiting() == 0 || clock.getAsLong() < strictFrom());
    }

    /** From now on nothing is lent, and everybody who waits fails. Not done when it was closed already. */
    public Actions<C> close() {
        waiters.lock();
        try {
            if (isClosed()) return Actions.tooLate();
            shut();
        } finally {
            waiters.unlock();
        }
        return waiters.failAll(null);
    }

    /** From now on whoever asks waits, within its own time. What is leased is not touched. */
    public void pause() {
        waiters.lock();
        try {
            hold(true);
        } finally {
            waiters.unlock();
        }
    }

    /** Ends a pause: what is free goes to those who wait. */
    public Actions<C> resume() {
        waiters.lock();
        try {
            hold(false);
        } finally {
            waiters.unlock();
        }
        Actions<C> actions = serveIdle();
        actions.wakeKeeper();
        return actions;
    }

    /**
     * Sets when connections are probed although they were in use a moment ago.
     *
     * @param beforeLend each is probed, or opened, for the lease it is lent for
     * @param onReturn each is probed when it is returned
     */
    public Actions<C> prove(boolean beforeLend, boolean onReturn) {
        boolean stricter = handOver.prove(beforeLend, onReturn);
        waiters.lock();
        try {
            prove(beforeLend || onReturn);
        } finally {
            waiters.unlock();
        }
        return stricter ? markAllStale() : Actions.none();
    }

    /** The keeper says whether it could help one more who waits. */
    public void spare(WakePolicy some) {
        if (spare != some) spare = some;
    }
}

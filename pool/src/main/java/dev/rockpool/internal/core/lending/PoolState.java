package dev.rockpool.internal.core.lending;

import dev.rockpool.ReusePolicy;
import dev.rockpool.internal.core.queue.BargingPolicy;
import dev.rockpool.internal.core.queue.PriorityQueues;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Holder;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Who gets which slot: the slots, those who wait ({@link WaitQueue}), and the rules between them.
 *
 * <p><b>Key idea.</b> The gate is zero while nobody waits and the pool is open and not paused. Then acquiring is a scan and one CAS, releasing one CAS and one look
 * at the gate. Otherwise both go the slow way.
 *
 * <p><b>No lost wake-up.</b> A waiter first publishes itself (gate), then scans once more; a releaser first frees its
 * slot, then reads the gate. Both are volatile, so at least one of them sees the other. A waiter that joins others need
 * not scan: whoever freed a slot before sees those others. Whoever frees one slot serves one waiter; a waiter
 * that was woken to look for itself passes the word on when it leaves.
 *
 * <p><b>Fairness.</b> While a coroutine, a future or a virtual thread waits, nobody passes: slots are handed to the head of the queue and newcomers join its end. Parked platform threads
 * cost a context switch to serve, so while all who wait are such threads, and the oldest has waited less than {@code patience}, the head is
 * only woken, and newcomers may take the slot before it; {@link BargingPolicy} says when else. Who is the head among several priorities: {@link PriorityQueues}.
 *
 * <p>Attacked by {@code LendingStressTest} and by the pool laws in {@code pool-testing}.
 */
public final class PoolState<C> extends Gate {
    /** What became of a request to wait. */
    public enum Enqueued {
        WAITS,
        FULL,
        CLOSED
    }

    private static final String RETIRED = "retired while it was in use";

    private final Slots<C> slots;
    private final Signals<C> signals;
    private final LongSupplier clock;
    private final LeaseRecorder<C> notes;
    private final Eviction<C> eviction;
    private final WaitQueue<C> waiters;
    private volatile WakePolicy spare = WakePolicy.NOW;
    private volatile boolean provesBeforeLend;
    private volatile boolean probesOnReturn;

    /** A ticket with none of these bits is noted. Plain: a lease may be noted a little early or late. */
    private long unnoted;

    /**
     * @param clock the pool's clock in nanoseconds; read only when somebody waits, or a lease is measured
     * @param patience how long the head of the queue lets newcomers pass if it is a parked thread, in nanoseconds
     */
    public PoolState(
            int size, ReusePolicy policy, int maxPending, long patience, LongSupplier clock, Signals<C> signals) {
        this.slots = new Slots<>(size, policy);
        this.eviction = new Eviction<>(slots, signals);
        this.clock = clock;
        this.signals = signals;
        this.waiters = new WaitQueue<>(this, maxPending, patience, clock, signals);
        this.notes = new LeaseRecorder<>(clock, signals, mask -> unnoted = mask);
    }

    public Slots<C> slots() {
        return slots;
    }

    /** Everybody who waits. */
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

    // ---- acquire and release ---------------------------------------------------------------------------------------

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

    /** Lends a slot, also one that should be probed first. For callers that cannot wait. */
    public Slot<C> tryLendUnproven(Object holder) {
        if (gate() != 0 && !mayPass()) return null;
        Slot<C> fresh = slots.lendAny();
        if (fresh != null) return begun(fresh, holder);
        Slot<C> stale = slots.lendUnproven();
        if (stale == null) return null;
        signals.demand(); // with everything stale the keeper sleeps, and this one is stale no longer
        return begun(stale, holder);
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

    /** Said for a waiter that was served from the queue, once, by whoever tells it or by itself. */
    public void served(Waiter<C> waiter) {
        notes.served(waiter, isNoted(waiter.ticket()));
    }

    /** Ends the lease with this ticket. False when it is over already; then nothing happens. */
    public boolean release(Slot<C> slot, long ticket) {
        if (isNoted(ticket)) return releaseNoted(slot, ticket);
        return releaseUnnoted(slot, ticket);
    }

    private boolean releaseNoted(Slot<C> slot, long ticket) {
        if (!slot.isHeldBy(ticket)) return false;
        long connection = slot.number();
        notes.ends(slot, ticket);
        slots.beforeRelease(slot, waiting() > 0);
        boolean kept = free(slot, ticket);
        if (!kept && !releaseFlagged(slot, ticket)) return false;
        notes.ended(connection); // before the next one begins
        if (kept && gate() != 0) freed(slot);
        return true;
    }

    private boolean releaseUnnoted(Slot<C> slot, long ticket) {
        if (slot.isHeldBy(ticket)) slots.beforeRelease(slot, waiting() > 0);
        if (free(slot, ticket)) {
            if (gate() != 0) freed(slot);
            return true;
        }
        return releaseFlagged(slot, ticket);
    }

    private boolean free(Slot<C> slot, long ticket) {
        return isProving() ? slot.releaseStale(ticket) : slot.release(ticket);
    }

    /** A slot has become idle: it is lent to the head of the queue, or probed if that must come first. */
    private void freed(Slot<C> slot) {
        if (waiting() > 0) serveOne(slot);
        if (slot.isStale() && !isClosed() && (probesOnReturn || waiting() > 0 && !isPaused())) probe(slot);
    }

    private void probe(Slot<C> stale) {
        if (stale.startProbe(clock.getAsLong())) signals.probe(stale);
    }

    /** Ends the lease with this ticket and has the connection closed. False when it is over already. */
    public boolean discard(Slot<C> slot, long ticket, String reason) {
        if (!slot.isHeldBy(ticket)) return false;
        notes.ends(slot, ticket);
        if (!slot.discard(ticket, reason)) return false;
        notes.ended(slot.number());
        signals.retired(slot);
        return true;
    }

    /** Something died: whatever is idle must be probed before it is lent again. */
    public void doubtAll() {
        for (Slot<C> slot : slots.all()) slot.doubt();
        spare = WakePolicy.NOW;
        signals.demand(); // a look that is ending may not have seen it, and say that there is nothing to spare
    }

    private boolean releaseFlagged(Slot<C> slot, long ticket) {
        if (!slot.isHeldBy(ticket)) return false;
        if (!slot.discard(ticket, RETIRED)) return false;
        signals.retired(slot);
        return true;
    }

    // ---- waiting ---------------------------------------------------------------------------------------------------

    /** Publishes the waiter. After WAITS it may be decided at any moment, also before this returns. */
    public Enqueued enqueue(Waiter<C> waiter) {
        waiter.trace = notes.here();
        WaitQueue.Joined joined = waiters.join(waiter);
        if (joined == WaitQueue.Joined.CLOSED) return Enqueued.CLOSED;
        if (joined == WaitQueue.Joined.FULL) return Enqueued.FULL;
        boolean first = joined == WaitQueue.Joined.FIRST;
        if (first) {
            VarHandle.fullFence(); // published, then scan
            serveIdle();
            if (spare == WakePolicy.NOW && !waiter.isDecided()) startProbe();
        }
        // If the first was decided at once, whoever came behind it in the meantime has relied on it to be heard.
        if (isHeard(first) && (!waiter.isDecided() || first && waiting() > 0)) signals.demand();
        return Enqueued.WAITS;
    }

    /**
     * Has something stale probed for the first who waits, if there is anything. The keeper does so for those behind it, and would for this
     * one, but must be woken to.
     */
    private void startProbe() {
        Slot<C> stale = isPaused() ? null : slots.startProbe(clock.getAsLong());
        if (stale != null) signals.probe(stale);
    }

    /** Whether the keeper is told of a waiter. */
    private boolean isHeard(boolean first) {
        WakePolicy now = spare;
        return now == WakePolicy.NOW || first && (now == WakePolicy.LATER || waiters.sheds());
    }

    /** Takes out a waiter that decided itself: it timed out or was cancelled. */
    public void leave(Waiter<C> waiter) {
        waiters.leave(waiter);
        passOn(waiter);
    }

    /** A woken thread looks for itself. True when the waiter is now decided. */
    public boolean lookAgain(Waiter<C> waiter) {
        waiter.woken = false;
        Slot<C> found = isPaused() ? null : slots.lendAny();
        if (found == null) return waiter.isDecided();
        if (!waiters.serve(waiter, found)) takeBack(found);
        waiter.woken = true; // what woke it may have been a second slot
        return true;
    }

    /** Said by every thread whose wait is over: if it was woken to look, somebody else must look now. */
    public void passOn(Waiter<C> waiter) {
        if (waiter.woken && gate() != 0) serveIdle();
    }

    /** A connection arrived or proved alive: its slot is IDLE now. If it was retired meanwhile it is closed. */
    public void offer(Slot<C> slot) {
        if (slot.isRetired() && slot.startClose(RETIRED)) signals.retired(slot);
        else if (gate() != 0) proven(slot);
    }

    /** The proof is good for the head of the queue. It may have grown stale on the way: then it is probed again. */
    private void proven(Slot<C> slot) {
        if (waiting() > 0) serveOne(slot);
        if (provesBeforeLend) slot.doubt();
        if (slot.isStale() && waiting() > 0 && !isPaused()) probe(slot);
    }

    /** Hands out what is idle until nobody waits or nothing is left. */
    public void serveIdle() {
        while (waiting() > 0 && slots.anyIdle() && serveOne(null)) {
            // one waiter further each time
        }
    }

    /** Serves the head of the queue: with this slot, or, for null or when it was taken, with any. True when it did. */
    private boolean serveOne(Slot<C> freed) {
        for (Slot<C> slot = freed; ; slot = null) {
            Waiter<C> served = serveHead(slot);
            if (served == null) return false;
            if (announce(served)) return true;
        }
    }

    private Waiter<C> serveHead(Slot<C> freed) {
        Slot<C> slot = null;
        Waiter<C> served = null;
        List<Waiter<C>> shed;
        waiters.lock();
        try {
            if (isPaused()) return null;
            shed = waiters.shedLocked();
            for (Waiter<C> head = waiters.headLocked(); served == null && head != null; head = waiters.headLocked()) {
                if (slot == null && waiters.canBePassedLocked()) {
                    if (head.woken) break;
                    head.woken = true;
                    served = head;
                    break;
                }
                if (slot == null) slot = freed != null && freed.lend() ? freed : slots.lendAny();
                if (slot == null) break;
                if (waiters.handOverLocked(head, slot, slots.size())) {
                    served = head;
                    slot = null;
                }
            }
        } finally {
            waiters.unlock();
        }
        waiters.announce(shed);
        if (slot != null) takeBack(slot);
        return served;
    }

    /** Wakes a waiter. False when it could not be told that it was served: then its slot is free again. */
    private boolean announce(Waiter<C> waiter) {
        if (waiters.announce(waiter) || waiter.outcome() != Waiter.Outcome.SERVED) return true;
        Slot<C> slot = waiter.slot();
        if (!free(slot, waiter.ticket())) releaseFlagged(slot, waiter.ticket());
        return false;
    }

    /** A slot was lent to somebody who does not want it any more. That was no lease. */
    private void takeBack(Slot<C> slot) {
        slot.ungrant();
        if (slot.unlend(slot.ticket())) offer(slot);
        else releaseUnnoted(slot, slot.ticket());
    }

    /** Whether a newcomer may take a slot although somebody waits. */
    private boolean mayPass() {
        return !isClosed() && !isPaused() && (waiting() == 0 || clock.getAsLong() < strictFrom());
    }

    // ---- closing and pausing ---------------------------------------------------------------------------------------

    /** From now on nothing is lent; everybody who waits fails. False when it was closed already. */
    public boolean close() {
        waiters.lock();
        try {
            if (isClosed()) return false;
            shut();
        } finally {
            waiters.unlock();
        }
        waiters.failAll(null);
        return true;
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
    public void resume() {
        waiters.lock();
        try {
            hold(false);
        } finally {
            waiters.unlock();
        }
        serveIdle();
        signals.demand();
    }

    // ---- proving ---------------------------------------------------------------------------------------------------

    /**
     * Says when connections are probed although they were in use a moment ago.
     *
     * @param beforeLend none is lent that was not probed, or opened, for that lease
     * @param onReturn each is probed when it is returned
     */
    public void prove(boolean beforeLend, boolean onReturn) {
        boolean stricter = beforeLend && !provesBeforeLend;
        provesBeforeLend = beforeLend;
        probesOnReturn = onReturn;
        waiters.lock();
        try {
            prove(beforeLend || onReturn);
        } finally {
            waiters.unlock();
        }
        if (stricter) doubtAll();
    }

    /** The keeper says whether it could help one more who waits. */
    public void spare(WakePolicy some) {
        if (spare != some) spare = some;
    }
}

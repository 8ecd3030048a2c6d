package dev.rockpool.internal.core;

import dev.rockpool.ReusePolicy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Who gets which slot: the slots, the one queue, and the rules between them.
 *
 * <p><b>Key idea.</b> The gate is zero while nobody waits and the pool is open. Then acquiring is a scan and one CAS, releasing one CAS and one look
 * at the gate. Otherwise both go the slow way.
 *
 * <p><b>No lost wake-up.</b> A waiter first publishes itself (gate), then scans once more; a releaser first frees its
 * slot, then reads the gate. Both are volatile, so at least one of them sees the other. A waiter that joins others need
 * not scan: whoever freed a slot before sees those others. Whoever frees one slot serves one waiter; a waiter
 * that was woken to look for itself passes the word on when it leaves.
 *
 * <p><b>Fairness.</b> While a coroutine waits, nobody passes: slots are handed to the head of the queue and newcomers join its end. Parked threads
 * cost a context switch to serve, so while the head is a thread that has waited less than {@code patience}, it is
 * only woken, and newcomers may take the slot before it.
 *
 * <p><b>The lock</b> guards queue links only. No outcome is announced under it.
 *
 * <p>Attacked by {@code LendingStressTest} and by the pool laws in {@code pool-testing}.
 */
public final class Lending<C> extends Gate {
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
    private final long patience;
    private final int maxPending;
    private final LeaseNotes<C> notes;
    private final WaitQueue<C> queue = new WaitQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean spare = true;

    /** A ticket with none of these bits is noted. Plain: a lease may be noted a little early or late. */
    private long unnoted;

    /**
     * @param clock the pool's clock in nanoseconds; read only when somebody waits, or a lease is measured
     * @param patience how long the head of the queue lets newcomers pass if it is a parked thread, in nanoseconds
     */
    public Lending(
            int size, ReusePolicy policy, int maxPending, long patience, LongSupplier clock, Signals<C> signals) {
        this.slots = new Slots<>(size, policy);
        this.maxPending = maxPending;
        this.patience = patience;
        this.clock = clock;
        this.signals = signals;
        this.notes = new LeaseNotes<>(clock, signals, mask -> unnoted = mask);
    }

    public Slots<C> slots() {
        return slots;
    }

    public LeaseNotes<C> notes() {
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
        Slot<C> slot = gate() == 0 || mayPass() ? slots.lendUnproven() : null;
        return slot == null ? null : begun(slot, holder);
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
        slots.beforeRelease(slot);
        boolean kept = slot.release(ticket);
        if (!kept && !releaseFlagged(slot, ticket)) return false;
        notes.ended(connection); // before the next one begins
        if (kept && gate() != 0) serveOne(slot);
        return true;
    }

    private boolean releaseUnnoted(Slot<C> slot, long ticket) {
        if (slot.isHeldBy(ticket)) slots.beforeRelease(slot);
        if (slot.release(ticket)) {
            if (gate() != 0) serveOne(slot);
            return true;
        }
        return releaseFlagged(slot, ticket);
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
        for (int i = 0; i < slots.size(); i++) slots.get(i).doubt();
        spare = true;
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
        boolean first;
        waiter.trace = notes.here();
        lock.lock();
        try {
            if (isClosed()) return Enqueued.CLOSED;
            if (queue.size() >= maxPending) return Enqueued.FULL;
            first = queue.size() == 0;
            queue.append(waiter);
            publish();
        } finally {
            lock.unlock();
        }
        if (first) serveIdle();
        if (spare && !waiter.isDecided()) signals.demand();
        return Enqueued.WAITS;
    }

    /** Takes out a waiter that decided itself: it timed out or was cancelled. */
    public void leave(Waiter<C> waiter) {
        lock.lock();
        try {
            if (queue.remove(waiter)) publish();
        } finally {
            lock.unlock();
        }
        passOn(waiter);
    }

    /** A woken thread looks for itself. True when the waiter is now decided. */
    public boolean lookAgain(Waiter<C> waiter) {
        waiter.woken = false;
        Slot<C> found = slots.lendAny();
        if (found == null) return waiter.isDecided();
        boolean taken;
        lock.lock();
        try {
            taken = queue.remove(waiter) && waiter.serve(found);
            if (taken) publish();
        } finally {
            lock.unlock();
        }
        if (!taken) takeBack(found);
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
        else if (gate() != 0) serveOne(slot);
    }

    /** Hands out what is idle until nobody waits or nothing is left. */
    public void serveIdle() {
        while (waiting() > 0 && slots.anyIdle() && serveOne(null)) {
            // one waiter further each time
        }
    }

    /** Serves the head of the queue: with this slot, or, for null or when it was taken, with any. True when it did. */
    private boolean serveOne(Slot<C> freed) {
        Slot<C> slot = null;
        Waiter<C> served = null;
        lock.lock();
        try {
            for (Waiter<C> head = queue.head(); served == null && head != null; head = queue.head()) {
                if (slot == null && canBePassed(head)) {
                    if (head.woken) return false;
                    head.woken = true;
                    served = head;
                    break;
                }
                if (slot == null) slot = freed != null && freed.lend() ? freed : slots.lendAny();
                if (slot == null) return false;
                queue.remove(head);
                publish();
                if (head.serve(slot)) {
                    served = head;
                    slot = null;
                }
            }
        } finally {
            lock.unlock();
        }
        if (served != null) served.wake();
        if (slot != null) takeBack(slot);
        return served != null;
    }

    /** A slot was lent to somebody who does not want it any more. That was no lease. */
    private void takeBack(Slot<C> slot) {
        slot.ungrant();
        if (slot.unlend(slot.ticket())) offer(slot);
        else releaseUnnoted(slot, slot.ticket());
    }

    private boolean canBePassed(Waiter<C> head) {
        return queue.suspended() == 0 && clock.getAsLong() - head.since < patience;
    }

    /** Whether a newcomer may take a slot although somebody waits. */
    private boolean mayPass() {
        return !isClosed() && clock.getAsLong() < strictFrom();
    }

    private void publish() {
        Waiter<C> head = queue.head();
        long from = head == null || queue.suspended() > 0 ? Long.MIN_VALUE : head.since + patience;
        publish(queue.size(), from);
    }

    // ---- deadlines and endings -------------------------------------------------------------------------------------

    /** The earliest deadline of a suspended waiter; {@code Long.MAX_VALUE} when there is none. */
    public long nextDeadline() {
        lock.lock();
        try {
            return queue.nextDeadline();
        } finally {
            lock.unlock();
        }
    }

    /** Times out every suspended waiter whose deadline has come. */
    public void expire(long now) {
        List<Waiter<C>> expired;
        lock.lock();
        try {
            expired = queue.expire(now);
            publish();
        } finally {
            lock.unlock();
        }
        for (Waiter<C> waiter : expired) waiter.wake();
    }

    /**
     * Fails everybody who waits.
     *
     * @param cause why; null because the pool is closed
     */
    public void failAll(Throwable cause) {
        List<Waiter<C>> failed;
        lock.lock();
        try {
            failed = queue.failAll(cause);
            publish();
        } finally {
            lock.unlock();
        }
        for (Waiter<C> waiter : failed) waiter.wake();
    }

    /** From now on nothing is lent; everybody who waits fails. False when it was closed already. */
    public boolean close() {
        lock.lock();
        try {
            if (isClosed()) return false;
            shut();
        } finally {
            lock.unlock();
        }
        failAll(null);
        return true;
    }

    /** The keeper says whether a waiter could be helped by it: something is vacant or stale. */
    public void spare(boolean some) {
        if (spare != some) spare = some;
    }
}

/** One word that the hot path reads: how many wait, and whether the pool is closed. Alone on its cache lines. */
@SuppressWarnings("unused")
abstract class Gate {
    private static final int CLOSED = 1 << 31;
    private static final VarHandle GATE;

    static {
        try {
            GATE = MethodHandles.lookup().findVarHandle(Gate.class, "gate", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private long p00, p01, p02, p03, p04, p05, p06, p07, p08, p09, p10, p11, p12, p13, p14;
    private volatile int gate;
    private volatile long strictFrom = Long.MIN_VALUE;
    private long q00, q01, q02, q03, q04, q05, q06, q07, q08, q09, q10, q11, q12, q13, q14;

    final int gate() {
        return gate;
    }

    /** How many callers wait. */
    public final int waiting() {
        return gate & ~CLOSED;
    }

    public final boolean isClosed() {
        return gate < 0;
    }

    final long strictFrom() {
        return strictFrom;
    }

    /** Under the lock of the queue. */
    final void publish(int waiting, long strictFrom) {
        this.strictFrom = strictFrom;
        gate = gate & CLOSED | waiting;
    }

    final void shut() {
        gate = gate | CLOSED;
    }
}

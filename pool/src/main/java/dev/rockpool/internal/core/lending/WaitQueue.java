package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.connectivity.Connectivity;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.queue.BargingPolicy;
import dev.rockpool.internal.core.queue.PriorityQueues;
import dev.rockpool.internal.core.queue.QueueLock;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * The callers who wait, and the lock of their queue. {@link HandOver} decides under this lock which waiter is handed
 * which slot, and {@link FailedWaits} which waits end without one.
 *
 * <p>The lock guards links and rules only. Waiters are resumed after it is released, by the {@link Actions} that a verb
 * returns. Methods whose name ends in "Locked" are called while it is held.
 */
public final class WaitQueue<C> {
    /** The result of {@link #join}. */
    enum Joined {
        /** No other caller waits. */
        FIRST,
        BEHIND_OTHERS,
        /** The waiter has failed and must be resumed, because callers are refused at the moment. */
        REFUSED,
        /** The waiter has failed here, but it also waits in other pools. */
        LOST,
        FULL,
        CLOSED
    }

    private final Gate gate;
    private final Slots<C> slots;
    private final ConnectivityTracker connectivity;
    private final LongSupplier clock;
    private final PriorityQueues<C> queue = new PriorityQueues<>();
    private final QueueLock lock = new QueueLock();
    private final BargingPolicy barging;
    private final HandOverCount handOvers = new HandOverCount();
    private final FailedWaits<C> failed;
    private final Exhaustion<C> exhaustion;
    private volatile int maxPending;

    /** Null until a class of callers is created. Guarded by the lock. */
    private Quotas<C> quotas;

    WaitQueue(
            Gate gate,
            Slots<C> slots,
            ConnectivityTracker connectivity,
            int maxPending,
            long bargingWindow,
            IntSupplier busyProcessors,
            LongSupplier clock) {
        this.gate = gate;
        this.slots = slots;
        this.connectivity = connectivity;
        this.clock = clock;
        this.maxPending = maxPending;
        this.barging = new BargingPolicy(bargingWindow, busyProcessors);
        this.failed = new FailedWaits<>(this, lock, queue, gate, connectivity, clock);
        this.exhaustion = new Exhaustion<>(gate, lock, queue, slots, clock);
    }

    /** The waits that end without a slot. */
    public FailedWaits<C> failed() {
        return failed;
    }

    /** How long callers have waited although every connection was leased. */
    public Exhaustion<C> exhaustion() {
        return exhaustion;
    }

    /** How many slots were handed over. */
    public HandOverCount handOvers() {
        return handOvers;
    }

    /**
     * Changes the limits for later waiters.
     *
     * @param bargingWindow how long newcomers may overtake a parked thread at the head of the queue, in nanoseconds
     */
    public void limits(int maxPending, long bargingWindow) {
        this.maxPending = maxPending;
        barging.bargingWindow(bargingWindow);
    }

    /** Publishes the waiter, which may be decided at any moment from then on. */
    Joined join(Waiter<C> waiter) {
        lock.lock(!waiter.parks());
        try {
            if (gate.isClosed()) return Joined.CLOSED;
            Connectivity.Down down = connectivity.down();
            if (down != null) {
                if (waiter.fail(down.outage())) return Joined.REFUSED;
                if (waiter.isDecided()) return Joined.LOST;
            }
            if (pendingLocked(waiter) >= maxPending) return Joined.FULL;
            boolean first = queue.size() == 0;
            queue.append(waiter);
            publishLocked();
            if (first) exhaustion.firstJoinedLocked(waiter.since);
            return first ? Joined.FIRST : Joined.BEHIND_OTHERS;
        } finally {
            lock.unlock();
        }
    }

    /** How many callers wait that count for the same limit: a class cannot fill the queue for the others. */
    private int pendingLocked(Waiter<C> waiter) {
        int all = queue.size();
        return quotas == null || all < maxPending ? all : Quotas.waiting(queue, waiter.callers());
    }

    /** Removes a waiter that decided itself. */
    void leave(Waiter<C> waiter) {
        lock.lock();
        try {
            if (queue.remove(waiter)) publishLocked();
        } finally {
            lock.unlock();
        }
    }

    /** Removes a waiter that found this slot itself. Returns false if it was decided before. */
    boolean serve(Waiter<C> waiter, Slot<C> slot) {
        lock.lock();
        try {
            return queue.remove(waiter) && serveLocked(waiter, slot);
        } finally {
            lock.unlock();
        }
    }

    void lock() {
        lock.lock(gate.strictFrom() == Long.MIN_VALUE);
    }

    void unlock() {
        lock.unlock();
    }

    /**
     * The next waiter that may be served; null if there is none.
     *
     * @param lent a slot that is lent for it already; null for none
     */
    Waiter<C> headLocked(Slot<C> lent) {
        return quotas == null ? queue.head() : quotas.head(queue, lent);
    }

    /** Whether newcomers may overtake the head. */
    boolean canBePassedLocked() {
        if (quotas != null) return false; // each lease is decided under the lock
        if (gate.probesEachLease()) return false; // a slot probed for the head would be stale when it looks
        return queue.suspended() == 0 && clock.getAsLong() < barging.strictFrom(queue.oldest());
    }

    /** Removes the head and hands it this slot. Returns false if the head had decided itself. */
    boolean handOverLocked(Waiter<C> head, Slot<C> slot) {
        queue.remove(head);
        if (head.parks()) barging.handedOver(clock.getAsLong(), slots.size());
        return serveLocked(head, slot);
    }

    private boolean serveLocked(Waiter<C> waiter, Slot<C> slot) {
        boolean served = waiter.serve(slot);
        if (served) {
            handOvers.servedLocked();
            queue.served(waiter);
            if (quotas != null) quotas.granted(waiter.callers(), slot, waiter.ticket());
            failed.servedLocked(waiter);
        }
        publishLocked();
        return served;
    }

    /** Publishes at the gate how many callers wait, and from when on no caller may overtake them. */
    void publishLocked() {
        if (queue.size() == 0) exhaustion.lastLeftLocked();
        boolean strict = quotas != null || queue.size() == 0 || queue.suspended() > 0;
        gate.publish(queue.size(), strict ? Long.MIN_VALUE : barging.strictFrom(queue.oldest()));
    }

    /** Reads or changes the quotas under the lock. Creates them if there are none, for a pool of this size. */
    <R> R withQuotas(int size, Function<Quotas<C>, R> work) {
        lock.lock();
        try {
            if (quotas == null) {
                quotas = new Quotas<>(slots, size);
                gate.setLimited();
                publishLocked();
            }
            return work.apply(quotas);
        } finally {
            lock.unlock();
        }
    }

    /** Whether a caller waits that may be served. */
    boolean isAnyServable() {
        if (gate.waiting() == 0) return false;
        if (!gate.isLimited()) return true;
        lock.lock();
        try {
            return quotas.head(queue, null) != null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * How many waiters to serve: none during a pause, and none that its quota holds back. Counted exactly, because each
     * may cost a connect. No longer counts one that is just being served, as the published number does.
     */
    public int toServe() {
        if (gate.isPaused() || gate.waiting() == 0) return 0;
        lock.lock();
        try {
            return quotas == null ? queue.size() : quotas.servable(queue);
        } finally {
            lock.unlock();
        }
    }

    /** The callers that wait, in no particular order. */
    public List<Waiter<C>> all() {
        lock.lock();
        try {
            return queue.all();
        } finally {
            lock.unlock();
        }
    }

    /** How long the longest wait has lasted; 0 if no caller waits. */
    public long longestWait(long now) {
        lock.lock();
        try {
            return queue.size() == 0 ? 0 : now - queue.oldest();
        } finally {
            lock.unlock();
        }
    }
}

package dev.rockpool.internal.core.lending;

import dev.rockpool.internal.core.connectivity.Connectivity;
import dev.rockpool.internal.core.connectivity.ConnectivityTracker;
import dev.rockpool.internal.core.queue.BargingPolicy;
import dev.rockpool.internal.core.queue.CallerClass;
import dev.rockpool.internal.core.queue.Demand;
import dev.rockpool.internal.core.queue.LoadShedder;
import dev.rockpool.internal.core.queue.OverloadSettings;
import dev.rockpool.internal.core.queue.PriorityQueues;
import dev.rockpool.internal.core.queue.QueueLock;
import dev.rockpool.internal.core.queue.Waiter;
import dev.rockpool.internal.core.slot.Preference;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.core.slot.Slots;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The callers who wait, and the lock of their queue. Ends the waits that need no slot: they time out, or fail because of
 * an outage, of overload, or of the end of the pool. {@link PoolState} decides who is handed which slot, under the same
 * lock.
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

    /** Not a field updater, which would load the class of each field. */
    private static final VarHandle BEGUN;

    static {
        try {
            BEGUN = MethodHandles.lookup().findVarHandle(WaitQueue.class, "handOversBegun", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Gate gate;
    private final Slots<C> slots;
    private final ConnectivityTracker connectivity;
    private final LongSupplier clock;
    private final PriorityQueues<C> queue = new PriorityQueues<>();
    private final QueueLock lock = new QueueLock();
    private final BargingPolicy barging;
    private volatile int maxPending;
    private volatile LoadShedder<C> shedding;
    private final ExhaustionTimer exhaustion = new ExhaustionTimer();

    /** Null until a class of callers is created. Guarded by the lock. */
    private Quotas<C> quotas;

    /** Leases for waiters, counted before they begin. A lease that was undone does not count. */
    private volatile long handOversBegun;

    /** Waiters that were handed a slot. Written under the lock. */
    private volatile long served;

    WaitQueue(
            Gate gate,
            Slots<C> slots,
            ConnectivityTracker connectivity,
            int maxPending,
            long bargingWindow,
            LongSupplier clock) {
        this.gate = gate;
        this.slots = slots;
        this.connectivity = connectivity;
        this.clock = clock;
        this.maxPending = maxPending;
        this.barging = new BargingPolicy(bargingWindow);
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
            if (first && slots.areAllLeased()) exhaustion.begin(waiter.since);
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

    /** Acquires the lock. */
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

    /**
     * Removes the head and hands it this slot. {@code slots} is the number of slots. Returns false if the head had
     * decided itself.
     */
    boolean handOverLocked(Waiter<C> head, Slot<C> slot, int slots) {
        queue.remove(head);
        if (head.parks()) barging.handedOver(clock.getAsLong(), slots);
        return serveLocked(head, slot);
    }

    /** Fails waiters that have waited too long, if overload control is configured and detects overload. */
    List<Waiter<C>> shedLocked() {
        return shedding == null ? List.of() : shedLocked(clock.getAsLong());
    }

    /** A slot is about to be lent for a waiter. So no snapshot takes that lease for one that was granted at once. */
    void beginHandOver() {
        BEGUN.getAndAdd(this, 1L);
    }

    /** There was no slot to lend after {@link #beginHandOver}, or its lease was undone. */
    void handOverFailed() {
        BEGUN.getAndAdd(this, -1L);
    }

    /** How many leases were begun for waiters. Read it after the number of all leases. */
    public long handOversBegun() {
        return handOversBegun;
    }

    /** How many waiters were handed a slot. Never falls. */
    public long served() {
        return served;
    }

    /**
     * Notes whether callers wait although every connection is leased. Called when that may have changed, apart from the
     * first waiter that joins and the last that leaves.
     */
    public void judgeExhaustion() {
        if (gate.waiting() == 0 && !exhaustion.isOn()) return;
        lock.lock();
        try {
            if (queue.size() > 0 && slots.areAllLeased()) exhaustion.begin(clock.getAsLong());
            else exhaustion.end(clock.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    /** Whether callers wait although every connection is leased, as far as it was noticed. */
    public boolean isExhausted() {
        return exhaustion.isOn();
    }

    /** How long callers have waited in all although every connection was leased. */
    public long exhaustedFor(long now) {
        lock.lock();
        try {
            return exhaustion.total(now);
        } finally {
            lock.unlock();
        }
    }

    /** How long the present exhaustion has lasted; negative if there is none. */
    public long exhaustedSince(long now) {
        return exhaustion.current(now);
    }

    private List<Waiter<C>> shedLocked(long now) {
        List<Waiter<C>> shed = shedding.shed(now);
        if (!shed.isEmpty()) publishLocked();
        return shed;
    }

    private boolean serveLocked(Waiter<C> waiter, Slot<C> slot) {
        boolean served = waiter.serve(slot);
        if (served) {
            this.served++;
            queue.served(waiter);
            if (quotas != null) quotas.granted(waiter.callers(), slot, waiter.ticket());
            if (shedding != null) shedding.served(waiter, clock.getAsLong());
        }
        publishLocked();
        return served;
    }

    private void publishLocked() {
        if (queue.size() == 0 && exhaustion.isOn()) exhaustion.end(clock.getAsLong());
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

    /** The pool may have this many connections from now on. */
    void size(int size) {
        lock.lock();
        try {
            if (quotas != null) quotas.size(size);
        } finally {
            lock.unlock();
        }
    }

    /** Lends an idle slot for this demand, which may be null, if its quota allows it and no waiter goes first. */
    Slot<C> lendLimited(Demand<C> demand, boolean evenIfStale) {
        CallerClass callers = demand == null ? null : demand.callers();
        Preference<C> preference = demand == null ? null : demand.preference();
        lock.lock();
        try {
            if (gate.isClosed() || gate.isPaused() || quotas.head(queue, null) != null) return null;
            quotas.count(null);
            if (!quotas.allows(callers)) return null;
            Slot<C> slot = preference == null ? slots.lendAny() : slots.lendCheapest(preference::rank);
            if (slot == null && evenIfStale) slot = slots.lendEvenIfStale();
            if (slot != null) quotas.granted(callers, slot, slot.ticket());
            return slot;
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

    /** How many waiters to serve: none during a pause. Counted exactly, because each may cost a connect. */
    public int toServe() {
        return gate.isPaused() || gate.waiting() == 0 ? 0 : servable();
    }

    /**
     * How many callers wait whose quotas allow them to be served. No longer counts one that is just being served, as the
     * published number does.
     */
    private int servable() {
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

    /** The earliest deadline of a suspended waiter; {@code Long.MAX_VALUE} if there is none. */
    public long nextDeadline() {
        lock.lock();
        try {
            return queue.nextDeadline();
        } finally {
            lock.unlock();
        }
    }

    /** Times out every suspended waiter whose deadline has passed. */
    public Actions<C> expire(long now) {
        List<Waiter<C>> expired;
        lock.lock();
        try {
            expired = queue.expire(now);
            publishLocked();
        } finally {
            lock.unlock();
        }
        return Actions.resuming(expired);
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

    /** Configures overload control; null disables it. */
    public void overload(OverloadSettings settings) {
        lock.lock();
        try {
            shedding = settings == null ? null : new LoadShedder<>(settings, queue);
        } finally {
            lock.unlock();
        }
    }

    /** Whether overload control is configured. */
    boolean sheds() {
        return shedding != null;
    }

    /** Sheds waiters that have waited too long, if overload control is configured and detects overload. */
    public Actions<C> shed(long now) {
        if (shedding == null || gate.waiting() == 0) return Actions.none();
        lock.lock();
        try {
            return shedding == null ? Actions.none() : Actions.resuming(shedLocked(now));
        } finally {
            lock.unlock();
        }
    }

    /**
     * When to call {@link #shed} if nothing is handed over before; {@code Long.MAX_VALUE} for never. At least one
     * target apart.
     */
    public long nextShed(long now) {
        if (shedding == null || gate.waiting() == 0) return Long.MAX_VALUE;
        lock.lock();
        try {
            if (shedding == null) return Long.MAX_VALUE;
            return shedding.due() > now
                    ? shedding.due()
                    : now + shedding.settings().target();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Fails all waiters.
     *
     * @param cause why; null because the pool is closed
     */
    public Actions<C> failAll(Throwable cause) {
        List<Waiter<C>> failed;
        lock.lock();
        try {
            failed = failAllLocked(cause);
        } finally {
            lock.unlock();
        }
        return Actions.resuming(failed);
    }

    /** Fails all waiters if the server is down. Callers that come later are refused while it is. */
    public Actions<C> failWhileDown() {
        List<Waiter<C>> failed;
        lock.lock();
        try {
            Connectivity.Down down = connectivity.down();
            failed = down == null ? List.of() : failAllLocked(down.outage());
        } finally {
            lock.unlock();
        }
        return Actions.resuming(failed);
    }

    private List<Waiter<C>> failAllLocked(Throwable cause) {
        List<Waiter<C>> failed = queue.failAll(cause);
        publishLocked();
        return failed;
    }
}

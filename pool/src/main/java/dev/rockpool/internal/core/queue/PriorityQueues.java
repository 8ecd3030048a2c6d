package dev.rockpool.internal.core.queue;

import dev.rockpool.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * All waiters: one {@link FifoLane} per priority, and the lane that is served next. Not thread-safe: guarded by the
 * lock of {@code WaitQueue}.
 *
 * <p>While all waiters have normal priority, only one lane is used and there is nothing to decide. There are no counts
 * besides those of the lanes, because each word written at every wait moves between processors' caches.
 */
public final class PriorityQueues<C> {
    private final FifoLane<C> high = new FifoLane<>();
    private final FifoLane<C> normal = new FifoLane<>();
    private final FifoLane<C> low = new FifoLane<>();
    private final List<FifoLane<C>> lanes = List.of(high, normal, low);
    private final PriorityScheduler scheduler = new PriorityScheduler(lanes);

    public int size() {
        return normal.size() + high.size() + low.size();
    }

    /** How many of the waiters do not park: coroutines and futures. */
    public int suspended() {
        return normal.suspended() + high.suspended() + low.suspended();
    }

    private boolean areAllNormal() {
        return high.size() == 0 && low.size() == 0;
    }

    /** The waiter that is served next. */
    public Waiter<C> head() {
        return areAllNormal() ? normal.head() : lanes.get(scheduler.next()).head();
    }

    /**
     * The first waiter that may be served; null if there is none. The lane whose turn it is goes first, then the others
     * from high to low.
     */
    public Waiter<C> first(Predicate<Waiter<C>> mayBeServed) {
        if (size() == 0) return null;
        FifoLane<C> turn = lanes.get(scheduler.next());
        Waiter<C> first = turn.first(mayBeServed);
        for (int i = 0; first == null && i < lanes.size(); i++)
            first = lanes.get(i).first(mayBeServed);
        return first;
    }

    /** When the longest wait began. Call only while a caller waits. */
    public long oldest() {
        if (areAllNormal()) return normal.head().since;
        long oldest = Long.MAX_VALUE;
        for (FifoLane<C> lane : lanes) if (lane.size() > 0) oldest = Math.min(oldest, lane.head().since);
        return oldest;
    }

    public List<Waiter<C>> all() {
        List<Waiter<C>> all = new ArrayList<>(size());
        for (FifoLane<C> lane : lanes) lane.addTo(all);
        return all;
    }

    /** The waiters of one priority. */
    FifoLane<C> lane(int priority) {
        return lanes.get(priority);
    }

    public void append(Waiter<C> waiter) {
        lanes.get(waiter.priority).append(waiter);
    }

    /** Removes a waiter from any position. Returns false if it is no longer queued. */
    public boolean remove(Waiter<C> waiter) {
        return lanes.get(waiter.priority).remove(waiter);
    }

    /** Records that a removed waiter was served. */
    public void served(Waiter<C> waiter) {
        if (waiter.priority != Priority.NORMAL.ordinal() || !areAllNormal()) scheduler.served(waiter.priority);
    }

    /** The earliest deadline of a suspended waiter; {@code Long.MAX_VALUE} if there is none. */
    public long nextDeadline() {
        long next = Long.MAX_VALUE;
        for (FifoLane<C> lane : lanes) next = Math.min(next, lane.nextDeadline());
        return next;
    }

    /** Removes and times out every suspended waiter whose deadline has passed. */
    public List<Waiter<C>> expire(long now) {
        List<Waiter<C>> expired = new ArrayList<>();
        for (FifoLane<C> lane : lanes) {
            for (Waiter<C> w = lane.nextExpired(now); w != null; w = lane.nextExpired(now)) {
                remove(w);
                if (w.decide(Waiter.Outcome.TIMED_OUT)) expired.add(w);
            }
        }
        return expired;
    }

    /** Removes and fails all waiters. */
    public List<Waiter<C>> failAll(Throwable cause) {
        List<Waiter<C>> failed = new ArrayList<>(size());
        for (Waiter<C> waiter = head(); waiter != null; waiter = head()) {
            remove(waiter);
            if (waiter.fail(cause)) failed.add(waiter);
        }
        return failed;
    }
}

package dev.rockpool.internal.core.queue;

import dev.rockpool.Priority;
import java.util.ArrayList;
import java.util.List;

/**
 * Everybody who waits: one {@link FifoLane} for each priority, and whose turn it is among them. Not thread-safe: guarded by
 * the lock of {@code WaitQueue}.
 *
 * <p>While all who wait are of normal priority there is one line, and nothing to decide. It keeps no counts beside those of its lines: each word that is written at every
 * wait goes from processor to processor.
 */
public final class PriorityQueues<C> {
    private final FifoLane<C> high = new FifoLane<>();
    private final FifoLane<C> normal = new FifoLane<>();
    private final FifoLane<C> low = new FifoLane<>();
    private final List<FifoLane<C>> lines = List.of(high, normal, low);
    private final PriorityScheduler turns = new PriorityScheduler(lines);

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

    /** Who is served next. */
    public Waiter<C> head() {
        return areAllNormal() ? normal.head() : lines.get(turns.next()).head();
    }

    /** When the wait of the one who has waited longest began; only while somebody waits. */
    public long oldest() {
        if (areAllNormal()) return normal.head().since;
        long oldest = Long.MAX_VALUE;
        for (FifoLane<C> line : lines) if (line.size() > 0) oldest = Math.min(oldest, line.head().since);
        return oldest;
    }

    /** The waiters of one priority. */
    FifoLane<C> line(int priority) {
        return lines.get(priority);
    }

    public void append(Waiter<C> waiter) {
        lines.get(waiter.priority).append(waiter);
    }

    /** Takes a waiter out, wherever it stands. False when it is out already. */
    public boolean remove(Waiter<C> waiter) {
        return lines.get(waiter.priority).remove(waiter);
    }

    /** Said of a waiter that was taken out and served. */
    public void served(Waiter<C> waiter) {
        if (waiter.priority != Priority.NORMAL.ordinal() || !areAllNormal()) turns.took(waiter.priority);
    }

    /** The earliest deadline of a suspended waiter; {@code Long.MAX_VALUE} when there is none. */
    public long nextDeadline() {
        long next = Long.MAX_VALUE;
        for (FifoLane<C> line : lines) next = Math.min(next, line.nextDeadline());
        return next;
    }

    /** Decides and takes out every suspended waiter whose deadline has come. */
    public List<Waiter<C>> expire(long now) {
        List<Waiter<C>> expired = new ArrayList<>();
        for (FifoLane<C> line : lines) {
            for (Waiter<C> w = line.nextExpired(now); w != null; w = line.nextExpired(now)) {
                remove(w);
                if (w.decide(Waiter.Outcome.TIMED_OUT)) expired.add(w);
            }
        }
        return expired;
    }

    /** Decides for FAILED and takes out everybody. */
    public List<Waiter<C>> failAll(Throwable cause) {
        List<Waiter<C>> failed = new ArrayList<>(size());
        for (Waiter<C> waiter = head(); waiter != null; waiter = head()) {
            remove(waiter);
            if (waiter.fail(cause)) failed.add(waiter);
        }
        return failed;
    }
}

package dev.rockpool.internal.core;

import dev.rockpool.Priority;
import java.util.ArrayList;
import java.util.List;

/**
 * Everybody who waits: one {@link Line} for each priority, and whose turn it is among them. Not thread-safe: guarded by
 * the lock of {@link Waiters}.
 *
 * <p>While all who wait are of normal priority there is one line, and nothing to decide.
 */
final class WaitQueue<C> {
    private static final int NORMAL = Priority.NORMAL.ordinal();

    private final List<Line<C>> lines = List.of(new Line<>(), new Line<>(), new Line<>());
    private final Line<C> normal = lines.get(NORMAL);
    private final Turns turns = new Turns(lines);
    private int size;
    private int suspended;

    int size() {
        return size;
    }

    /** How many of the waiters do not park: coroutines and futures. */
    int suspended() {
        return suspended;
    }

    /** Who is served next. */
    Waiter<C> head() {
        return size == normal.size() ? normal.head() : lines.get(turns.next()).head();
    }

    /** When the wait of the one who has waited longest began; only while somebody waits. */
    long oldest() {
        if (size == normal.size()) return normal.head().since;
        long oldest = Long.MAX_VALUE;
        for (Line<C> line : lines) if (line.size() > 0) oldest = Math.min(oldest, line.head().since);
        return oldest;
    }

    /** The waiters of one priority. */
    Line<C> line(int priority) {
        return lines.get(priority);
    }

    void append(Waiter<C> waiter) {
        lines.get(waiter.priority).append(waiter);
        size++;
        if (!waiter.parks()) suspended++;
    }

    /** Takes a waiter out, wherever it stands. False when it is out already. */
    boolean remove(Waiter<C> waiter) {
        if (!lines.get(waiter.priority).remove(waiter)) return false;
        size--;
        if (!waiter.parks()) suspended--;
        return true;
    }

    /** Said of a waiter that was taken out and served. */
    void served(Waiter<C> waiter) {
        if (waiter.priority != NORMAL || size != normal.size()) turns.took(waiter.priority);
    }

    /** The earliest deadline of a suspended waiter; {@code Long.MAX_VALUE} when there is none. */
    long nextDeadline() {
        long next = Long.MAX_VALUE;
        for (Line<C> line : lines) next = Math.min(next, line.nextDeadline());
        return next;
    }

    /** Decides and takes out every suspended waiter whose deadline has come. */
    List<Waiter<C>> expire(long now) {
        List<Waiter<C>> expired = new ArrayList<>();
        for (Line<C> line : lines) {
            for (Waiter<C> w = line.nextExpired(now); w != null; w = line.nextExpired(now)) {
                remove(w);
                if (w.decide(Waiter.Outcome.TIMED_OUT)) expired.add(w);
            }
        }
        return expired;
    }

    /** Decides for FAILED and takes out everybody. */
    List<Waiter<C>> failAll(Throwable cause) {
        List<Waiter<C>> failed = new ArrayList<>(size);
        for (Waiter<C> waiter = head(); waiter != null; waiter = head()) {
            remove(waiter);
            if (waiter.fail(cause)) failed.add(waiter);
        }
        return failed;
    }
}

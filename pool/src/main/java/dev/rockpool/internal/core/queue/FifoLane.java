package dev.rockpool.internal.core.queue;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * The waiters of one priority, in order of arrival, with the earliest of their deadlines. Not thread-safe: guarded by
 * the lock of {@code WaitQueue}. Changes only links.
 *
 * <p>While all timeouts are equal, arrival order is deadline order, and the list shows who expires first. A waiter with
 * an earlier deadline than the one ahead of it is also kept in a heap.
 */
final class FifoLane<C> {
    private static final int TIDY_ABOVE = 64;

    private Waiter<C> head;
    private Waiter<C> tail;
    private int size;
    private int suspended;
    private long latestDeadline = Long.MIN_VALUE;
    private int earlySize;

    /** Null until a waiter needs it. */
    private PriorityQueue<Waiter<C>> early;

    int size() {
        return size;
    }

    /** How many of the waiters do not park. */
    int suspended() {
        return suspended;
    }

    Waiter<C> head() {
        return head;
    }

    /** The first waiter that may be served; null if there is none. */
    Waiter<C> first(Predicate<Waiter<C>> mayBeServed) {
        for (Waiter<C> waiter = head; waiter != null; waiter = waiter.next) if (mayBeServed.test(waiter)) return waiter;
        return null;
    }

    void addTo(List<Waiter<C>> list) {
        for (Waiter<C> waiter = head; waiter != null; waiter = waiter.next) list.add(waiter);
    }

    void append(Waiter<C> waiter) {
        if (!waiter.parks()) keepInDeadlineOrder(waiter);
        waiter.previous = tail;
        if (tail == null) head = waiter;
        else tail.next = waiter;
        tail = waiter;
        waiter.queued = true;
        size++;
    }

    /** Runs first, because only this step can fail, for lack of memory. */
    private void keepInDeadlineOrder(Waiter<C> waiter) {
        if (waiter.deadline >= latestDeadline) {
            latestDeadline = waiter.deadline;
        } else {
            if (early == null) early = new PriorityQueue<>(Comparator.comparingLong(w -> w.deadline));
            early.add(waiter);
            waiter.early = true;
            earlySize++;
        }
        suspended++;
    }

    /** Removes a waiter from any position. Returns false if it is no longer queued. */
    boolean remove(Waiter<C> waiter) {
        if (!waiter.queued) return false;
        waiter.queued = false;
        if (waiter == head) { // leaves the next waiter alone, which is probably in another processor's cache
            head = waiter.next;
            if (head == null) tail = null;
        } else {
            waiter.previous.next = waiter.next;
            if (waiter.next == null) tail = waiter.previous;
            else waiter.next.previous = waiter.previous;
        }
        waiter.previous = null;
        waiter.next = null;
        size--;
        if (!waiter.parks()) suspended--;
        if (waiter.early) {
            earlySize--;
            if (early.size() > TIDY_ABOVE && early.size() > 2 * earlySize) early.removeIf(w -> !w.queued);
        }
        if (suspended == 0) {
            latestDeadline = Long.MIN_VALUE;
            if (early != null) early.clear();
        }
        return true;
    }

    /** The earliest deadline of a suspended waiter; {@code Long.MAX_VALUE} if there is none. */
    long nextDeadline() {
        Waiter<C> first = firstInOrder();
        long inOrder = first == null ? Long.MAX_VALUE : first.deadline;
        return Math.min(inOrder, firstEarly() == null ? Long.MAX_VALUE : firstEarly().deadline);
    }

    /** A suspended waiter whose deadline has passed; null if there is none. */
    Waiter<C> nextExpired(long now) {
        Waiter<C> first = firstEarly();
        if (first == null || first.deadline > now) first = firstInOrder();
        return first == null || first.deadline > now ? null : first;
    }

    private Waiter<C> firstEarly() {
        if (early == null) return null;
        while (!early.isEmpty() && !early.peek().queued) early.poll();
        return early.peek();
    }

    /**
     * The first suspended waiter in the list that is not in the heap. Those before it are parked threads or in the
     * heap.
     */
    private Waiter<C> firstInOrder() {
        if (suspended == earlySize) return null;
        Waiter<C> w = head;
        while (w != null && (w.parks() || w.early)) w = w.next;
        return w;
    }
}

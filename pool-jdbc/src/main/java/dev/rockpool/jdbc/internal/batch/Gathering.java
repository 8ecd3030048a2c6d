package dev.rockpool.jdbc.internal.batch;

/**
 * The calls of one statement that wait for a connection, in the order in which they came. A linked list through its
 * members, so that joining and leaving allocate nothing, wherever a call stands. Thread-safe.
 */
final class Gathering<A, R> {
    private Turn<A, R> first;
    private Turn<A, R> last;

    synchronized void add(Turn<A, R> turn) {
        turn.gathered = true;
        turn.previous = last;
        if (last == null) first = turn;
        else last.next = turn;
        last = turn;
    }

    /** Removes a call that does not wait any more. Does nothing if it is not here. */
    synchronized void remove(Turn<A, R> turn) {
        if (!turn.gathered) return;
        turn.gathered = false;
        if (turn.previous == null) first = turn.next;
        else turn.previous.next = turn.next;
        if (turn.next == null) last = turn.previous;
        else turn.next.previous = turn.previous;
        turn.previous = null;
        turn.next = null;
    }

    /** Takes the oldest call; null if none waits. */
    synchronized Turn<A, R> poll() {
        Turn<A, R> oldest = first;
        if (oldest != null) remove(oldest);
        return oldest;
    }
}

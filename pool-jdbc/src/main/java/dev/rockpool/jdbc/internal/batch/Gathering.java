package dev.rockpool.jdbc.internal.batch;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/** The calls of one statement that wait for a connection, in the order in which they came. Thread-safe. */
final class Gathering<T> {
    private final Set<T> waiting = new LinkedHashSet<>();

    synchronized void add(T call) {
        waiting.add(call);
    }

    /** Removes a call that does not wait any more. */
    synchronized void remove(T call) {
        waiting.remove(call);
    }

    /** Takes the oldest call; null if none waits. */
    synchronized T poll() {
        Iterator<T> all = waiting.iterator();
        if (!all.hasNext()) return null;
        T oldest = all.next();
        all.remove();
        return oldest;
    }

    synchronized int size() {
        return waiting.size();
    }
}

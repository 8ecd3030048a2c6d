package dev.rockpool.dashboard.internal.web;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The open streams. Their number is bounded, because each has a thread. Thread-safe. */
final class Streams {
    static final int MOST = 32;

    private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();

    /** Takes a place for a stream; false if none is free. */
    boolean take() {
        if (count.incrementAndGet() <= MOST) return true;
        count.decrementAndGet();
        return false;
    }

    void add(EventStream stream) {
        open.add(stream);
    }

    void remove(EventStream stream) {
        if (open.remove(stream)) count.decrementAndGet();
    }

    Set<EventStream> all() {
        return open;
    }
}

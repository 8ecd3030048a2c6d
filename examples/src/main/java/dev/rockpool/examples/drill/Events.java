package dev.rockpool.examples.drill;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The events of a drill besides operations, in order. Thread-safe. */
final class Events {
    private final List<DrillEvent> events = new CopyOnWriteArrayList<>();
    private final long start = System.nanoTime();

    /** Seconds since the drill began. */
    double now() {
        return (System.nanoTime() - start) / 1e9;
    }

    void add(String kind, String text) {
        events.add(new DrillEvent(now(), kind, text));
    }

    List<DrillEvent> all() {
        return List.copyOf(events);
    }
}

package dev.rockpool.dashboard.internal.pools;

import dev.rockpool.PoolEvent;
import dev.rockpool.PoolListener;
import dev.rockpool.dashboard.internal.json.JsonText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import kotlinx.serialization.json.JsonElement;

/** The latest events of a pool, and what operators did. The texts are made when somebody reads them. Thread-safe. */
final class EventLog implements PoolListener {
    static final int MOST = 200;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long count;

    private record Entry(long number, long at, String kind, Object event) {}

    @Override
    public void on(PoolEvent event) {
        add(event.getClass().getSimpleName(), event);
    }

    /** Notes what an operator did. */
    void operation(String text) {
        add("Operation", text);
    }

    private synchronized void add(String kind, Object event) {
        if (entries.size() == MOST) entries.removeFirst();
        entries.addLast(new Entry(++count, System.currentTimeMillis(), kind, event));
    }

    /** How many events there were. */
    synchronized long count() {
        return count;
    }

    /** The events, the latest first. */
    List<JsonElement> latest() {
        List<Entry> all;
        synchronized (this) {
            all = new ArrayList<>(entries);
        }
        List<JsonElement> texts = new ArrayList<>(all.size());
        for (int i = all.size() - 1; i >= 0; i--) {
            Entry entry = all.get(i);
            String text = entry.event.toString();
            texts.add(JsonText.object("number", entry.number, "at", entry.at, "kind", entry.kind, "text", text));
        }
        return texts;
    }
}

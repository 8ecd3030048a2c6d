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

    /** @param times how many events of this kind it stands for, the last of which it shows */
    private record Entry(long number, long at, String kind, Object event, int times) {
        String text() {
            return times == 1 ? event.toString() : event + " (the last of " + times + " changes in a row)";
        }
    }

    @Override
    public void on(PoolEvent event) {
        add(event.getClass().getSimpleName(), event);
    }

    /** Notes what an operator did. */
    void operation(String text) {
        add("Operation", text);
    }

    private synchronized void add(String kind, Object event) {
        int times = 1;
        // The health of a busy pool changes often, which must not push out everything else.
        if (event instanceof PoolEvent.HealthChanged && !entries.isEmpty()) {
            Entry last = entries.getLast();
            if (last.event instanceof PoolEvent.HealthChanged) times += entries.removeLast().times;
        }
        if (entries.size() == MOST) entries.removeFirst();
        entries.addLast(new Entry(++count, System.currentTimeMillis(), kind, event, times));
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
            texts.add(
                    JsonText.object("number", entry.number, "at", entry.at, "kind", entry.kind, "text", entry.text()));
        }
        return texts;
    }
}

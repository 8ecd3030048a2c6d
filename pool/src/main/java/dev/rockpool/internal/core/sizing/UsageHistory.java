package dev.rockpool.internal.core.sizing;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The usage of the last quarter of an hour, by the second. Thread-safe. */
public final class UsageHistory {
    static final int SECONDS = 15 * 60;

    private final Deque<Usage> all = new ArrayDeque<>();

    public synchronized void add(Usage usage) {
        all.add(usage);
        if (all.size() > SECONDS) all.remove();
    }

    public synchronized List<Usage> all() {
        return new ArrayList<>(all);
    }
}

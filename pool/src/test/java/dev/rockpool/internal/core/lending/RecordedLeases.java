package dev.rockpool.internal.core.lending;

import java.util.ArrayList;
import java.util.List;

/** What a listener was told, in order. */
final class RecordedLeases implements LeaseListener {
    final List<String> events = new ArrayList<>();

    @Override
    public void acquired(long connection) {
        events.add("acquired " + connection);
    }

    @Override
    public void released(long connection) {
        events.add("released " + connection);
    }
}

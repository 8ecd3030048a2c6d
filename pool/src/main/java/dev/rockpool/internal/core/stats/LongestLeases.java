package dev.rockpool.internal.core.stats;

import dev.rockpool.SlowLease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The longest leases that were seen. Thread-safe. */
public final class LongestLeases {
    private static final int MOST = 16;

    private record Seen(long connection, long ticket, String caller, String holder, long held, long look) {}

    private final List<Seen> longest = new ArrayList<>();
    private long look;

    /** Begins a look at all leases. */
    public synchronized void look() {
        look++;
    }

    /** Notes a lease of the present look. */
    public synchronized void seen(long connection, long ticket, String caller, String holder, long held) {
        longest.removeIf(each -> each.connection == connection && each.ticket == ticket);
        longest.add(new Seen(connection, ticket, caller, holder, held, look));
        if (longest.size() <= MOST) return;
        longest.sort(Comparator.comparingLong(Seen::held).reversed());
        longest.remove(MOST);
    }

    /** The longest first. */
    public synchronized List<SlowLease> all() {
        return longest.stream()
                .sorted(Comparator.comparingLong(Seen::held).reversed())
                .map(each -> new SlowLease(
                        each.connection, each.caller, each.holder, Duration.ofNanos(each.held), each.look == look))
                .toList();
    }
}

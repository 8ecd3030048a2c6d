package dev.rockpool.internal.core.stats;

import dev.rockpool.CallerUsage;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** For how long callers of each name have held connections and waited for them. Thread-safe. */
public final class CallerTotals {
    /** Names have no end if they contain an id, so there are limits. */
    public static final int NAMES = 256;

    public static final String OTHER = "other";

    private static final int HELD = 0;
    private static final int WAITED = 1;

    private final Map<String, long[]> nanos = new HashMap<>();

    public void held(String caller, long nanos) {
        add(caller, HELD, nanos);
    }

    public void waited(String caller, long nanos) {
        add(caller, WAITED, nanos);
    }

    private synchronized void add(String caller, int which, long more) {
        long[] known = nanos.get(caller);
        if (known == null) {
            String name = nanos.size() < NAMES ? caller : OTHER;
            known = nanos.computeIfAbsent(name, any -> new long[2]);
        }
        known[which] += more;
    }

    /** All callers, those that held longest first. */
    public synchronized List<CallerUsage> all() {
        return nanos.entrySet().stream()
                .map(each -> new CallerUsage(
                        each.getKey(),
                        Duration.ofNanos(each.getValue()[HELD]),
                        Duration.ofNanos(each.getValue()[WAITED])))
                .sorted(Comparator.comparing(CallerUsage::getHeld).reversed().thenComparing(CallerUsage::getCaller))
                .toList();
    }
}

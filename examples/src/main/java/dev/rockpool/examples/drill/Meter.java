package dev.rockpool.examples.drill;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Records what callers measure, without making them wait for each other or for a reader.
 *
 * <p>Reading a recorder waits for its writers, so callers share as many recorders as can be written at the same time.
 * Only one thread may read.
 */
final class Meter {
    private static final int RECORDERS = Runtime.getRuntime().availableProcessors();
    private static final int DIGITS = 3;

    private final Map<Phase, Recorder[]> recorders = new EnumMap<>(Phase.class);
    private final Map<Phase, Histogram> totals = new EnumMap<>(Phase.class);
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
    private final LongAdder timeouts = new LongAdder();

    Meter(int callers) {
        for (Phase phase : Phase.values()) {
            recorders.put(
                    phase,
                    IntStream.range(0, Math.min(callers, RECORDERS))
                            .mapToObj(i -> new Recorder(DIGITS))
                            .toArray(Recorder[]::new));
            totals.put(phase, new Histogram(DIGITS));
        }
    }

    /** Records an operation. Times are from {@link System#nanoTime}. */
    void done(int caller, long asked, long leased, long ended) {
        record(Phase.WAIT, caller, leased - asked);
        record(Phase.USE, caller, ended - leased);
        record(Phase.TOTAL, caller, ended - asked);
    }

    /** Records an acquire timeout. */
    void timedOut(int caller, long asked, long ended) {
        timeouts.increment();
        record(Phase.WAIT, caller, ended - asked);
    }

    /** Records an operation that failed for another reason. */
    void failed(Throwable error) {
        errors.computeIfAbsent(Errors.kind(error), kind -> new LongAdder()).increment();
    }

    /** Returns what was measured since the last call, and adds it to the totals. */
    Map<Phase, Histogram> interval() {
        Map<Phase, Histogram> intervals = new EnumMap<>(Phase.class);
        recorders.forEach((phase, shared) -> {
            Histogram interval = new Histogram(DIGITS);
            for (Recorder recorder : shared) interval.add(recorder.getIntervalHistogram());
            totals.get(phase).add(interval);
            intervals.put(phase, interval);
        });
        return intervals;
    }

    /** The total of all intervals so far. */
    Histogram total(Phase phase) {
        return totals.get(phase);
    }

    long timeouts() {
        return timeouts.sum();
    }

    long errors() {
        return errors.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** How often each kind of error occurred, by name. */
    Map<String, Long> errorKinds() {
        Map<String, Long> kinds = new TreeMap<>();
        errors.forEach((kind, count) -> kinds.put(kind, count.sum()));
        return kinds;
    }

    private void record(Phase phase, int caller, long nanos) {
        Recorder[] shared = recorders.get(phase);
        shared[caller % shared.length].recordValue(nanos);
    }
}

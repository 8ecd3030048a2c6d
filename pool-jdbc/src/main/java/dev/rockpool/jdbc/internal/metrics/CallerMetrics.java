package dev.rockpool.jdbc.internal.metrics;

import dev.rockpool.CallerUsage;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.util.List;

/** The times of callers by name, of the pools that watch their usage. Names come and go, so they are no {@link Family}. */
final class CallerMetrics {
    private final CounterSnapshot.Builder held = CounterSnapshot.builder()
            .name("rockpool_caller_held_seconds")
            .help("How long callers of this name have held connections");
    private final CounterSnapshot.Builder waited = CounterSnapshot.builder()
            .name("rockpool_caller_wait_seconds")
            .help("How long callers of this name have waited for connections");
    private boolean empty = true;

    void add(Labels labels, CallerUsage caller) {
        held.dataPoint(point(labels, caller.getHeld()));
        waited.dataPoint(point(labels, caller.getWaited()));
        empty = false;
    }

    List<MetricSnapshot> snapshots() {
        return empty ? List.of() : List.of(held.build(), waited.build());
    }

    private static CounterDataPointSnapshot point(Labels labels, Duration time) {
        return CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(Families.seconds(time.toNanos()))
                .build();
    }
}

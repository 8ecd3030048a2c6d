package dev.rockpool.jdbc.internal.metrics;

import dev.rockpool.TimeBucket;
import dev.rockpool.TimeStats;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * All pools of one Prometheus registry. One collector, because a registry refuses two metrics of one name. A scrape
 * takes one sample of each pool.
 */
public final class PrometheusPools implements MultiCollector {
    private static final Map<PrometheusRegistry, PrometheusPools> ALL = new WeakHashMap<>();

    private final List<Binding> pools = new CopyOnWriteArrayList<>();

    private PrometheusPools() {}

    /** Adds a pool to a registry. Run the result to remove it. */
    public static Runnable add(PrometheusRegistry registry, Binding pool) {
        synchronized (ALL) {
            PrometheusPools pools = ALL.get(registry);
            if (pools == null) {
                pools = new PrometheusPools();
                registry.register(pools);
                ALL.put(registry, pools);
            }
            pools.pools.add(pool);
        }
        return () -> remove(registry, pool);
    }

    private static void remove(PrometheusRegistry registry, Binding pool) {
        synchronized (ALL) {
            PrometheusPools pools = ALL.get(registry);
            if (pools == null) return;
            pools.pools.removeIf(known -> known == pool);
            if (!pools.pools.isEmpty()) return;
            ALL.remove(registry);
            registry.unregister(pools);
        }
    }

    @Override
    public MetricSnapshots collect() {
        Map<Family, List<Point>> points = new LinkedHashMap<>();
        CallerMetrics callers = new CallerMetrics();
        for (Binding pool : pools) {
            Sample sample = pool.source().get();
            sample.callers().forEach(caller -> callers.add(labels(pool, Map.of("caller", caller.getCaller())), caller));
            for (Family family : pool.families()) {
                points.computeIfAbsent(family, any -> new ArrayList<>()).add(new Point(pool, sample));
            }
        }
        List<MetricSnapshot> found = new ArrayList<>();
        points.forEach((family, of) -> found.add(snapshot(family, of)));
        found.addAll(callers.snapshots());
        return new MetricSnapshots(found);
    }

    private record Point(Binding pool, Sample sample) {}

    private static MetricSnapshot snapshot(Family family, List<Point> points) {
        return switch (family.type()) {
            case GAUGE -> gauge(family, points);
            case COUNTER -> counter(family, points);
            case HISTOGRAM -> histogram(family, points);
        };
    }

    private static MetricSnapshot gauge(Family family, List<Point> points) {
        var gauge = GaugeSnapshot.builder().name(family.prometheusName()).help(family.help());
        for (Point point : points) {
            for (Family.Series series : family.series()) {
                gauge.dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder()
                        .labels(labels(point.pool, series.labels()))
                        .value(series.value().applyAsDouble(point.sample))
                        .build());
            }
        }
        return gauge.build();
    }

    private static MetricSnapshot counter(Family family, List<Point> points) {
        var counter = CounterSnapshot.builder().name(family.prometheusName()).help(family.help());
        for (Point point : points) {
            for (Family.Series series : family.series()) {
                counter.dataPoint(CounterSnapshot.CounterDataPointSnapshot.builder()
                        .labels(labels(point.pool, series.labels()))
                        .value(series.value().applyAsDouble(point.sample))
                        .build());
            }
        }
        return counter.build();
    }

    private static MetricSnapshot histogram(Family family, List<Point> points) {
        var histogram =
                HistogramSnapshot.builder().name(family.prometheusName()).help(family.help());
        for (Point point : points) {
            TimeStats times = family.times().apply(point.sample);
            histogram.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .labels(labels(point.pool, Map.of()))
                    .classicHistogramBuckets(buckets(times))
                    .sum(Families.sum(times))
                    .build());
        }
        return histogram.build();
    }

    /** Prometheus' client wants the number in each bucket. */
    private static ClassicHistogramBuckets buckets(TimeStats times) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        long before = 0;
        for (TimeBucket bucket : times.getBuckets()) {
            buckets.bucket(Families.seconds(bucket.upToNanos()), bucket.getCount() - before);
            before = bucket.getCount();
        }
        return buckets.bucket(Double.POSITIVE_INFINITY, times.getTotalCount() - before)
                .build();
    }

    private static Labels labels(Binding pool, Map<String, String> own) {
        Labels.Builder labels = Labels.builder();
        pool.labels().forEach(labels::label);
        own.forEach(labels::label);
        return labels.build();
    }
}

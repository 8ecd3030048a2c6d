package dev.rockpool.jdbc.internal.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The meters of one pool in a registry of Micrometer that has no histograms of its own. */
public final class PlainMeters {
    private final MeterRegistry registry;
    private final Binding pool;
    private final List<Meter> meters = new ArrayList<>();
    private final SharedSample shared;

    private PlainMeters(MeterRegistry registry, Binding pool) {
        this.registry = registry;
        this.pool = pool;
        this.shared = new SharedSample(pool.source(), System::nanoTime);
    }

    /** Registers the meters. Run the result to remove them. */
    public static Runnable register(MeterRegistry registry, Binding pool) {
        PlainMeters meters = new PlainMeters(registry, pool);
        for (Family family : pool.families()) meters.register(family);
        return () -> meters.meters.forEach(registry::remove);
    }

    private void register(Family family) {
        if (family.times() != null) {
            meters.add(timer(family));
        } else {
            for (Family.Series series : family.series()) meters.add(meter(family, series));
        }
    }

    private Meter timer(Family family) {
        ToDoubleFunction<SharedSample> sum =
                reader(s -> Families.sum(family.times().apply(s)));
        return FunctionTimer.builder(
                        family.name(),
                        shared,
                        // The first of its two readings, so that the second is of the same sample.
                        sample -> family.times().apply(sample.get()).getTotalCount(),
                        sum,
                        TimeUnit.SECONDS)
                .description(family.help())
                .tags(tags(Map.of()))
                .register(registry);
    }

    private Meter meter(Family family, Family.Series series) {
        ToDoubleFunction<SharedSample> value = reader(series.value());
        Tags tags = tags(series.labels());
        String help = family.help();
        if (family.type() == Family.Type.COUNTER) {
            return FunctionCounter.builder(family.name(), shared, value)
                    .baseUnit(family.unit().isEmpty() ? null : family.unit())
                    .description(help)
                    .tags(tags)
                    .register(registry);
        }
        if (family.unit().isEmpty()) {
            return Gauge.builder(family.name(), shared, value)
                    .description(help)
                    .tags(tags)
                    .strongReference(true)
                    .register(registry);
        }
        return TimeGauge.builder(family.name(), shared, TimeUnit.SECONDS, value)
                .description(help)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private ToDoubleFunction<SharedSample> reader(ToDoubleFunction<Sample> value) {
        int reader = shared.newReader();
        return sample -> value.applyAsDouble(sample.get(reader));
    }

    private Tags tags(Map<String, String> own) {
        Tags tags = Tags.empty();
        for (Map.Entry<String, String> label : pool.labels().entrySet())
            tags = tags.and(label.getKey(), label.getValue());
        for (Map.Entry<String, String> label : own.entrySet()) tags = tags.and(label.getKey(), label.getValue());
        return tags;
    }
}

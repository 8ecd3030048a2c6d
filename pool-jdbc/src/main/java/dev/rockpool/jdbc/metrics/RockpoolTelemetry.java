package dev.rockpool.jdbc.metrics;

import dev.rockpool.PoolControl;
import dev.rockpool.PoolEvent;
import dev.rockpool.jdbc.internal.metrics.PoolTags;
import dev.rockpool.jdbc.internal.metrics.TelemetryData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricProducer;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The metrics {@code db.client.connection.*} of pools, as OpenTelemetry's conventions name them:
 * {@code SdkMeterProvider.builder().registerMetricProducer(new RockpoolTelemetry(pool.control()))}.
 *
 * <p>A provider accepts producers only while it is built, so {@link #add} takes pools that are created later.
 *
 * <p>It is a producer, because the API has no histograms that are read. Each collection reads one snapshot of each pool.
 * All times are in seconds. If several pools have one name, the later ones have the attribute {@code instance} too. A
 * closed pool produces nothing, and is forgotten. Thread-safe.
 */
public final class RockpoolTelemetry implements MetricProducer {
    private final List<Source> sources = new CopyOnWriteArrayList<>();

    /** Without pools: see {@link #add}. */
    public RockpoolTelemetry() {}

    /** @param control that of the pool, such as {@code dataSource.control()} */
    public RockpoolTelemetry(PoolControl control) {
        add(control);
    }

    /**
     * Adds a pool, until it is closed.
     *
     * @param control that of the pool, such as {@code dataSource.control()}
     * @return this
     */
    public RockpoolTelemetry add(PoolControl control) {
        Map<String, String> tags = new LinkedHashMap<>();
        Runnable release =
                PoolTags.claim(RockpoolTelemetry.class, control.getConfig().getName(), tags);
        Source source = new Source(control, tags, TelemetryData.now());
        sources.add(source);
        control.addListener(event -> {
            if (event instanceof PoolEvent.PoolClosed && sources.remove(source)) release.run();
        });
        return this;
    }

    @Override
    public Collection<MetricData> produce(Resource resource) {
        List<MetricData> all = new ArrayList<>();
        for (Source source : sources) {
            all.addAll(new TelemetryData(resource, source.control.snapshot(), source.tags, source.startedAt).all());
        }
        return all;
    }

    private record Source(PoolControl control, Map<String, String> tags, long startedAt) {}
}

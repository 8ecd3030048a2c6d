package dev.rockpool.jdbc.metrics;

import dev.rockpool.PoolControl;
import dev.rockpool.PoolEvent;
import dev.rockpool.jdbc.internal.metrics.TelemetryData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricProducer;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Collection;
import java.util.List;

/**
 * The metrics {@code db.client.connection.*} of one pool, as OpenTelemetry's conventions name them:
 * {@code SdkMeterProvider.builder().registerMetricProducer(new RockpoolTelemetry(pool.control()))}.
 *
 * <p>It is a producer, because the API has no histograms that are read. Each collection reads one snapshot of the pool.
 * All times are in seconds. A closed pool produces nothing. Thread-safe.
 */
public final class RockpoolTelemetry implements MetricProducer {
    private final PoolControl control;
    private final long startedAt = TelemetryData.now();
    private volatile boolean closed;

    /** @param control that of the pool, such as {@code dataSource.control()} */
    public RockpoolTelemetry(PoolControl control) {
        this.control = control;
        control.addListener(event -> {
            if (event instanceof PoolEvent.PoolClosed) closed = true;
        });
    }

    @Override
    public Collection<MetricData> produce(Resource resource) {
        if (closed) return List.of();
        return new TelemetryData(resource, control.snapshot(), startedAt).all();
    }
}

package dev.rockpool.jdbc.internal.metrics;

import dev.rockpool.PoolStats;
import dev.rockpool.TimeBucket;
import dev.rockpool.TimeStats;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One sample of a pool in OpenTelemetry's form. */
public final class TelemetryData {
    private static final String PREFIX = "db.client.connection.";
    private static final AttributeKey<String> POOL = AttributeKey.stringKey(PREFIX + "pool.name");
    private static final AttributeKey<String> INSTANCE = AttributeKey.stringKey("instance");
    private static final AttributeKey<String> STATE = AttributeKey.stringKey(PREFIX + "state");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("outcome");
    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("dev.rockpool");

    private final Resource resource;
    private final PoolStats stats;
    private final long startedAt;
    private final long now = now();
    private final Attributes pool;

    /**
     * @param tags those of {@link PoolTags}
     * @param startedAt when counting began, by {@link #now}
     */
    public TelemetryData(Resource resource, PoolStats stats, Map<String, String> tags, long startedAt) {
        this.resource = resource;
        this.stats = stats;
        this.startedAt = startedAt;
        String instance = tags.get("instance");
        Attributes name = Attributes.of(POOL, tags.get("pool"));
        this.pool = instance == null
                ? name
                : name.toBuilder().put(INSTANCE, instance).build();
    }

    /** Nanoseconds since 1970. */
    public static long now() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    private record Metric(
            Resource getResource,
            InstrumentationScopeInfo getInstrumentationScopeInfo,
            String getName,
            String getDescription,
            String getUnit,
            MetricDataType getType,
            Data<?> getData)
            implements MetricData {}

    /** All metrics. */
    public List<MetricData> all() {
        return List.of(
                sum("count", "Connections by state", "{connection}", false, state("idle"), state("used")),
                sum("idle.max", "The most idle connections", "{connection}", false, point(stats.getMaxSize())),
                sum("idle.min", "The idle connections kept", "{connection}", false, point(stats.getMinIdle())),
                sum("max", "The most connections", "{connection}", false, point(stats.getMaxSize())),
                sum("pending_requests", "Callers that wait", "{request}", false, point(stats.getPending())),
                sum("timeouts", "Callers that timed out", "{timeout}", true, point(stats.getTimedOut())),
                acquires(),
                times("create_time", "How long opening took", stats.getTimes().getOpen()),
                times(
                        "wait_time",
                        "From a request to its connection",
                        stats.getTimes().getWait()),
                times("use_time", "How long leases lasted", stats.getTimes().getUse()));
    }

    /** The conventions have no name for this, so it has the one that it has elsewhere. */
    private MetricData acquires() {
        SumData<LongPointData> data = SumData.createLongSumData(
                true,
                AggregationTemporality.CUMULATIVE,
                List.of(
                        outcome("served", stats.getAcquired()),
                        outcome("timed_out", stats.getTimedOut()),
                        outcome("cancelled", stats.getCancelled()),
                        outcome("rejected", stats.getRejected()),
                        outcome("shed", stats.getShed()),
                        outcome("failed", stats.getFailed())));
        String help = "Callers that asked for a connection, by outcome";
        return new Metric(resource, SCOPE, "rockpool.acquires", help, "{request}", MetricDataType.LONG_SUM, data);
    }

    private LongPointData outcome(String name, long number) {
        Attributes with = pool.toBuilder().put(OUTCOME, name).build();
        return LongPointData.create(startedAt, now, with, number);
    }

    private LongPointData state(String name) {
        int number = name.equals("idle") ? stats.getIdle() : stats.getLeased();
        return LongPointData.create(
                startedAt, now, pool.toBuilder().put(STATE, name).build(), number);
    }

    private LongPointData point(long value) {
        return LongPointData.create(startedAt, now, pool, value);
    }

    private MetricData sum(String name, String help, String unit, boolean monotonic, LongPointData... points) {
        SumData<LongPointData> data =
                SumData.createLongSumData(monotonic, AggregationTemporality.CUMULATIVE, List.of(points));
        return metric(name, help, unit, MetricDataType.LONG_SUM, data);
    }

    private MetricData times(String name, String help, TimeStats times) {
        List<Double> bounds = new ArrayList<>();
        List<Long> counts = new ArrayList<>();
        long before = 0;
        for (TimeBucket bucket : times.getBuckets()) {
            bounds.add(Families.seconds(bucket.upToNanos()));
            counts.add(bucket.getCount() - before);
            before = bucket.getCount();
        }
        counts.add(times.getTotalCount() - before);
        HistogramPointData point = HistogramPointData.create(
                startedAt, now, pool, Families.sum(times), false, 0, false, 0, bounds, counts);
        HistogramData data = HistogramData.create(AggregationTemporality.CUMULATIVE, List.of(point));
        return metric(name, help, "s", MetricDataType.HISTOGRAM, data);
    }

    private MetricData metric(String name, String help, String unit, MetricDataType type, Data<?> data) {
        return new Metric(resource, SCOPE, PREFIX + name, help, unit, type, data);
    }
}

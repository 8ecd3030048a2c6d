package dev.rockpool.jdbc.internal.metrics;

import static dev.rockpool.jdbc.internal.metrics.Family.Type.COUNTER;
import static dev.rockpool.jdbc.internal.metrics.Family.Type.GAUGE;

import dev.rockpool.CloseReason;
import dev.rockpool.HealthStatus;
import dev.rockpool.PoolStats;
import dev.rockpool.TimeStats;
import dev.rockpool.jdbc.internal.metrics.Family.Series;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** All metrics of a pool. The page of metrics is compared with these. */
public final class Families {
    private static final double NANOS = 1e9;

    /** Under Rockpool's names. */
    public static final List<Family> ALL = List.of(
            new Family(
                    "rockpool.connections",
                    GAUGE,
                    "",
                    "Connections by state",
                    List.of(
                            of("state", "idle", PoolStats::getIdle),
                            of("state", "leased", PoolStats::getLeased),
                            of("state", "opening", PoolStats::getOpening),
                            of("state", "probing", PoolStats::getProbing),
                            of("state", "closing", PoolStats::getClosing)),
                    null),
            Family.gauge("rockpool.connections.max", "The maximum number of connections", s -> s.stats()
                    .getMaxSize()),
            Family.gauge(
                    "rockpool.connections.min", "The number of idle connections that the pool keeps", s -> s.stats()
                            .getMinIdle()),
            Family.gauge("rockpool.pending.callers", "Callers that wait for a connection", s -> s.stats()
                    .getPending()),
            Family.seconds(
                    "rockpool.pending.oldest",
                    GAUGE,
                    "The longest present wait",
                    s -> s.stats().oldestWaitNanos() / NANOS),
            Family.seconds(
                    "rockpool.exhausted",
                    COUNTER,
                    "How long callers have waited although every connection was leased",
                    s -> s.stats().exhaustedForNanos() / NANOS),
            Family.counter(
                    "rockpool.acquires",
                    "Callers that asked for a connection, by outcome",
                    of("outcome", "served", PoolStats::getAcquired),
                    of("outcome", "timed_out", PoolStats::getTimedOut),
                    of("outcome", "cancelled", PoolStats::getCancelled),
                    of("outcome", "rejected", PoolStats::getRejected),
                    of("outcome", "shed", PoolStats::getShed),
                    of("outcome", "failed", PoolStats::getFailed)),
            Family.counter(
                    "rockpool.opens",
                    "Connects by outcome",
                    of("outcome", "succeeded", PoolStats::getOpened),
                    of("outcome", "failed", PoolStats::getOpenFailed)),
            Family.counter("rockpool.closes", "Closed connections by reason", closes()),
            Family.counter(
                    "rockpool.leaks",
                    "Leases that lasted longer than leakThreshold",
                    new Series(Map.of(), s -> s.stats().getLeaked())),
            Family.counter(
                    "rockpool.reclaims",
                    "Leases that were reclaimed because their holder had ended",
                    new Series(Map.of(), s -> s.stats().getReclaimed())),
            Family.histogram("rockpool.wait", "From a caller's request to its connection or its timeout", s -> s.stats()
                    .getTimes()
                    .getWait()),
            Family.histogram("rockpool.open", "How long opening a connection took", s -> s.stats()
                    .getTimes()
                    .getOpen()),
            Family.histogram("rockpool.use", "How long leases lasted", s -> s.stats()
                    .getTimes()
                    .getUse()),
            Family.histogram("rockpool.lifetime", "How old connections were when they were closed", s -> s.stats()
                    .getTimes()
                    .getLifetime()),
            Family.gauge("rockpool.health", "1 healthy, 0.5 degraded, 0 unhealthy", s -> valueOf(s.health())),
            Family.gauge("rockpool.size.advice", "The recommended maxSize, 0 if there is none", Sample::advised),
            Family.gauge(
                    "rockpool.paused",
                    "1 while the pool is paused, else 0",
                    s -> s.stats().getPaused() ? 1 : 0));

    /** Under the names of HikariCP's meters, for dashboards and alerts that query those. */
    public static final List<Family> HIKARI = List.of(
            Family.gauge(
                    "hikaricp.connections", "All connections", s -> s.stats().getTotal()),
            Family.gauge("hikaricp.connections.idle", "Connections that are open and not leased", s -> s.stats()
                    .getIdle()),
            Family.gauge("hikaricp.connections.active", "Leased connections", s -> s.stats()
                    .getLeased()),
            Family.gauge("hikaricp.connections.pending", "Callers that wait for a connection", s -> s.stats()
                    .getPending()),
            Family.gauge("hikaricp.connections.max", "The maximum number of connections", s -> s.stats()
                    .getMaxSize()),
            Family.gauge(
                    "hikaricp.connections.min", "The number of idle connections that the pool keeps", s -> s.stats()
                            .getMinIdle()),
            Family.counter(
                    "hikaricp.connections.timeout",
                    "Callers that got no connection",
                    new Series(Map.of(), s -> unserved(s.stats()))),
            Family.histogram("hikaricp.connections.acquire", "From a caller's request to its connection", s -> s.stats()
                    .getTimes()
                    .getWait()),
            Family.histogram("hikaricp.connections.creation", "How long opening a connection took", s -> s.stats()
                    .getTimes()
                    .getOpen()),
            Family.histogram("hikaricp.connections.usage", "How long leases lasted", s -> s.stats()
                    .getTimes()
                    .getUse()),
            longest("hikaricp.connections.acquire.seconds.max", times -> times.getWait()
                    .maxNanos()),
            longest("hikaricp.connections.creation.seconds.max", times -> times.getOpen()
                    .maxNanos()),
            longest("hikaricp.connections.usage.seconds.max", times -> times.getUse()
                    .maxNanos()));

    private Families() {}

    /** HikariCP lets all of them time out. */
    private static long unserved(PoolStats stats) {
        return stats.getTimedOut() + stats.getRejected() + stats.getShed() + stats.getFailed();
    }

    private static Family longest(String name, ToLongFunction<dev.rockpool.PoolTimes> nanos) {
        return Family.gauge(
                name, "The longest", s -> nanos.applyAsLong(s.stats().getTimes()) / NANOS);
    }

    private static Series of(String label, String value, ToDoubleFunction<PoolStats> number) {
        return new Series(Map.of(label, value), s -> number.applyAsDouble(s.stats()));
    }

    private static Series[] closes() {
        return Arrays.stream(CloseReason.values())
                .map(why -> of("reason", why.name().toLowerCase(Locale.ROOT), stats -> stats.getClosedBy()
                        .getOrDefault(why, 0L)))
                .toArray(Series[]::new);
    }

    private static double valueOf(HealthStatus health) {
        return switch (health) {
            case HEALTHY -> 1;
            case DEGRADED -> 0.5;
            case UNHEALTHY -> 0;
        };
    }

    /** The times of a histogram, in seconds. */
    public static double seconds(long nanos) {
        return nanos / NANOS;
    }

    /** The sum of all its durations, in seconds. */
    public static double sum(TimeStats times) {
        return times.totalNanos() / NANOS;
    }
}

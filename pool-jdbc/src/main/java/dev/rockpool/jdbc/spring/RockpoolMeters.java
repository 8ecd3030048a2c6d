package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolEvent;
import dev.rockpool.PoolStats;
import dev.rockpool.TimeStats;
import dev.rockpool.jdbc.RockpoolDataSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.springframework.aop.scope.ScopedObject;

/**
 * The meters of one pool, each tagged with the pool's name: the current state, the counts since the pool was created,
 * and how long callers waited and connects took.
 */
final class RockpoolMeters implements MeterBinder {
    private final RockpoolDataSource dataSource;
    private final String pool;
    private final List<Meter> meters = new ArrayList<>();
    private MeterRegistry registry;

    /** @param pool the tag of the meters */
    RockpoolMeters(RockpoolDataSource dataSource, String pool) {
        this.dataSource = dataSource;
        this.pool = pool;
    }

    @Override
    public void bindTo(MeterRegistry to) {
        registry = to;
        state("idle", PoolStats::getIdle);
        state("leased", PoolStats::getLeased);
        state("opening", PoolStats::getOpening);
        state("probing", PoolStats::getProbing);
        state("closing", PoolStats::getClosing);
        keep(Gauge.builder("rockpool.pending", dataSource, of(PoolStats::getPending))
                .description("Callers who wait for a connection")
                .tag("pool", pool)
                .register(registry));
        count("acquired", "Leases given", PoolStats::getAcquired);
        count("opened", "Connections opened", PoolStats::getOpened);
        count("open.failed", "Connects that failed or took too long", PoolStats::getOpenFailed);
        count("closed", "Connections closed", PoolStats::getClosed);
        count("timed.out", "Callers who waited for their whole timeout", PoolStats::getTimedOut);
        count("cancelled", "Callers who gave up while they waited", PoolStats::getCancelled);
        count("rejected", "Callers rejected at once", PoolStats::getRejected);
        count("shed", "Callers rejected after a wait", PoolStats::getShed);
        count("leaked", "Leases that lasted longer than the leak threshold", PoolStats::getLeaked);
        time("wait", "From a caller's request to its lease", stats -> stats.getTimes()
                .getWait());
        time("open", "Opening a connection", stats -> stats.getTimes().getOpen());
        time("use", "How long leases lasted", stats -> stats.getTimes().getUse());
        if (!(dataSource instanceof ScopedObject)) removeWhenClosed();
    }

    private void state(String state, ToDoubleFunction<PoolStats> number) {
        keep(Gauge.builder("rockpool.connections", dataSource, of(number))
                .description("Connections by what is done with them")
                .tag("pool", pool)
                .tag("state", state)
                .register(registry));
    }

    private void count(String name, String description, ToDoubleFunction<PoolStats> number) {
        keep(FunctionCounter.builder("rockpool." + name, dataSource, of(number))
                .description(description)
                .tag("pool", pool)
                .register(registry));
    }

    private void time(String name, String description, java.util.function.Function<PoolStats, TimeStats> times) {
        quantile(name, description, "0.5", stats -> times.apply(stats).p50Nanos());
        quantile(name, description, "0.99", stats -> times.apply(stats).p99Nanos());
        quantile(name, description, "1", stats -> times.apply(stats).maxNanos());
    }

    private void quantile(String name, String description, String quantile, ToLongFunction<PoolStats> nanos) {
        keep(TimeGauge.builder("rockpool." + name, dataSource, TimeUnit.NANOSECONDS, of(nanos::applyAsLong))
                .description(description)
                .tag("pool", pool)
                .tag("quantile", quantile)
                .register(registry));
    }

    private void keep(Meter meter) {
        meters.add(meter);
    }

    /** A closed pool has no numbers. Behind the proxy of a scope a new pool may follow, with the same meters. */
    private void removeWhenClosed() {
        dataSource.control().addListener(event -> {
            if (event instanceof PoolEvent.PoolClosed) meters.forEach(registry::remove);
        });
    }

    private static ToDoubleFunction<RockpoolDataSource> of(ToDoubleFunction<PoolStats> number) {
        return dataSource -> number.applyAsDouble(dataSource.snapshot());
    }
}

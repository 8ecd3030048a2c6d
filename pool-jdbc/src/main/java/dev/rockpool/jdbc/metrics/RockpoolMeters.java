package dev.rockpool.jdbc.metrics;

import dev.rockpool.PoolControl;
import dev.rockpool.PoolEvent;
import dev.rockpool.jdbc.internal.metrics.Binding;
import dev.rockpool.jdbc.internal.metrics.Families;
import dev.rockpool.jdbc.internal.metrics.Family;
import dev.rockpool.jdbc.internal.metrics.PlainMeters;
import dev.rockpool.jdbc.internal.metrics.PoolTags;
import dev.rockpool.jdbc.internal.metrics.PrometheusPools;
import dev.rockpool.jdbc.internal.metrics.Sample;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The meters of one pool for Micrometer: {@code new RockpoolMeters(pool.control()).bindTo(registry)}. The page
 * {@code docs/metrics.md} lists them.
 *
 * <p>Each has the tag {@code pool}. If a registry has several pools of one name, the later ones have the tag
 * {@code instance} too. In Prometheus' registry, times are histograms, and a scrape reads one snapshot of the pool. Other
 * registries get the count and the sum of each time.
 *
 * <p>When the pool is closed, its meters are removed. {@link #close} removes them before. Thread-safe.
 */
public final class RockpoolMeters implements MeterBinder, AutoCloseable {
    private final String name;
    private final Supplier<Sample> source;
    private final PoolControl control;
    private final List<Runnable> bound = new ArrayList<>();
    private List<Family> families = Families.ALL;
    private boolean watching;
    private boolean poolClosed;

    /** @param control that of the pool, such as {@code dataSource.control()} */
    public RockpoolMeters(PoolControl control) {
        this(control, control.getConfig().getName());
    }

    /**
     * For a pool that is known by another name than its own.
     *
     * @param name the value of the tag {@code pool}
     */
    public RockpoolMeters(PoolControl control, String name) {
        this.control = control;
        this.name = name;
        this.source = () -> Sample.of(control);
    }

    /**
     * For a pool that may be replaced by another one. Its meters stay until {@link #close}.
     *
     * @param control returns that of the present pool
     * @param name the value of the tag {@code pool}
     */
    public RockpoolMeters(Supplier<PoolControl> control, String name) {
        this.control = null;
        this.name = name;
        this.source = () -> Sample.of(control.get());
    }

    /**
     * Adds the meters that HikariCP registers, under its names, so that dashboards and alerts for it work unchanged.
     * Call it before {@link #bindTo}.
     *
     * @return this
     */
    public synchronized RockpoolMeters hikariNames() {
        List<Family> all = new ArrayList<>(Families.ALL);
        all.addAll(Families.HIKARI);
        families = all;
        return this;
    }

    /** Registers the meters, unless the pool is closed. A composite registry's members are looked at once, now. */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (registry instanceof CompositeMeterRegistry composite
                && composite.getRegistries().stream().anyMatch(RockpoolMeters::isPrometheus)) {
            composite.getRegistries().forEach(this::bindTo);
        } else {
            bindToOne(registry);
        }
        removeWhenClosed();
    }

    private void bindToOne(MeterRegistry registry) {
        Map<String, String> labels = new LinkedHashMap<>();
        bound.add(PoolTags.claim(registry, name, labels));
        if (isPrometheus(registry)) ForPrometheus.bind(this, registry, labels);
        else bound.add(PlainMeters.register(registry, new Binding(labels, families, source)));
    }

    private static boolean isPrometheus(MeterRegistry registry) {
        return registry.getClass().getName().equals("io.micrometer.prometheusmetrics.PrometheusMeterRegistry");
    }

    /** Loaded only where there is such a registry. */
    private static final class ForPrometheus {
        static void bind(RockpoolMeters meters, MeterRegistry registry, Map<String, String> labels) {
            Map<String, String> all = new LinkedHashMap<>(commonTags(registry));
            all.putAll(labels);
            Binding pool = new Binding(all, meters.families, meters.source);
            meters.bound.add(PrometheusPools.add(((PrometheusMeterRegistry) registry).getPrometheusRegistry(), pool));
        }

        /** The tags that the registry adds to every meter. Only a meter shows them. */
        private static Map<String, String> commonTags(MeterRegistry registry) {
            Gauge probe =
                    Gauge.builder("rockpool.tags", () -> 0).tags(Tags.empty()).register(registry);
            registry.remove(probe);
            Map<String, String> common = new LinkedHashMap<>();
            for (Tag tag : probe.getId().getTags()) {
                common.put(registry.config().namingConvention().tagKey(tag.getKey()), tag.getValue());
            }
            return common;
        }
    }

    private void removeWhenClosed() {
        if (poolClosed) close();
        if (control == null || watching) return;
        watching = true;
        control.addListener(event -> {
            if (event instanceof PoolEvent.PoolClosed) poolClosed();
        });
    }

    private synchronized void poolClosed() {
        poolClosed = true;
        close();
    }

    /** Removes the meters from every registry. */
    @Override
    public synchronized void close() {
        bound.forEach(Runnable::run);
        bound.clear();
    }
}

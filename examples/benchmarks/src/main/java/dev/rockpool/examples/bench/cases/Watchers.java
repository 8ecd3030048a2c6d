package dev.rockpool.examples.bench.cases;

import dev.rockpool.PoolControl;
import dev.rockpool.PoolTracer;
import dev.rockpool.dashboard.Dashboard;
import dev.rockpool.jdbc.metrics.RockpoolFlightRecorder;
import dev.rockpool.jdbc.metrics.RockpoolMeters;
import dev.rockpool.monitor.MonitorListener;
import dev.rockpool.monitor.PoolFigures;
import dev.rockpool.monitor.PoolMonitor;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;

/** What watches a pool while it is measured. */
final class Watchers implements AutoCloseable {
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Watcher> watching = new ArrayList<>();

    /** How often something has looked at the pool, or was told of it. */
    private record Watcher(String name, AtomicLong looks) {}

    static Watchers start(Observed.Level level, PoolControl control) throws Exception {
        Watchers watchers = new Watchers();
        if (level != Observed.Level.NOTHING) watchers.scrape(control);
        if (level == Observed.Level.EVERYTHING) {
            watchers.monitor(control);
            watchers.trace(control);
            watchers.record(control);
            watchers.view(control);
            control.setWatchUsage(true);
            watchers.looks("the usage").set(1);
        }
        return watchers;
    }

    private AtomicLong looks(String name) {
        Watcher watcher = new Watcher(name, new AtomicLong());
        watching.add(watcher);
        return watcher.looks;
    }

    private void scrape(PoolControl control) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new RockpoolMeters(control).hikariNames().bindTo(registry);
        AtomicLong looks = looks("the scrape");
        ScheduledExecutorService each = Executors.newSingleThreadScheduledExecutor(Watchers::daemon);
        each.scheduleWithFixedDelay(
                () -> {
                    if (registry.scrape().contains("rockpool_acquires_total")) looks.incrementAndGet();
                },
                0,
                1,
                TimeUnit.SECONDS);
        open.add(each::shutdownNow);
    }

    private void monitor(PoolControl control) {
        AtomicLong looks = looks("the monitor");
        open.add(PoolMonitor.builder(control)
                .interval(Duration.ofMillis(500))
                .listener(new MonitorListener() {
                    @Override
                    public void sampled(PoolFigures figures) {
                        looks.incrementAndGet();
                    }
                })
                .start());
    }

    private void trace(PoolControl control) {
        AtomicLong looks = looks("the tracer");
        var tracing = control.addTracer(new PoolTracer() {
            @Override
            public void leaseEnded(String pool, long connection, Duration held, String caller) {
                looks.incrementAndGet();
            }
        });
        open.add(tracing::close);
    }

    private void record(PoolControl control) {
        Recording recording = new Recording();
        open.add(recording);
        var events = RockpoolFlightRecorder.start(control);
        open.add(events);
        FlightRecorder.getFlightRecorder().getEventTypes().stream()
                .filter(type -> type.getName().startsWith("dev.rockpool."))
                .forEach(type -> recording.enable(type.getName()).withoutThreshold());
        recording.start();
        looks("the recording").set(1);
    }

    private void view(PoolControl control) throws Exception {
        String token = Dashboard.newToken();
        Dashboard dashboard =
                Dashboard.builder(control).token(token).showSql(true).start();
        open.add(dashboard);
        AtomicLong looks = looks("the page");
        var request = HttpRequest.newBuilder(dashboard
                        .getAddress()
                        .resolve("api/stream?pool=" + control.getConfig().getName()))
                .header("Authorization", "Bearer " + token)
                .build();
        var lines = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofLines())
                .body();
        daemon(() -> lines.forEach(line -> {
                    if (line.startsWith("event: state")) looks.incrementAndGet();
                }))
                .start();
    }

    private static Thread daemon(Runnable body) {
        Thread thread = new Thread(body, "watcher");
        thread.setDaemon(true);
        return thread;
    }

    /** @throws IllegalStateException if one of them has seen nothing */
    @Override
    public void close() {
        List<String> blind = watching.stream()
                .filter(watcher -> watcher.looks.get() == 0)
                .map(Watcher::name)
                .toList();
        for (AutoCloseable each : open) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("a watcher could not be closed", e);
            }
        }
        if (!blind.isEmpty()) throw new IllegalStateException(String.join(", ", blind) + " saw nothing");
    }
}

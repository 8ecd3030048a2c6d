package dev.rockpool.monitor;

import dev.rockpool.PoolControl;
import dev.rockpool.PoolEvent;
import dev.rockpool.PoolListener;
import dev.rockpool.internal.base.PoolLogKt;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a pool every 10 s, keeps what it saw for an hour, and raises alerts:
 * {@code PoolMonitor.start(dataSource.control())}.
 *
 * <p>Each look reads one snapshot, on a daemon thread of its own, and costs the pool's callers nothing. Nothing is
 * monitored unless such an object is created. It ends by itself when the pool is closed; {@link #close} ends it before.
 * Its history and its alerts can still be read then. Thread-safe.
 *
 * <p>The history takes about 300 kB at the defaults, and less for a quiet pool.
 */
public final class PoolMonitor implements AutoCloseable {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final PoolControl control;
    private final String pool;
    private final Duration interval;
    private final Duration retention;
    private final InstantSource clock;
    private final Instant began;
    private final Ring ring;
    private final Alerts alerts;
    private final Delivery delivery;
    private final ScheduledExecutorService scheduler;
    private final boolean ownsScheduler;
    private ScheduledFuture<?> looks;
    private PoolListener.Registration ending;
    private volatile boolean closed;

    private PoolMonitor(Builder settings) {
        control = settings.control;
        pool = control.getConfig().getName();
        interval = settings.interval;
        retention = settings.retention;
        clock = settings.clock == null ? steadyClock() : settings.clock;
        began = clock.instant();
        ownsScheduler = settings.scheduler == null;
        scheduler = ownsScheduler ? ownThread(pool) : settings.scheduler;
        delivery = new Delivery(pool, settings.listeners);
        alerts = new Alerts(pool, settings.rules(), settings.remindEvery, clock::instant, delivery::alerts);
        Row first = Row.of(control, began, 0, null);
        int rows = Math.toIntExact(retention.dividedBy(interval)) + 1;
        ring = new Ring(pool, Math.max(2, rows), control.snapshot().getTimes().getRecordedFor());
        ring.add(first);
    }

    /** A monitor of this pool with the defaults and the {@linkplain AlertRule#builtIn() built-in rules}. */
    public static PoolMonitor start(PoolControl control) {
        return builder(control).start();
    }

    /** @param control that of the pool, such as {@code dataSource.control()} */
    public static Builder builder(PoolControl control) {
        return new Builder(Objects.requireNonNull(control, "control is null"));
    }

    /** The wall clock when it was made; it does not jump later. */
    private static InstantSource steadyClock() {
        Instant base = Instant.now();
        long start = System.nanoTime();
        return () -> base.plusNanos(System.nanoTime() - start);
    }

    private static ScheduledExecutorService ownThread(String pool) {
        ScheduledThreadPoolExecutor own = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(null, task, "rockpool-monitor-" + pool, 0, false);
            thread.setDaemon(true);
            return thread;
        });
        own.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return own;
    }

    private synchronized void begin() {
        ending = control.addListener(event -> {
            if (event instanceof PoolEvent.PoolClosed) close();
        });
        if (closed) return; // the pool is closed already
        looks = scheduler.scheduleWithFixedDelay(
                this::look, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Never throws, because an executor would not call it again. */
    private void look() {
        try {
            Row before = ring.latest();
            long nanos = nanos();
            if (closed || nanos <= before.nanos) return;
            Row row = Row.of(control, began.plusNanos(nanos), nanos, before);
            ring.add(row);
            delivery.each(listener -> listener.sampled(ring.upTo(row, 1)));
            Map<Duration, PoolFigures> windows = new HashMap<>();
            delivery.alerts(alerts.look(nanos, row.at, rule -> rule.getFigure()
                    .of(
                            windows.computeIfAbsent(rule.getWindow(), window -> ring.upTo(row, window.toNanos())),
                            rule.getMinAttempts())));
        } catch (Throwable e) {
            PoolLogKt.logWarn(e, () -> "pool '" + pool + "': the monitor could not look at the pool");
        }
    }

    private long nanos() {
        return Duration.between(began, clock.instant()).toNanos();
    }

    /** The figures of the last minute, up to this moment. Reads one snapshot of the pool. */
    public PoolFigures now() {
        Row latest = ring.latest();
        long nanos = Math.max(latest.nanos, nanos());
        return ring.upTo(Row.of(control, began.plusNanos(nanos), nanos, latest), A_MINUTE.toNanos());
    }

    /**
     * The figures of a range, between the last looks at or before its ends. Percentiles are those of all durations of
     * the range together. {@link PoolFigures#getCoversFrom} is later than {@code from} if older looks are forgotten.
     *
     * @throws IllegalArgumentException if {@code from} is after {@code to}
     */
    public PoolFigures history(Instant from, Instant to) {
        check(from, to);
        return ring.range(from, to);
    }

    /**
     * The figures of consecutive ranges, the oldest first, such as for a chart. Ranges without a look are left out.
     *
     * @param step how long each range is; longer than zero
     * @throws IllegalArgumentException if the step is not positive or {@code from} is after {@code to}
     */
    public List<PoolFigures> series(Instant from, Instant to, Duration step) {
        check(from, to);
        if (step.compareTo(Duration.ZERO) <= 0)
            throw new IllegalArgumentException("step is " + step + " but must be longer than zero");
        return ring.series(from, to, step.compareTo(retention) > 0 ? retention : step);
    }

    private static void check(Instant from, Instant to) {
        if (from.isAfter(to))
            throw new IllegalArgumentException("from is " + from + " but must not be after to, which is " + to);
    }

    /** The alerts that fire, and those that are over. */
    public Alerts getAlerts() {
        return alerts;
    }

    /** How many looks are kept. */
    int kept() {
        return ring.size();
    }

    /** Tells {@code listener} what is found from now on. Close the result to end that. */
    public PoolListener.Registration addListener(MonitorListener listener) {
        return delivery.add(Objects.requireNonNull(listener, "listener is null"));
    }

    /** One JSON object: {@code now}, {@code rules}, {@code active} and {@code log}. */
    public String toJson() {
        return MonitorJson.of(this).toString();
    }

    /** Whether it has stopped looking at the pool. */
    public boolean isClosed() {
        return closed;
    }

    /** Stops looking. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        if (looks != null) looks.cancel(false);
        if (ending != null) ending.close();
        if (ownsScheduler) scheduler.shutdown();
    }

    /** The settings of a monitor. Not thread-safe. */
    public static final class Builder {
        private static final Duration SHORTEST = Duration.ofMillis(100);

        private final PoolControl control;
        private final List<AlertRule> own = new ArrayList<>();
        private final List<MonitorListener> listeners = new ArrayList<>();
        private Duration interval = Duration.ofSeconds(10);
        private Duration retention = Duration.ofHours(1);
        private Duration remindEvery;
        private boolean builtInAlerts = true;
        private InstantSource clock;
        private ScheduledExecutorService scheduler;

        private Builder(PoolControl control) {
            this.control = control;
        }

        /** How often it looks at the pool. At least 100 ms. Default 10 s. */
        public Builder interval(Duration time) {
            interval = time;
            return this;
        }

        /** For how long what it saw is kept. At least one interval, at most 100,000. Default one hour. */
        public Builder retention(Duration time) {
            retention = time;
            return this;
        }

        /** Adds a rule. It replaces a built-in rule of the same name and level. */
        public Builder alert(AlertRule rule) {
            own.add(Objects.requireNonNull(rule, "rule is null"));
            return this;
        }

        /** Whether the {@linkplain AlertRule#builtIn() built-in rules} apply. Default true. */
        public Builder builtInAlerts(boolean on) {
            builtInAlerts = on;
            return this;
        }

        /**
         * How often an alert that fires is reported again, until it is acknowledged. Longer than zero; null means
         * never, which is the default.
         */
        public Builder remindEvery(Duration time) {
            remindEvery = time;
            return this;
        }

        /** Adds a listener, as {@link PoolMonitor#addListener}. */
        public Builder listener(MonitorListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener is null"));
            return this;
        }

        /** The clock, for tests. It must not go back. Default: the system's clock at the start, which then never jumps. */
        public Builder clock(InstantSource source) {
            clock = Objects.requireNonNull(source, "clock is null");
            return this;
        }

        /** Where it runs, such as one thread for many monitors. It is not shut down. Default: a thread of its own. */
        public Builder scheduler(ScheduledExecutorService executor) {
            scheduler = Objects.requireNonNull(executor, "scheduler is null");
            return this;
        }

        /**
         * Starts to monitor.
         *
         * @throws IllegalArgumentException naming the first setting that is wrong
         */
        public PoolMonitor start() {
            check("interval", interval, interval != null && interval.compareTo(SHORTEST) >= 0, "at least 100 ms");
            check(
                    "retention",
                    retention,
                    retention != null && retention.compareTo(interval) >= 0 && retention.dividedBy(interval) <= 100_000,
                    "from one to 100,000 intervals");
            check(
                    "remindEvery",
                    remindEvery,
                    remindEvery == null || remindEvery.compareTo(Duration.ZERO) > 0,
                    "longer than zero");
            for (AlertRule rule : rules())
                check(
                        "the window of " + rule,
                        rule.getWindow(),
                        rule.getWindow().compareTo(retention) <= 0 || !own.contains(rule),
                        "at most the retention, which is " + retention);
            PoolMonitor monitor = new PoolMonitor(this);
            monitor.begin();
            return monitor;
        }

        private void check(String property, Object value, boolean holds, String allowed) {
            if (holds) return;
            throw new IllegalArgumentException("monitor of pool '"
                    + control.getConfig().getName() + "': " + property + " is " + value + " but must be " + allowed);
        }

        private List<AlertRule> rules() {
            List<AlertRule> all = new ArrayList<>();
            if (builtInAlerts) all.addAll(AlertRule.builtIn());
            for (AlertRule rule : own) {
                all.removeIf(known -> known.getName().equals(rule.getName()) && known.getLevel() == rule.getLevel());
                all.add(rule);
            }
            return all;
        }
    }
}

package dev.rockpool.dashboard.internal.pools;

import dev.rockpool.PoolControl;
import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.monitor.PoolMonitor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The pools of a dashboard. One thread looks at all of them at an interval. Beyond {@value #MOST_UNVIEWED} pools, a
 * pool gets figures over time only while its page is open. Thread-safe.
 */
public final class WatchedPools implements AutoCloseable {
    private static final int MOST_UNVIEWED = 32;

    private final Supplier<List<PoolControl>> source;
    private final List<PoolMonitor> monitors;
    private final boolean showSql;
    private final List<WatchedPool> pools = new ArrayList<>();
    private final ScheduledExecutorService timer;
    private boolean closed;

    /** @param monitors those of the application; other pools get one with the built-in rules */
    public WatchedPools(
            Supplier<List<PoolControl>> source, List<PoolMonitor> monitors, boolean showSql, long intervalMillis) {
        this.source = source;
        this.monitors = List.copyOf(monitors);
        this.showSql = showSql;
        this.timer = Executors.newSingleThreadScheduledExecutor(body -> {
            Thread thread = new Thread(body, "rockpool-dashboard-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.scheduleWithFixedDelay(this::tick, 0, intervalMillis, TimeUnit.MILLISECONDS);
    }

    /** The thread that looks at the pools. What it runs must be short. */
    public ScheduledExecutorService timer() {
        return timer;
    }

    /** All pools, as they are now. */
    public synchronized List<WatchedPool> all() {
        if (closed) return List.of();
        Map<PoolControl, Boolean> isKnown = new IdentityHashMap<>();
        List<PoolControl> now = source.get();
        for (PoolControl control : now) isKnown.put(control, false);
        for (Iterator<WatchedPool> known = pools.iterator(); known.hasNext(); ) {
            WatchedPool pool = known.next();
            if (isKnown.replace(pool.control(), true) != null) continue;
            known.remove();
            pool.close();
        }
        for (PoolControl control : now)
            if (!isKnown.get(control)) {
                pools.add(new WatchedPool(
                        freeId(control.getConfig().getName()),
                        control,
                        PoolAlerts.of(control, monitors, timer),
                        showSql));
                isKnown.put(control, true);
            }
        return List.copyOf(pools);
    }

    /** The pool of this id; null if there is none. */
    public WatchedPool find(String id) {
        return all().stream().filter(pool -> pool.id().equals(id)).findFirst().orElse(null);
    }

    private String freeId(String name) {
        String id = name;
        for (int i = 2; isTaken(id); i++) id = name + "-" + i;
        return id;
    }

    private boolean isTaken(String id) {
        return pools.stream().anyMatch(pool -> pool.id().equals(id));
    }

    private void tick() {
        try {
            List<WatchedPool> all = all();
            for (int i = 0; i < all.size(); i++)
                if (i < MOST_UNVIEWED || all.get(i).isViewed()) look(all.get(i));
        } catch (RuntimeException | LinkageError e) {
            PoolLogKt.logWarn(e, () -> "the dashboard cannot look at the pools");
        }
    }

    private static void look(WatchedPool pool) {
        try {
            pool.tick();
        } catch (RuntimeException e) {
            PoolLogKt.logWarn(e, () -> "the dashboard cannot look at pool '" + pool.name() + "'");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        synchronized (this) {
            closed = true;
            pools.forEach(WatchedPool::close);
            pools.clear();
        }
    }
}

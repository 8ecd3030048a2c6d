package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolControl;
import dev.rockpool.monitor.Alert;
import dev.rockpool.monitor.AlertRule;
import dev.rockpool.monitor.MonitorListener;
import dev.rockpool.monitor.PoolMonitor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Starts a monitor for each pool when all beans are there, and ends it with the application. Each monitor becomes a bean,
 * whose name is that of the data source and {@code Monitor}. Each alert is published as an event when it begins to fire,
 * and when it is over.
 */
final class MonitorStarter implements SmartInitializingSingleton, DisposableBean {
    private final ConfigurableListableBeanFactory beans;
    private final Duration interval;
    private final Duration retention;
    private final Supplier<List<AlertRule>> rules;
    private final MonitorListener publisher;
    private final ScheduledThreadPoolExecutor thread;
    private final List<PoolMonitor> started = new CopyOnWriteArrayList<>();

    MonitorStarter(
            ConfigurableListableBeanFactory beans,
            Duration interval,
            Duration retention,
            Supplier<List<AlertRule>> rules,
            ApplicationEventPublisher events) {
        this.beans = beans;
        this.interval = interval;
        this.retention = retention;
        this.rules = rules;
        this.publisher = new Publisher(events);
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread daemon = new Thread(task, "rockpool-monitors");
            daemon.setDaemon(true);
            return daemon;
        });
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public void afterSingletonsInstantiated() {
        controls(beans).forEach((bean, control) -> {
            PoolMonitor monitor = start(control);
            started.add(monitor);
            beans.registerSingleton(bean + "Monitor", monitor);
        });
    }

    private PoolMonitor start(PoolControl control) {
        PoolMonitor.Builder builder = PoolMonitor.builder(control)
                .interval(interval)
                .retention(retention)
                .scheduler(thread)
                .listener(publisher);
        rules.get().forEach(builder::alert);
        return builder.start();
    }

    /** The controls of all pools, by bean. Pools that have not started yet are started. */
    static Map<String, PoolControl> controls(ConfigurableListableBeanFactory beans) {
        Map<String, PoolControl> all = new LinkedHashMap<>();
        Pools.all(Pools.beans(beans)).forEach((bean, pool) -> all.put(bean, pool.control()));
        return all;
    }

    @Override
    public void destroy() {
        started.forEach(PoolMonitor::close);
        thread.shutdownNow();
    }

    private record Publisher(ApplicationEventPublisher events) implements MonitorListener {
        @Override
        public void triggered(Alert alert) {
            events.publishEvent(alert);
        }

        @Override
        public void resolved(Alert alert) {
            events.publishEvent(alert);
        }
    }
}

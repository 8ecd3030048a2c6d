package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolControl;
import dev.rockpool.monitor.Alert;
import dev.rockpool.monitor.AlertRule;
import dev.rockpool.monitor.MonitorListener;
import dev.rockpool.monitor.PoolMonitor;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Starts a monitor for each pool when all beans are there, and ends it with the application. Each monitor becomes a bean,
 * whose name is that of the data source and {@code Monitor}. A pool that replaces another one gets a monitor of its own,
 * which replaces that bean. That is so for the primary of a cluster, too; the standbys, which come and go, have monitors
 * that are no beans. Each alert is published as an event when it begins to fire,
 * and when it is over.
 */
final class MonitorStarter implements SmartInitializingSingleton, DisposableBean {
    private final ConfigurableListableBeanFactory beans;
    private final PoolReplacements replacements;
    private final Duration interval;
    private final Duration retention;
    private final Supplier<List<AlertRule>> rules;
    private final MonitorListener publisher;
    private final ScheduledThreadPoolExecutor thread;
    private final List<PoolMonitor> started = new CopyOnWriteArrayList<>();

    MonitorStarter(
            ConfigurableListableBeanFactory beans,
            PoolReplacements replacements,
            Duration interval,
            Duration retention,
            Supplier<List<AlertRule>> rules,
            ApplicationEventPublisher events) {
        this.beans = beans;
        this.replacements = replacements;
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
        Pools.follow(Pools.beans(beans), starter(beans::registerSingleton));
        replacements.watch(() -> starter((name, monitor) -> {
            // Not here: a thread that holds the lock of all singletons may wait for this pool.
            thread.execute(() -> replaceBean(name, monitor));
        }));
    }

    /** Starts a monitor for each pool. The first of a data source, which is that of a cluster's primary, is to be a bean. */
    private BiConsumer<String, PoolControl> starter(BiConsumer<String, PoolMonitor> bean) {
        List<AlertRule> given = rules.get();
        Set<String> known = ConcurrentHashMap.newKeySet();
        return (name, control) -> {
            PoolMonitor monitor = start(control, given);
            if (known.add(name)) bean.accept(name + "Monitor", monitor);
        };
    }

    private void replaceBean(String name, PoolMonitor monitor) {
        if (!(beans instanceof DefaultSingletonBeanRegistry registry)) return;
        registry.destroySingleton(name);
        registry.registerSingleton(name, monitor);
    }

    private PoolMonitor start(PoolControl control, List<AlertRule> given) {
        PoolMonitor.Builder builder = PoolMonitor.builder(control)
                .interval(interval)
                .retention(retention)
                .scheduler(thread)
                .listener(publisher);
        given.forEach(builder::alert);
        PoolMonitor monitor = builder.start();
        started.removeIf(PoolMonitor::isClosed);
        started.add(monitor);
        return monitor;
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

package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolControl;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Sees the pools that a scope creates after the application has started, as {@code @RefreshScope} does after a refresh.
 * Each is started at once, because it is created for its first use.
 */
final class PoolReplacements implements BeanPostProcessor {
    /** How Spring calls the bean behind the proxy of a scope. */
    private static final String TARGET = "scopedTarget.";

    private final List<BiConsumer<String, PoolControl>> watchers = new CopyOnWriteArrayList<>();

    /** Calls the watcher with the name of the bean and its new pool, from now on. */
    void watch(BiConsumer<String, PoolControl> watcher) {
        watchers.add(watcher);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (watchers.isEmpty() || !name.startsWith(TARGET) || !(bean instanceof DataSource source)) return bean;
        RockpoolDataSource pool = Pools.find(source);
        if (pool != null) watchers.forEach(watcher -> watcher.accept(name.substring(TARGET.length()), pool.control()));
        return bean;
    }

    /** Static, because a post-processor is needed before other beans. */
    @Configuration(proxyBeanMethods = false)
    static class Registration {
        @Bean
        static PoolReplacements rockpoolReplacements() {
            return new PoolReplacements();
        }
    }
}

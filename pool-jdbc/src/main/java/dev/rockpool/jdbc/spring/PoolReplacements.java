package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolControl;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
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

    private final List<Supplier<BiConsumer<String, PoolControl>>> watchers = new CopyOnWriteArrayList<>();

    /** From now on calls a watcher for each replaced bean, with its name or {@code bean.part}, and each of its pools. */
    void watch(Supplier<BiConsumer<String, PoolControl>> watcher) {
        watchers.add(watcher);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (watchers.isEmpty() || !name.startsWith(TARGET) || !(bean instanceof DataSource source)) return bean;
        Map<String, DataSource> replaced = Map.of(name.substring(TARGET.length()), source);
        watchers.forEach(watcher -> Pools.follow(replaced, watcher.get()));
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

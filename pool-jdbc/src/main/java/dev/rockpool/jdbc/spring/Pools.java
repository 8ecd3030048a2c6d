package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolControl;
import dev.rockpool.jdbc.ClusterDataSource;
import dev.rockpool.jdbc.JdbcCluster;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * Finds the pools behind an application's data sources. Wrappers, proxies and data sources of several {@link Parts} are
 * looked through, because the declared type of a bean says little: many applications decorate their data source.
 */
final class Pools {
    private static final int LAYERS = 16;

    private Pools() {}

    /** The data sources of the application, by bean name. */
    static Map<String, DataSource> beans(ConfigurableListableBeanFactory beans) {
        return SimpleAutowireCandidateResolver.resolveAutowireCandidates(beans, DataSource.class, false, true);
    }

    /**
     * The pools and clusters behind these data sources, each once. One that is a bean has the name of the bean. Others
     * are parts, and are called {@code bean.part}.
     */
    static Map<String, FoundPool> all(Map<String, DataSource> sources) {
        Map<String, FoundPool> all = new LinkedHashMap<>();
        split(sources, parts -> true).forEach((name, source) -> all.put(name, FoundPool.of(source)));
        return all;
    }

    /**
     * The data sources whose health counts, named like {@link #all}. Members and shards of others are left out, because
     * theirs counts there.
     */
    static Map<String, DataSource> wholes(Map<String, DataSource> sources) {
        return split(uncovered(sources), Parts::areSeparate);
    }

    /** Without the data sources that are members or shards of others. */
    static Map<String, DataSource> uncovered(Map<String, DataSource> sources) {
        Set<Object> covered = new HashSet<>();
        sources.values().forEach(source -> {
            Parts parts = Parts.of(source);
            if (parts == null || parts.areSeparate()) return;
            parts.sources().values().forEach(part -> covered.add(identity(part)));
            all(parts.sources()).values().forEach(found -> covered.add(found.identity()));
        });
        if (covered.isEmpty()) return sources; // no pool has been started to find out
        Map<String, DataSource> uncovered = new LinkedHashMap<>(sources);
        uncovered.values().removeIf(source -> covered.contains(identity(source)));
        return uncovered;
    }

    /** Replaces those of which it says so by their parts. Those without a pool are left out. */
    private static Map<String, DataSource> split(Map<String, DataSource> sources, Predicate<Parts> into) {
        Map<String, DataSource> all = new LinkedHashMap<>();
        Set<Object> known = new HashSet<>();
        Map<String, DataSource> level = sources;
        while (!level.isEmpty()) {
            Map<String, DataSource> next = new LinkedHashMap<>();
            level.forEach((name, source) -> {
                Parts parts = Parts.of(source);
                if (parts != null && into.test(parts)) {
                    parts.sources().forEach((part, inner) -> next.put(name + "." + part, inner));
                } else {
                    Object identity = identity(source);
                    if (identity != null && known.add(identity)) all.put(name, source);
                }
            });
            level = next;
        }
        return all;
    }

    /** The same for everything that decorates it. Null without a pool. */
    private static Object identity(DataSource source) {
        Parts parts = Parts.of(source);
        if (parts != null) return parts.whole();
        FoundPool found = FoundPool.of(source);
        return found == null ? null : found.identity();
    }

    /**
     * Calls the listener for each pool with the name of its data source: now of those that there are, and later of those
     * that a cluster makes for its standbys.
     */
    static void follow(Map<String, DataSource> sources, BiConsumer<String, PoolControl> listener) {
        all(sources).forEach((name, found) -> found.follow(control -> listener.accept(name, control)));
    }

    /**
     * The controls of all pools, also of those that clusters have now, by bean. That of a standby is called
     * {@code bean.member}. Pools that have not started yet are started.
     */
    static Map<String, PoolControl> controls(Map<String, DataSource> sources) {
        Map<String, PoolControl> all = new LinkedHashMap<>();
        all(sources).forEach((name, found) -> found.controls()
                .forEach((role, control) ->
                        all.put(role.equals(JdbcCluster.PRIMARY) ? name : name + "." + role, control)));
        return all;
    }

    /** Whether there is a pool behind it, or several that are used as one. */
    static boolean areBehind(DataSource source) {
        Parts parts = Parts.of(source);
        return parts == null ? FoundPool.of(source) != null : !parts.areSeparate();
    }

    /** Whether there is a pool behind it or behind one of its parts. */
    static boolean isAnyBehind(DataSource source) {
        Parts parts = Parts.of(source);
        return parts == null
                ? FoundPool.of(source) != null
                : parts.sources().values().stream().anyMatch(Pools::isAnyBehind);
    }

    /** The pool behind this data source; null if there is none, or none that can be unwrapped. */
    static RockpoolDataSource find(DataSource source) {
        return find(source, RockpoolDataSource.class);
    }

    /** The cluster behind this data source; null if there is none. */
    static ClusterDataSource findCluster(DataSource source) {
        return find(source, ClusterDataSource.class);
    }

    static <T> T find(DataSource source, Class<T> type) {
        DataSource layer = source;
        for (int i = 0; layer != null && i < LAYERS; i++) {
            if (type.isInstance(layer)) return type.cast(layer);
            T unwrapped = unwrap(layer, type);
            if (unwrapped != null) return unwrapped;
            layer = inner(layer);
        }
        return null;
    }

    private static DataSource inner(DataSource layer) {
        if (layer instanceof DelegatingDataSource delegating) return delegating.getTargetDataSource();
        return AopProxyUtils.getSingletonTarget(layer) instanceof DataSource target ? target : null;
    }

    /** The routing data source that this is or wraps; null if there is none. */
    static AbstractRoutingDataSource routing(DataSource source) {
        return source instanceof AbstractRoutingDataSource routing
                ? routing
                : unwrap(source, AbstractRoutingDataSource.class);
    }

    /**
     * Some wrappers throw instead of returning false: a routing one without a key, or a scoped one outside its scope.
     */
    private static <T> T unwrap(DataSource source, Class<T> type) {
        try {
            return source.isWrapperFor(type) ? source.unwrap(type) : null;
        } catch (SQLException | RuntimeException | AbstractMethodError no) {
            return null;
        }
    }
}

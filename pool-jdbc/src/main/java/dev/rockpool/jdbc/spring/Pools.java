package dev.rockpool.jdbc.spring;

import dev.rockpool.PoolControl;
import dev.rockpool.jdbc.ClusterDataSource;
import dev.rockpool.jdbc.JdbcCluster;
import dev.rockpool.jdbc.RockpoolDataSource;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.sql.DataSource;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedObject;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.SimpleAutowireCandidateResolver;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * Finds the pools behind an application's data sources. Wrappers, proxies and routing data sources are looked through, because
 * the declared type of a bean says little: many applications decorate their data source.
 */
final class Pools {
    private static final int LAYERS = 16;
    private static final String UNNAMED = "unnamed"; // as Spring Boot calls a routed data source whose key is null

    private Pools() {}

    /** The data sources of the application, by bean name. */
    static Map<String, DataSource> beans(ConfigurableListableBeanFactory beans) {
        return SimpleAutowireCandidateResolver.resolveAutowireCandidates(beans, DataSource.class, false, true);
    }

    /**
     * The pools that {@link #find} finds in these data sources, each once, ordered by name. A pool behind a routing
     * data source is called {@code bean.key}.
     */
    static Map<String, FoundPool> all(Map<String, DataSource> sources) {
        Map<String, FoundPool> all = new LinkedHashMap<>();
        sources.forEach((name, source) -> {
            AbstractRoutingDataSource routing = routing(source);
            if (routing == null) add(all, name, source);
            else routed(routing).forEach((key, target) -> add(all, name + "." + key, target));
        });
        return all;
    }

    private static void add(Map<String, FoundPool> all, String name, DataSource source) {
        RockpoolDataSource found = find(source);
        if (found == null || all.values().stream().anyMatch(known -> isSame(known.now(), found))) return;
        all.put(name, new FoundPool(source));
    }

    /**
     * Two proxies of one pool count as one. Called only for data sources that run, or are about to be asked for their
     * numbers.
     */
    private static boolean isSame(RockpoolDataSource one, RockpoolDataSource other) {
        return one == other || one.asJdbcPool() == other.asJdbcPool();
    }

    /** The clusters behind these data sources, each once, named as the pools are. */
    static Map<String, JdbcCluster> clusters(Map<String, DataSource> sources) {
        Map<String, JdbcCluster> all = new LinkedHashMap<>();
        sources.forEach((name, source) -> {
            AbstractRoutingDataSource routing = routing(source);
            if (routing == null) addCluster(all, name, source);
            else routed(routing).forEach((key, target) -> addCluster(all, name + "." + key, target));
        });
        return all;
    }

    private static void addCluster(Map<String, JdbcCluster> all, String name, DataSource source) {
        ClusterDataSource found = findCluster(source);
        if (found == null) return;
        JdbcCluster cluster = found.asJdbcCluster();
        if (!all.containsValue(cluster)) all.put(name, cluster);
    }

    /**
     * The controls of all pools, also of those that clusters have now, by bean. That of a standby is called
     * {@code bean.member}. Pools that have not started yet are started.
     */
    static Map<String, PoolControl> controls(Map<String, DataSource> sources) {
        Map<String, PoolControl> all = new LinkedHashMap<>();
        all(sources).forEach((name, pool) -> all.put(name, pool.control()));
        clusters(sources).forEach((name, cluster) -> cluster.controls()
                .forEach((role, control) ->
                        all.put(role.equals(JdbcCluster.PRIMARY) ? name : name + "." + role, control)));
        return all;
    }

    /** The pool behind this data source; null if there is none, or none that can be unwrapped. */
    static RockpoolDataSource find(DataSource source) {
        return find(source, RockpoolDataSource.class);
    }

    /** The cluster behind this data source; null if there is none. */
    static ClusterDataSource findCluster(DataSource source) {
        return find(source, ClusterDataSource.class);
    }

    private static <T> T find(DataSource source, Class<T> type) {
        DataSource layer = source;
        for (int i = 0; layer != null && i < LAYERS; i++) {
            if (type.isInstance(layer)) return type.cast(layer);
            T unwrapped = unwrap(layer, type);
            if (unwrapped != null) return unwrapped;
            layer = inner(layer);
        }
        return null;
    }

    /** Whether another pool may take its place behind this data source, because a scope creates it. */
    static boolean isReplaceable(DataSource source) {
        DataSource layer = source;
        for (int i = 0; layer != null && i < LAYERS; i++) {
            if (layer instanceof ScopedObject) return true;
            layer = inner(layer);
        }
        return false;
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

    /** The targets of a routing data source, by the text of their keys. */
    static Map<String, DataSource> routed(AbstractRoutingDataSource routing) {
        Map<String, DataSource> targets = new LinkedHashMap<>();
        routing.getResolvedDataSources().forEach((key, target) -> targets.put(Objects.toString(key, UNNAMED), target));
        return targets;
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

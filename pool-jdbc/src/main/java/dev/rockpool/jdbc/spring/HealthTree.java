package dev.rockpool.jdbc.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.jdbc.metadata.CompositeDataSourcePoolMetadataProvider;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.core.env.Environment;

/**
 * The structure of the contributors {@code db} and {@code rockpool}, as in Spring Boot: one data source is a leaf, several
 * are a composite by bean name, a routing one is a composite by key.
 *
 * @param <C> a health contributor of the version of Spring Boot
 * @param leaf creates the leaf of a data source with a Rockpool pool behind it
 * @param other creates the leaf of any other data source, with its validation query, which may be null
 * @param composite combines leaves
 */
record HealthTree<C>(Function<Supplier<Answer>, C> leaf, Other<C> other, Function<Map<String, C>, C> composite) {
    private static final String WITHOUT_ROUTING = "management.health.db.ignore-routing-data-sources";

    /** Creates the leaf of a data source without a Rockpool pool. */
    interface Other<C> {
        C indicator(DataSource source, String validationQuery);
    }

    /** The contributor {@code rockpool} for these data sources; null if none has a pool behind it. */
    C ofPools(Map<String, DataSource> sources) {
        Map<String, C> all = new LinkedHashMap<>();
        Pools.wholes(sources).forEach((name, source) -> all.put(name, leaf.apply(() -> PoolCheck.of(source))));
        return combined(all);
    }

    /** The contributor {@code db} for these data sources; null if there are none. */
    C ofDatabases(
            Map<String, DataSource> sources,
            Environment environment,
            ObjectProvider<DataSourcePoolMetadataProvider> providers) {
        boolean withoutRouting = environment.getProperty(WITHOUT_ROUTING, Boolean.class, false);
        DataSourcePoolMetadataProvider metadata = new CompositeDataSourcePoolMetadataProvider(
                providers.orderedStream().toList());
        Map<String, C> all = new LinkedHashMap<>();
        Pools.uncovered(sources).forEach((name, source) -> {
            Parts parts = Parts.of(source);
            if (parts == null || !parts.areSeparate()) all.put(name, database(source, metadata));
            else if (!withoutRouting) all.put(name, separate(parts, metadata));
        });
        return combined(all);
    }

    private C combined(Map<String, C> all) {
        if (all.isEmpty()) return null;
        return all.size() == 1 ? all.values().iterator().next() : composite.apply(all);
    }

    private C separate(Parts parts, DataSourcePoolMetadataProvider metadata) {
        Map<String, C> targets = new LinkedHashMap<>();
        parts.sources().forEach((key, target) -> targets.put(key, database(target, metadata)));
        return composite.apply(targets);
    }

    private C database(DataSource source, DataSourcePoolMetadataProvider metadata) {
        if (Pools.areBehind(source)) return leaf.apply(new DatabaseCheck(source)::now);
        DataSourcePoolMetadata found = metadata.getDataSourcePoolMetadata(source);
        return other.indicator(source, found == null ? null : found.getValidationQuery());
    }
}

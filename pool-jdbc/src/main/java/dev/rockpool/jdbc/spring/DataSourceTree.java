package dev.rockpool.jdbc.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

/**
 * The structure of the contributor {@code db}, as in Spring Boot: one data source is a leaf, several are a composite by
 * bean name, a routing one is a composite by key.
 *
 * @param <C> a health contributor of the version of Spring Boot
 * @param rockpool creates the leaf of a data source with a Rockpool pool behind it
 * @param other creates the leaf of any other data source, with its validation query, which may be null
 * @param composite combines leaves
 */
record DataSourceTree<C>(Function<DatabaseCheck, C> rockpool, Other<C> other, Function<Map<String, C>, C> composite) {
    /** Creates the leaf of a data source without a Rockpool pool. */
    interface Other<C> {
        C indicator(DataSource source, String validationQuery);
    }

    /** The contributor for these data sources; null if there are none. */
    C of(Map<String, DataSource> sources, boolean withoutRouting, DataSourcePoolMetadataProvider metadata) {
        Map<String, C> all = new LinkedHashMap<>();
        sources.forEach((name, source) -> {
            AbstractRoutingDataSource routing = Pools.routing(source);
            if (routing == null) all.put(name, leaf(source, metadata));
            else if (!withoutRouting) all.put(name, routed(routing, metadata));
        });
        if (all.isEmpty()) return null;
        return all.size() == 1 ? all.values().iterator().next() : composite.apply(all);
    }

    private C routed(AbstractRoutingDataSource routing, DataSourcePoolMetadataProvider metadata) {
        Map<String, C> targets = new LinkedHashMap<>();
        Pools.routed(routing).forEach((key, target) -> targets.put(key, leaf(target, metadata)));
        return composite.apply(targets);
    }

    private C leaf(DataSource source, DataSourcePoolMetadataProvider metadata) {
        if (Pools.find(source) != null || Pools.findCluster(source) != null)
            return rockpool.apply(new DatabaseCheck(source));
        DataSourcePoolMetadata found = metadata.getDataSourcePoolMetadata(source);
        return other.indicator(source, found == null ? null : found.getValidationQuery());
    }
}

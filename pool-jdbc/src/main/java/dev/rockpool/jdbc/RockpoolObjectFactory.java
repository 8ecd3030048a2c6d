package dev.rockpool.jdbc;

import dev.rockpool.jdbc.internal.files.ResourceReading;
import java.util.Collections;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.spi.ObjectFactory;
import javax.sql.DataSource;

/**
 * Creates pools for JNDI, from a {@code <Resource>} of Tomcat or from any other {@link Reference} to a data source.
 *
 * <pre>{@code
 * <Resource name="jdbc/orders" type="javax.sql.DataSource" factory="dev.rockpool.jdbc.RockpoolObjectFactory"
 *           closeMethod="close" url="jdbc:postgresql://db/orders" username="shop" password="${env:DB_PASSWORD}"
 *           maxSize="20" acquireTimeout="5s" properties.ApplicationName="shop"/>
 * }</pre>
 *
 * <p>The attributes have the names of {@link JdbcSettings}, and {@code poolName} names the pool. Times are texts such as
 * {@code 500ms}, {@code 5s} or {@code never}. Texts may refer to {@code ${env:NAME}} and {@code ${file:PATH}}. Each lookup
 * creates a pool, unless the container keeps the first one, as Tomcat does.
 *
 * <p>Thread-safe.
 */
public final class RockpoolObjectFactory implements ObjectFactory {
    /** What containers add of their own. */
    private static final Set<String> OF_CONTAINER =
            Set.of("factory", "type", "auth", "scope", "singleton", "description", "closeMethod", "override", "global");

    private static final String POOL_NAME = "poolName";

    /** For the container. */
    public RockpoolObjectFactory() {}

    /**
     * Creates the pool that a reference describes, or returns null if it describes no data source.
     *
     * @throws dev.rockpool.InvalidConfigException with every attribute that is unknown or unusable
     * @throws dev.rockpool.PoolException if {@link JdbcSettings#getStartup startup} waits for a connection and connecting
     *     failed
     */
    @Override
    public Object getObjectInstance(Object object, Name name, Context context, Hashtable<?, ?> environment) {
        if (!(object instanceof Reference reference) || !isDataSource(reference.getClassName())) return null;
        Map<String, String> attributes = new TreeMap<>();
        for (RefAddr address : Collections.list(reference.getAll()))
            if (!OF_CONTAINER.contains(address.getType()) && address.getContent() instanceof String text)
                attributes.put(address.getType(), text);
        String pool = attributes.remove(POOL_NAME);
        if (pool == null) pool = name == null ? "pool" : name.toString();
        return RockpoolDataSource.create(ResourceReading.read(pool, attributes));
    }

    private static boolean isDataSource(String type) {
        return DataSource.class.getName().equals(type)
                || PooledDataSource.class.getName().equals(type)
                || RockpoolDataSource.class.getName().equals(type);
    }
}

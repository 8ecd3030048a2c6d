package dev.rockpool.jdbc.internal.connection;

import java.lang.reflect.Proxy;
import java.sql.Connection;

/**
 * Finds drivers that act when a request begins or ends. Most inherit the empty methods of {@link Connection} and are
 * not called.
 */
final class Requests {
    private Requests() {}

    /**
     * A proxy cannot be inspected, and a connection of another pool has begun its request already. In a native image,
     * always false.
     */
    static boolean areKnownTo(Connection driver) {
        Class<?> type = driver.getClass();
        if (Proxy.isProxyClass(type) || driver instanceof PooledConnection) return false;
        try {
            return !type.getMethod("beginRequest").getDeclaringClass().isInterface();
        } catch (NoSuchMethodException | LinkageError e) {
            return false;
        }
    }
}

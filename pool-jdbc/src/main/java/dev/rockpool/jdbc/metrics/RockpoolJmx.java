package dev.rockpool.jdbc.metrics;

import dev.rockpool.PoolControl;
import dev.rockpool.PoolEvent;
import dev.rockpool.jdbc.internal.metrics.OperatedPoolMXBean;
import dev.rockpool.jdbc.internal.metrics.PoolBean;
import dev.rockpool.jdbc.internal.metrics.PoolMXBean;
import dev.rockpool.jdbc.internal.metrics.PoolTags;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/**
 * One pool in JMX, as {@code dev.rockpool:type=Pool,name="..."}. No pool registers itself:
 * {@code RockpoolJmx.register(pool.control(), ManagementFactory.getPlatformMBeanServer())}.
 *
 * <p>If a server has several pools of one name, the later ones have the key {@code instance} too. When the pool is
 * closed, its bean is removed. {@link #close} removes it before. Thread-safe.
 */
public final class RockpoolJmx implements AutoCloseable {
    private final MBeanServer server;
    private final ObjectName name;
    private final Runnable release;
    private boolean closed;

    private RockpoolJmx(MBeanServer server, ObjectName name, Runnable release) {
        this.server = server;
        this.name = name;
        this.release = release;
    }

    /**
     * Registers a bean with attributes only.
     *
     * @param control that of the pool, such as {@code dataSource.control()}
     * @throws IllegalStateException if the server refuses the bean
     */
    public static RockpoolJmx register(PoolControl control, MBeanServer server) {
        return register(control, server, PoolMXBean.class);
    }

    /**
     * Registers a bean with operations too: evict all, clear, pause, resume, reset times. Every client of the
     * server can call them.
     *
     * @throws IllegalStateException if the server refuses the bean
     */
    public static RockpoolJmx registerWithOperations(PoolControl control, MBeanServer server) {
        return register(control, server, OperatedPoolMXBean.class);
    }

    private static <T> RockpoolJmx register(PoolControl control, MBeanServer server, Class<T> type) {
        Map<String, String> keys = new LinkedHashMap<>();
        Runnable release = PoolTags.claim(server, control.getConfig().getName(), keys);
        ObjectName name;
        try {
            name = nameOf(keys);
            server.registerMBean(new StandardMBean(type.cast(new PoolBean(control)), type, true), name);
        } catch (InstanceAlreadyExistsException e) { // that of another application, which has classes of its own
            try {
                return register(control, server, type);
            } finally {
                release.run();
            }
        } catch (JMException | RuntimeException e) {
            release.run();
            throw new IllegalStateException("the pool '" + keys.get("pool") + "' could not be registered in JMX", e);
        }
        RockpoolJmx bean = new RockpoolJmx(server, name, release);
        control.addListener(event -> {
            if (event instanceof PoolEvent.PoolClosed) bean.close();
        });
        return bean;
    }

    private static ObjectName nameOf(Map<String, String> keys) throws JMException {
        String instance = keys.get("instance");
        return new ObjectName("dev.rockpool:type=Pool,name=" + ObjectName.quote(keys.get("pool"))
                + (instance == null ? "" : ",instance=" + instance));
    }

    /** The name of the bean. */
    public ObjectName name() {
        return name;
    }

    /** Removes the bean. A second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) return;
        closed = true;
        release.run();
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException gone) {
            // it was removed already
        } catch (JMException e) {
            throw new IllegalStateException(name + " could not be removed from JMX", e);
        }
    }
}

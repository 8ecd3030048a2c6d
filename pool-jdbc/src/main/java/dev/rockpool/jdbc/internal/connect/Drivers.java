package dev.rockpool.jdbc.internal.connect;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** Finds the driver for a URL. */
public final class Drivers {
    private Drivers() {}

    /**
     * @param className null for the one that accepts the URL
     * @throws SQLException if there is none
     */
    public static Driver find(String url, String className) throws SQLException {
        return className == null ? accepting(url) : create(className);
    }

    private static Driver accepting(String url) throws SQLException {
        try {
            return DriverManager.getDriver(url);
        } catch (SQLException e) {
            for (Driver driver : unregistered()) if (accepts(driver, url)) return driver;
            throw e;
        }
    }

    /** A driver that fails because of a URL that is not its own does not matter. {@code DriverManager} skips it too. */
    private static boolean accepts(Driver driver, String url) {
        try {
            return driver.acceptsURL(url);
        } catch (SQLException e) {
            return false;
        }
    }

    /** The drivers on the class path. */
    static List<Driver> all() {
        return Stream.concat(DriverManager.drivers(), unregistered().stream()).toList();
    }

    /**
     * The drivers that the class loader of this thread, or of this class, can load. {@code DriverManager} loads them
     * once in a JVM. It misses those of an application that a container starts later.
     */
    private static List<Driver> unregistered() {
        List<Driver> found = new ArrayList<>();
        addLoadable(found, Thread.currentThread().getContextClassLoader());
        addLoadable(found, Drivers.class.getClassLoader());
        return found;
    }

    private static void addLoadable(List<Driver> to, ClassLoader loader) {
        Iterator<Driver> drivers = ServiceLoader.load(Driver.class, loader).iterator();
        while (true) {
            try {
                if (!drivers.hasNext()) return;
                to.add(drivers.next());
            } catch (ServiceConfigurationError e) {
                // this driver cannot be loaded; DriverManager skips it too
            }
        }
    }

    /** A driver without a public constructor registers itself when its class is loaded. */
    private static Driver create(String className) throws SQLException {
        try {
            return (Driver) load(className).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            return DriverManager.drivers()
                    .filter(driver -> driver.getClass().getName().equals(className))
                    .findFirst()
                    .orElseThrow(() -> new SQLException("cannot be created: " + e, e));
        } catch (LinkageError e) {
            throw new SQLException("cannot be loaded: " + e, e);
        } catch (ClassCastException e) {
            throw new SQLException("is no java.sql.Driver", e);
        }
    }

    private static Class<?> load(String className) throws ClassNotFoundException {
        try {
            return Class.forName(className, true, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException e) {
            return Class.forName(className);
        }
    }
}

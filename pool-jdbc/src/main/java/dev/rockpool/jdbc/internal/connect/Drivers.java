package dev.rockpool.jdbc.internal.connect;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Finds the driver for a URL. */
public final class Drivers {
    private Drivers() {}

    /**
     * @param className null for the one that accepts the URL
     * @throws SQLException if there is none
     */
    public static Driver find(String url, String className) throws SQLException {
        return className == null ? DriverManager.getDriver(url) : create(className);
    }

    private static Driver create(String className) throws SQLException {
        try {
            return (Driver) load(className).getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new SQLException("cannot be created: " + e, e);
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

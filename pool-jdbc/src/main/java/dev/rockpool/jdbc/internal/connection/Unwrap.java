package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Wrapper;

/** Unwraps wrappers. */
public final class Unwrap {
    private Unwrap() {}

    /**
     * This connection or the one that it wraps, if it is of the class with this name; else null. The class is found by
     * its name, because the driver may be absent.
     */
    static Connection named(String className, Connection driver) {
        try {
            Class<?> type = Class.forName(className, false, loaderOf(driver));
            if (type.isInstance(driver)) return driver;
            return driver.isWrapperFor(type) && driver.unwrap(type) instanceof Connection found ? found : null;
        } catch (ClassNotFoundException | LinkageError | SQLException | RuntimeException e) {
            return null; // the class is absent, or the driver cannot unwrap
        }
    }

    private static ClassLoader loaderOf(Connection driver) {
        ClassLoader loader = driver.getClass().getClassLoader();
        return loader == null ? Thread.currentThread().getContextClassLoader() : loader;
    }

    /** Whether the wrapper itself has the requested type. */
    public static boolean is(Object wrapper, Class<?> type) throws SQLException {
        if (type == null) throw new SQLException("the type to unwrap is null but must be a class");
        return type.isInstance(wrapper);
    }

    /** Whether the wrapper or the driver's object has the requested type. */
    static boolean reaches(Object wrapper, Class<?> type, Delegate driver) throws SQLException {
        return type != null && (type.isInstance(wrapper) || reaches(type, driver.get()));
    }

    /** Returns the driver's object. Throws if the wrapper is closed. */
    interface Delegate {
        Wrapper get() throws SQLException;
    }

    public static <T> T to(Class<T> type, Wrapper driver) throws SQLException {
        if (type.isInstance(driver)) return type.cast(driver);
        if (driver.isWrapperFor(type)) return driver.unwrap(type);
        throw new SQLException(
                "this wraps a " + driver.getClass().getName() + ", which is no " + type.getName() + " and wraps none");
    }

    public static boolean reaches(Class<?> type, Wrapper driver) throws SQLException {
        return type.isInstance(driver) || driver.isWrapperFor(type);
    }
}

package dev.rockpool.jdbc.internal.connection;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Wrapper;

/** From a wrapper to what it wraps. */
public final class Unwrap {
    private Unwrap() {}

    /**
     * This connection, or the one behind it, if it is of a class of this name; else null. The class is looked for by its name, because that
     * driver need not be there.
     */
    static Connection named(String className, Connection driver) {
        try {
            Class<?> type = Class.forName(className, false, loaderOf(driver));
            if (type.isInstance(driver)) return driver;
            return driver.isWrapperFor(type) && driver.unwrap(type) instanceof Connection found ? found : null;
        } catch (ClassNotFoundException | LinkageError | SQLException | RuntimeException e) {
            return null; // it is not there, or the driver cannot say
        }
    }

    private static ClassLoader loaderOf(Connection driver) {
        ClassLoader loader = driver.getClass().getClassLoader();
        return loader == null ? Thread.currentThread().getContextClassLoader() : loader;
    }

    /** Whether a wrapper is what it is asked for itself. */
    public static boolean is(Object wrapper, Class<?> type) throws SQLException {
        if (type == null) throw new SQLException("the type to unwrap is null but must be a class");
        return type.isInstance(wrapper);
    }

    /** Whether a wrapper, or the driver's object behind it, is what it is asked for. */
    static boolean reaches(Object wrapper, Class<?> type, Delegate driver) throws SQLException {
        return type != null && (type.isInstance(wrapper) || reaches(type, driver.get()));
    }

    /** The driver's object; an error when the wrapper is closed. */
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

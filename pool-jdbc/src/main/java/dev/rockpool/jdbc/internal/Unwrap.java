package dev.rockpool.jdbc.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Wrapper;

/** From a wrapper to what it wraps. */
final class Unwrap {
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

    static <T> T to(Class<T> type, Wrapper driver) throws SQLException {
        if (type.isInstance(driver)) return type.cast(driver);
        if (driver.isWrapperFor(type)) return driver.unwrap(type);
        throw new SQLException(
                "this wraps a " + driver.getClass().getName() + ", which is no " + type.getName() + " and wraps none");
    }

    static boolean reaches(Class<?> type, Wrapper driver) throws SQLException {
        return type.isInstance(driver) || driver.isWrapperFor(type);
    }
}

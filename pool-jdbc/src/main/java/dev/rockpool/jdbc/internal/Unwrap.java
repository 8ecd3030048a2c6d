package dev.rockpool.jdbc.internal;

import java.sql.SQLException;
import java.sql.Wrapper;

/** From a wrapper to what it wraps. */
final class Unwrap {
    private Unwrap() {}

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

package dev.rockpool.jdbc.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Objects;

/**
 * The attributes of one session: what the pool wants them to be (asked of the driver before the first change, and kept),
 * and what the present user made of them.
 */
final class Session {
    private static final Object UNKNOWN = new Object();

    private final Connection driver;
    private final Object[] base = filled();
    private final Object[] current = filled();

    Session(Connection driver) {
        this.driver = driver;
    }

    /** Asks the driver for the pool's value, and keeps it. */
    @SuppressWarnings("unchecked")
    <T> T keepBase(Attribute attribute) throws SQLException {
        Object value = attribute.read(driver);
        base[attribute.ordinal()] = value;
        return (T) value;
    }

    /** The same; false when the driver does not know the attribute. */
    boolean tryKeepBase(Attribute attribute) throws SQLException {
        try {
            keepBase(attribute);
            return true;
        } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
            return false;
        }
    }

    boolean hasBase(Attribute attribute) {
        return base(attribute) != UNKNOWN;
    }

    Object base(Attribute attribute) {
        return base[attribute.ordinal()];
    }

    /** Whether the user left it as it was. */
    boolean isBase(Attribute attribute) {
        return Objects.equals(base(attribute), remembered(attribute));
    }

    boolean remembers(Attribute attribute) {
        return remembered(attribute) != UNKNOWN;
    }

    Object remembered(Attribute attribute) {
        return current[attribute.ordinal()];
    }

    void remember(Attribute attribute, Object value) {
        current[attribute.ordinal()] = value;
    }

    /** Only the driver knows. */
    void forget(Attribute attribute) {
        current[attribute.ordinal()] = UNKNOWN;
    }

    private static Object[] filled() {
        Object[] values = new Object[Attribute.values().length];
        java.util.Arrays.fill(values, UNKNOWN);
        return values;
    }
}

package dev.rockpool.jdbc.internal.connection;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;

/**
 * The attributes of one session: the pool's values, which are read from the driver before the first change, and the
 * values of the current user.
 */
final class Session {
    private static final Object UNKNOWN = new Object();
    private static final int MOST_VALUES = 16;

    private final StateAccess access;
    private final Object[] base = filled();
    private final Object[] current = filled();

    /** For each attribute, some values that were read back unchanged after they were set. */
    private final Object[] obeyed = new Object[base.length];

    Session(StateAccess access) {
        this.access = access;
    }

    /** Reads the pool's value from the driver and keeps it. */
    @SuppressWarnings("unchecked")
    <T> T keepBase(SessionAttribute attribute) throws SQLException {
        Object value = access.read(attribute);
        base[attribute.ordinal()] = value;
        return (T) value;
    }

    /** The same; returns false if the driver does not support the attribute. */
    boolean tryKeepBase(SessionAttribute attribute) throws SQLException {
        try {
            keepBase(attribute);
            return true;
        } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
            return false;
        }
    }

    /** The pool's value has changed, and is read before the next change. */
    void forgetBase(SessionAttribute attribute) {
        base[attribute.ordinal()] = UNKNOWN;
    }

    boolean hasBase(SessionAttribute attribute) {
        return base(attribute) != UNKNOWN;
    }

    Object base(SessionAttribute attribute) {
        return base[attribute.ordinal()];
    }

    /** Sets the pool's value again. */
    void restore(SessionAttribute attribute) throws SQLException {
        Object value = base(attribute);
        access.write(attribute, value);
        if (attribute.isName() && value == null && access.read(attribute) != null) {
            throw new SQLException("the driver does not set " + attribute + " back to none");
        }
    }

    /**
     * Returns the value of an attribute after it was set. Drivers ignore some values, so they are asked: for names each
     * time, for other attributes once per value.
     */
    Object readBack(SessionAttribute attribute, Object wanted) throws SQLException {
        Set<Object> known = obeyed(attribute);
        if (known.contains(wanted)) return wanted;
        try {
            Object value = attribute.read(access.driver);
            if (!attribute.isName() && Objects.equals(value, wanted) && known.size() < MOST_VALUES) known.add(wanted);
            return value;
        } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
            return wanted;
        }
    }

    @SuppressWarnings("unchecked")
    private Set<Object> obeyed(SessionAttribute attribute) {
        int at = attribute.ordinal();
        if (obeyed[at] == null) obeyed[at] = new HashSet<>();
        return (Set<Object>) obeyed[at];
    }

    /** Whether the attribute has the pool's value. */
    boolean isBase(SessionAttribute attribute) {
        return Objects.equals(base(attribute), remembered(attribute));
    }

    boolean remembers(SessionAttribute attribute) {
        return remembered(attribute) != UNKNOWN;
    }

    Object remembered(SessionAttribute attribute) {
        return current[attribute.ordinal()];
    }

    void remember(SessionAttribute attribute, Object value) {
        current[attribute.ordinal()] = value;
    }

    /** Forgets the value; only the driver knows it. */
    void forget(SessionAttribute attribute) {
        current[attribute.ordinal()] = UNKNOWN;
    }

    private static Object[] filled() {
        Object[] values = new Object[SessionAttribute.values().length];
        Arrays.fill(values, UNKNOWN);
        return values;
    }
}

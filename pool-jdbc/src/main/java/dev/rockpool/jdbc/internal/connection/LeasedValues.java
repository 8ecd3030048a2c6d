package dev.rockpool.jdbc.internal.connection;

import java.io.InputStream;
import java.io.Reader;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Arrays;

/** Wraps values of the driver for the user, and unwraps arguments. */
final class LeasedValues {
    private LeasedValues() {}

    static Array wrap(LeasedConnection lease, Array value) {
        return value == null ? null : new PooledArray(lease, value);
    }

    static Blob wrap(LeasedConnection lease, Blob value) {
        return value == null ? null : new PooledBlob(lease, value);
    }

    static Clob wrap(LeasedConnection lease, Clob value) {
        if (value instanceof NClob national) return wrap(lease, national);
        return value == null ? null : new PooledClob(lease, value);
    }

    static NClob wrap(LeasedConnection lease, NClob value) {
        return value == null ? null : new PooledNClob(lease, value);
    }

    static SQLXML wrap(LeasedConnection lease, SQLXML value) {
        return value == null ? null : new PooledSQLXML(lease, value);
    }

    static Struct wrap(LeasedConnection lease, Struct value) {
        return value == null ? null : new PooledStruct(lease, value);
    }

    static Ref wrap(LeasedConnection lease, Ref value) {
        return value == null ? null : new PooledRef(lease, value);
    }

    static ResultSetMetaData wrap(LeasedConnection lease, ResultSetMetaData value) {
        return value == null ? null : new PooledResultSetMetaData(lease, value);
    }

    static ParameterMetaData wrap(LeasedConnection lease, ParameterMetaData value) {
        return value == null ? null : new PooledParameterMetaData(lease, value);
    }

    /** Wraps the rows of a value. Their statement belongs to the driver; the lease closes both. */
    static ResultSet wrap(LeasedConnection lease, ResultSet results) throws SQLException {
        if (results == null) return null;
        Statement own = statementOf(results);
        PooledStatement statement = own == null ? null : lease.track(new PooledStatement(lease, own, null));
        return lease.track(new PooledResultSet(lease, statement, results));
    }

    private static Statement statementOf(ResultSet results) throws SQLException {
        try {
            return results.getStatement();
        } catch (SQLFeatureNotSupportedException | AbstractMethodError e) {
            return null;
        }
    }

    /** Wraps any value. On the hot path: most values have classes of the JDK, which do not lead to the connection. */
    static Object of(LeasedConnection lease, Object value) throws SQLException {
        if (value == null) return null;
        if (value instanceof Object[] elements) return of(lease, elements);
        if (value.getClass().getClassLoader() == null || value instanceof java.util.Date) return value;
        if (value instanceof LeasedValue<?>) return value;
        if (value instanceof ResultSet results) return wrap(lease, results);
        if (value instanceof Array array) return wrap(lease, array);
        if (value instanceof Clob clob) return wrap(lease, clob);
        if (value instanceof Blob blob) return wrap(lease, blob);
        if (value instanceof SQLXML xml) return wrap(lease, xml);
        if (value instanceof Struct struct) return wrap(lease, struct);
        if (value instanceof Ref ref) return wrap(lease, ref);
        if (value instanceof InputStream stream) return LeasedStreams.wrap(lease, stream);
        if (value instanceof Reader reader) return LeasedStreams.wrap(lease, reader);
        return value;
    }

    /**
     * Wraps the elements of an array or the attributes of a structure. Creates a new array only if one of them is
     * wrapped.
     */
    static Object[] of(LeasedConnection lease, Object[] values) throws SQLException {
        if (values == null || isPlain(values.getClass().getComponentType())) return values;
        Object[] wrapped = values;
        for (int i = 0; i < values.length; i++) {
            Object element = of(lease, values[i]);
            if (element == values[i]) continue;
            if (wrapped == values) wrapped = Arrays.copyOf(values, values.length, Object[].class);
            wrapped[i] = element;
        }
        return wrapped;
    }

    private static boolean isPlain(Class<?> element) {
        Class<?> type = element;
        while (type.isArray()) type = type.getComponentType();
        return type != Object.class && type.getClassLoader() == null && !type.isInterface();
    }

    /**
     * Wraps the result of {@code getObject} with a class: a JDBC interface is wrapped, and a class of the driver is
     * returned as it is.
     */
    static <T> T as(LeasedConnection lease, Class<T> type, T value) throws SQLException {
        Object wrapped = of(lease, value);
        if (wrapped == value) return value;
        if (type.isInstance(wrapped)) return type.cast(wrapped);
        lease.unwrapped();
        return value;
    }

    /** Unwraps an argument to the driver's object. */
    @SuppressWarnings("unchecked")
    static <T> T bare(T argument) throws SQLException {
        if (argument instanceof LeasedValue<?> value) return (T) value.delegate();
        return argument instanceof Object[] elements ? (T) bareElements(elements) : argument;
    }

    private static Object[] bareElements(Object[] elements) throws SQLException {
        if (isPlain(elements.getClass().getComponentType())) return elements;
        Object[] bare = elements;
        for (int i = 0; i < elements.length; i++) {
            Object element = bare(elements[i]);
            if (element == elements[i]) continue;
            if (bare == elements) bare = Arrays.copyOf(elements, elements.length, Object[].class);
            bare[i] = element;
        }
        return bare;
    }
}

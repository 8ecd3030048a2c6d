package dev.rockpool.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Struct;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Visits every object reachable from a connection, by reflection. */
final class Handles {
    /** Interfaces that lead back to a connection, the most specific first. */
    static final List<Class<?>> APIS = List.of(
            Connection.class,
            CallableStatement.class,
            PreparedStatement.class,
            Statement.class,
            ResultSet.class,
            DatabaseMetaData.class,
            ResultSetMetaData.class,
            ParameterMetaData.class,
            Array.class,
            NClob.class,
            Clob.class,
            Blob.class,
            SQLXML.class,
            Struct.class,
            Ref.class);

    /** Interfaces whose objects are not wrapped, and why. */
    static final Map<Class<?>, String> BARE = Map.of(
            Map.class, "a type map: names and classes, copied",
            RowId.class, "the address of a row: bytes",
            Savepoint.class, "a number or a name; it works only through a connection, which asks its lease",
            javax.xml.transform.Source.class, "of the JDK; the streams in it are wrapped",
            javax.xml.transform.Result.class, "of the JDK; the streams in it are wrapped");

    /** Methods that end something or change what is visited. */
    private static final Set<String> SKIPPED =
            Set.of("close", "abort", "free", "unwrap", "executeQuery", "getMoreResults", "getCursorName");

    /** Methods that work without a lease: they end what has already ended, or only report. */
    static final Set<String> LENIENT =
            Set.of("close", "abort", "free", "isClosed", "isValid", "getDriverMajorVersion", "getDriverMinorVersion");

    private static final int MOST_OF_A_KIND = 12;

    /** The objects found, by the path to them. */
    final List<Map.Entry<String, Object>> found = new ArrayList<>();

    /** Objects that are not wrapped. */
    final Set<String> wrong = new TreeSet<>();

    final Set<Class<?>> reached = new java.util.HashSet<>();

    private final Map<Class<?>, Integer> counts = new HashMap<>();
    private final Deque<Map.Entry<String, Object>> open = new ArrayDeque<>();

    void walk(Map<String, Object> from) throws SQLException {
        for (Map.Entry<String, Object> each : from.entrySet()) take(each.getKey(), each.getValue(), true);
        while (!open.isEmpty()) {
            Map.Entry<String, Object> next = open.poll();
            for (Method method : methodsOf(next.getValue()))
                for (int variant = 1; variant <= 6; variant++) {
                    if (method.getParameterCount() == 0 && variant > 1) break;
                    step(next, method, variant);
                }
        }
    }

    private void step(Map.Entry<String, Object> from, Method method, int variant) throws SQLException {
        if (SKIPPED.contains(method.getName()) || !mayLeadBack(method.getReturnType())) return;
        Object result;
        try {
            result = call(from.getValue(), method, variant);
        } catch (Exception e) {
            return; // not supported by this driver
        }
        String path = from.getKey() + "." + method.getName();
        if (result instanceof Object[] elements) for (Object element : elements) take(path + "[]", element, false);
        else take(path, result, method.getReturnType() != Object.class);
    }

    private static boolean mayLeadBack(Class<?> type) {
        return type == Object.class
                || type == Object[].class
                || type.isInterface()
                || type.getName().startsWith("java.io.");
    }

    private void take(String path, Object value, boolean asInterface) throws SQLException {
        if (value == null) return;
        boolean ours = value.getClass().getName().startsWith("dev.rockpool.jdbc.internal.");
        if (!ours) {
            boolean leadsBack = APIS.stream().anyMatch(api -> api.isInstance(value))
                    || value instanceof java.io.InputStream
                    || value instanceof java.io.Reader
                    || value instanceof java.io.OutputStream
                    || value instanceof java.io.Writer
                    || asInterface && BARE.keySet().stream().noneMatch(bare -> bare.isInstance(value));
            if (leadsBack) wrong.add(path + ": " + value.getClass().getName());
            return;
        }
        if (counts.merge(value.getClass(), 1, Integer::sum) > MOST_OF_A_KIND) return;
        for (Class<?> api : APIS) if (api.isInstance(value)) reached.add(api);
        if (value instanceof ResultSet results && !path.startsWith("row")) results.next();
        found.add(Map.entry(path, value));
        open.add(Map.entry(path, value));
    }

    static List<Method> methodsOf(Object handle) {
        List<Method> methods = new ArrayList<>();
        for (Class<?> api : APIS) {
            if (!api.isInstance(handle)) continue;
            for (Method method : api.getMethods()) if (!Modifier.isStatic(method.getModifiers())) methods.add(method);
            break;
        }
        return methods;
    }

    /** Calls a method with the numbers and names of this variant. */
    static Object call(Object on, Method method, int variant) throws Exception {
        Class<?>[] types = method.getParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) arguments[i] = argument(types[i], variant);
        try {
            return method.invoke(on, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception cause) throw cause;
            throw (Error) e.getCause();
        }
    }

    private static Object argument(Class<?> type, int variant) {
        if (type == int.class) return variant;
        if (type == long.class) return (long) variant;
        if (type == String.class) return "c" + variant;
        if (type == Class.class) return APIS.get(APIS.size() - variant);
        if (type == Object[].class) return new Object[] {1, 2};
        return type.isPrimitive() ? java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(type, 1), 0) : null;
    }
}

package dev.rockpool.jdbc.internal.config.hikari;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** Creates a driver's data source by its class name, and sets its bean properties. */
final class DataSourceBean {
    private DataSourceBean() {}

    /** Returns null if it cannot be created. The problems show no value, which may be a password. */
    static DataSource create(String className, Map<String, String> properties, Consumer<String> problems) {
        DataSource source = instantiate(className, problems);
        if (source == null) return null;
        properties.forEach((name, value) -> {
            String problem = set(source, name, value);
            if (problem != null) problems.accept("dataSource." + name + " " + problem);
        });
        return source;
    }

    private static DataSource instantiate(String className, Consumer<String> problems) {
        String given = "dataSourceClassName is '" + className + "' but must be the class of a javax.sql.DataSource";
        try {
            if (load(className).getDeclaredConstructor().newInstance() instanceof DataSource source) return source;
            problems.accept(given);
        } catch (ReflectiveOperationException | LinkageError e) {
            problems.accept(given + " that can be created: " + e);
        }
        return null;
    }

    private static String set(DataSource source, String name, String value) {
        String setter = "set" + name;
        Method found = Arrays.stream(source.getClass().getMethods())
                .filter(method -> method.getParameterCount() == 1
                        && method.getName().equalsIgnoreCase(setter)
                        && canRead(method.getParameterTypes()[0]))
                .findFirst()
                .orElse(null);
        if (found == null)
            return "is no property that can be set on " + source.getClass().getName();
        Class<?> type = found.getParameterTypes()[0];
        try {
            found.invoke(source, read(type, value));
            return null;
        } catch (NumberFormatException e) {
            return "must be of type " + type.getSimpleName();
        } catch (InvocationTargetException e) {
            return "is not accepted: " + e.getCause().getClass().getName();
        } catch (IllegalAccessException e) {
            return "cannot be set on " + source.getClass().getName();
        }
    }

    private static boolean canRead(Class<?> type) {
        return type == String.class
                || type == int.class
                || type == long.class
                || type == short.class
                || type == boolean.class
                || type == Integer.class
                || type == Boolean.class
                || type == String[].class
                || type == int[].class
                || type == char[].class;
    }

    private static Object read(Class<?> type, String value) {
        if (type == String.class) return value;
        if (type == char[].class) return value.toCharArray();
        if (type == String[].class) return value.split(",");
        if (type == boolean.class || type == Boolean.class) return Boolean.valueOf(value);
        if (type == int[].class)
            return Arrays.stream(value.split(",")).mapToInt(Integer::parseInt).toArray();
        if (type == long.class) return Long.valueOf(value);
        return type == short.class ? (Object) Short.valueOf(value) : (Object) Integer.valueOf(value);
    }

    private static Class<?> load(String className) throws ClassNotFoundException {
        try {
            return Class.forName(className, true, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException e) {
            return Class.forName(className);
        }
    }
}

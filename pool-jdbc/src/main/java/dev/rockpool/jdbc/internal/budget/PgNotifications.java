package dev.rockpool.jdbc.internal.budget;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The notifications that have arrived at a connection of PostgreSQL's driver. It is accessed by class names, because
 * the driver may be absent.
 */
final class PgNotifications {
    /** One notification: the process id of its sender, and its text. */
    record Notification(int sender, String text) {}

    private final Object driver;
    private final Method arrived;
    private final Method sender;
    private final Method text;

    /** @throws SQLException if the connection is none of PostgreSQL's driver */
    PgNotifications(Connection connection) throws SQLException {
        try {
            ClassLoader loader = connection.getClass().getClassLoader();
            Class<?> type = Class.forName("org.postgresql.PGConnection", false, loader);
            Class<?> notification = Class.forName("org.postgresql.PGNotification", false, loader);
            driver = connection.unwrap(type);
            arrived = type.getMethod("getNotifications");
            sender = notification.getMethod("getPID");
            text = notification.getMethod("getParameter");
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new SQLException("not a connection of PostgreSQL's driver: " + connection.getClass(), e);
        }
    }

    /** What has arrived since the last call. Does not wait. */
    List<Notification> take() throws SQLException {
        List<Notification> taken = new ArrayList<>();
        Object[] all = (Object[]) call(arrived, driver);
        if (all == null) return taken;
        for (Object each : all) {
            taken.add(new Notification((Integer) call(sender, each), (String) call(text, each)));
        }
        return taken;
    }

    private static Object call(Method method, Object target) throws SQLException {
        try {
            return method.invoke(target);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException failed) throw failed;
            throw new SQLException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new SQLException(e);
        }
    }
}

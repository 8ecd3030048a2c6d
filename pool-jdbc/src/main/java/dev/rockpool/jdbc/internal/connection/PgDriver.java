package dev.rockpool.jdbc.internal.connection;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * What PostgreSQL's driver knows about a session without asking the server. It is accessed by class names, because the
 * driver may be absent, and also through a driver or data source that wraps it.
 */
final class PgDriver {
    private static final String CONNECTION = "org.postgresql.jdbc.PgConnection";
    private static final String IDLE = "IDLE";
    private static final String FAILED = "FAILED";

    /** The ways to ask a class of connections. */
    private record Ways(
            MethodHandle transactionState, MethodHandle notifications, MethodHandle executor, MethodHandle cancel) {}

    private static final ClassValue<Ways> WAYS = new ClassValue<>() {
        @Override
        protected Ways computeValue(Class<?> type) {
            try {
                var lookup = MethodHandles.publicLookup();
                var state = lookup.unreflect(type.getMethod("getTransactionState"));
                var executor = lookup.unreflect(type.getMethod("getQueryExecutor"));
                Class<?> executorType = executor.type().returnType();
                var taken = lookup.unreflect(executorType.getMethod("getNotifications"));
                return new Ways(
                        state.asType(MethodType.methodType(Object.class, Object.class)),
                        MethodHandles.filterReturnValue(executor, taken)
                                .asType(MethodType.methodType(Object.class, Object.class)),
                        executor.asType(MethodType.methodType(Object.class, Object.class)),
                        lookup.unreflect(type.getMethod("cancelQuery"))
                                .asType(MethodType.methodType(Object.class, Object.class)));
            } catch (ReflectiveOperationException | RuntimeException e) { // another version of the driver
                return null;
            }
        }
    };

    private final Connection connection;
    private final Ways ways;

    private PgDriver(Connection connection, Ways ways) {
        this.connection = connection;
        this.ways = ways;
    }

    /** Null if this is not a connection of that driver and wraps none. */
    static PgDriver behind(Connection driver) {
        Connection found = Unwrap.named(CONNECTION, driver);
        if (found == null) return null;
        Ways ways = WAYS.get(found.getClass());
        return ways == null ? null : new PgDriver(found, ways);
    }

    boolean isInTransaction() throws SQLException {
        return !state().equals(IDLE);
    }

    /** Whether the server has aborted the transaction. */
    boolean hasFailed() throws SQLException {
        return state().equals(FAILED);
    }

    private String state() throws SQLException {
        return call(ways.transactionState).toString();
    }

    /** Whether unread notifications have arrived. They are dropped. */
    boolean dropNotifications() throws SQLException {
        Object notifications = call(ways.notifications);
        return notifications != null && Array.getLength(notifications) > 0;
    }

    /**
     * Whether a COPY has begun and not ended, as far as the driver shows it. Then every statement waits for its end,
     * without a limit.
     */
    boolean isInCopy() throws SQLException {
        Object executor = call(ways.executor);
        MethodHandle copy = CopyField.OF.get(executor.getClass());
        return copy != null && call(copy, executor) != null;
    }

    /**
     * Asks the server to cancel what the session does. Statement.cancel does the same with the lock of the connection held,
     * so that neither close nor a failed call can go on while a frozen server does not answer.
     */
    void cancel() throws SQLException {
        call(ways.cancel);
    }

    private Object call(MethodHandle way) throws SQLException {
        return call(way, connection);
    }

    private static Object call(MethodHandle way, Object on) throws SQLException {
        try {
            return way.invokeExact(on);
        } catch (SQLException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new SQLException("the driver did not say what its connection is in: " + e, e);
        }
    }

    /** The field that holds the COPY that occupies a connection, by the class of its executor; null if there is none. */
    private static final class CopyField extends ClassValue<MethodHandle> {
        /** In a class of its own, because most programs never need it. */
        static final CopyField OF = new CopyField();

        @Override
        protected MethodHandle computeValue(Class<?> type) {
            try {
                Field field = type.getDeclaredField("lockedFor");
                field.setAccessible(true);
                return MethodHandles.lookup()
                        .unreflectGetter(field)
                        .asType(MethodType.methodType(Object.class, Object.class));
            } catch (ReflectiveOperationException | RuntimeException e) { // another version of the driver
                return null;
            }
        }
    }
}

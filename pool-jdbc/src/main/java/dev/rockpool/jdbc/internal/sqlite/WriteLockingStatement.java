package dev.rockpool.jdbc.internal.sqlite;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A statement of the SQLite driver that waits for the write lock; see {@link WriteLockingConnection}. */
final class WriteLockingStatement implements InvocationHandler {
    private final WriteLockingConnection connection;
    private final Statement driver;
    private final StatementKind prepared;

    /** Its open rows that keep the lock; null if there are none. */
    private volatile WriteLockingCursor cursor;

    /** The driver's result set, if the user has fetched it. */
    private volatile ResultSet seen;

    /** The proxy for it while it keeps the lock. */
    private volatile ResultSet shown;

    private WriteLockingStatement(WriteLockingConnection connection, Statement driver, StatementKind prepared) {
        this.connection = connection;
        this.driver = driver;
        this.prepared = prepared;
    }

    /** @param prepared the possible effect of the prepared text; null if there is none */
    static <T extends Statement> T of(
            WriteLockingConnection connection, Class<T> type, T driver, StatementKind prepared) {
        return WriteLockingProxies.of(type, new WriteLockingStatement(connection, driver, prepared));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
        String name = method.getName();
        if (name.startsWith("execute")) return execute(method, args);
        switch (name) {
            case "getResultSet":
                return kept((ResultSet) WriteLockingProxies.call(driver, method, args));
            case "getMoreResults":
                if (cursor != null) closeResults();
                return close(method, args);
            case "close":
                return close(method, args);
            case "addBatch":
                if (args != null) connection.warnOfRest((String) args[0]);
                return WriteLockingProxies.objectCall(proxy, driver, method, args);
            case "cancel":
                connection.transaction().cancelWaiting();
                driver.cancel();
                return null;
            default:
                return WriteLockingProxies.objectCall(proxy, driver, method, args);
        }
    }

    private Object execute(Method method, Object[] args) throws Throwable {
        StatementKind effect = effectOf(method, args);
        if (cursor != null) closeResults(); // as the driver would, but in the middle of the next execution
        resultsClosed();
        connection.transaction().before(effect, driver.getQueryTimeout());
        Object result;
        try {
            result = WriteLockingProxies.call(driver, method, args);
        } catch (Throwable e) {
            try {
                settle(effect, false, e);
            } catch (SQLException more) { // such as when it was aborted
                e.addSuppressed(more);
            }
            throw e;
        }
        settle(effect, result instanceof ResultSet || Boolean.TRUE.equals(result), null);
        return result instanceof ResultSet results ? kept(results) : result;
    }

    private void settle(StatementKind effect, boolean rows, Throwable failure) throws SQLException {
        seen = null;
        shown = null;
        cursor = connection.transaction().after(effect, rows ? this::closeResults : null, failure);
    }

    /**
     * A batch of texts may contain anything. The driver runs only the first statement of a text, except for an update.
     */
    private StatementKind effectOf(Method method, Object[] args) {
        if (args == null || !(args[0] instanceof String sql))
            return prepared != null ? prepared : StatementKind.CONTROL;
        if (method.getName().endsWith("Update")) return SqliteText.effectOf(sql);
        connection.warnOfRest(sql);
        return SqliteText.effectOfFirst(sql);
    }

    /** Its result set is closed in either case. */
    private Object close(Method method, Object[] args) throws Throwable {
        try {
            return WriteLockingProxies.call(driver, method, args);
        } finally {
            resultsClosed();
        }
    }

    /** Ends the driver's execution. A result set that the user never fetched needs no other close. */
    private void closeResults() throws SQLException {
        ResultSet results = seen;
        if (results == null) results = driver.getResultSet();
        if (results != null) results.close();
    }

    private ResultSet kept(ResultSet results) {
        if (results != null && results == seen && shown != null) return shown;
        seen = results;
        WriteLockingCursor open = cursor;
        if (open == null || results == null) return results;
        return shown =
                new WriteLockingResults(results, () -> connection.transaction().cursorClosed(open)).proxy();
    }

    private void resultsClosed() throws SQLException {
        WriteLockingCursor open = cursor;
        cursor = null;
        if (open != null) connection.transaction().cursorClosed(open);
    }
}

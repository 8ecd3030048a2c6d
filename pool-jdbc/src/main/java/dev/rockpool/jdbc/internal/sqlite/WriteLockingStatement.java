package dev.rockpool.jdbc.internal.sqlite;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A statement of the SQLite driver that waits for its turn to write; see {@link WriteLockingConnection}. */
final class WriteLockingStatement implements InvocationHandler {
    private final WriteLockingConnection connection;
    private final Statement driver;
    private final StatementKind prepared;

    /** Its open rows that keep the turn; null when there are none. */
    private volatile WriteLockingCursor cursor;

    /** The driver's result set, if its user has asked for it. */
    private volatile ResultSet seen;

    /** What stands for it while it keeps the turn. */
    private volatile ResultSet shown;

    private WriteLockingStatement(WriteLockingConnection connection, Statement driver, StatementKind prepared) {
        this.connection = connection;
        this.driver = driver;
        this.prepared = prepared;
    }

    /**
     * @param prepared what the text that was prepared may do; null when there is none
     */
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
        if (cursor != null) closeResults(); // as the driver would, but in the middle of what runs next
        resultsClosed();
        connection.transaction().before(effect, driver.getQueryTimeout());
        Object result;
        try {
            result = WriteLockingProxies.call(driver, method, args);
        } catch (Throwable e) {
            try {
                settle(effect, false, e);
            } catch (SQLException more) { // it was aborted, say
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

    /** A batch of texts may hold anything. Of several statements in one text the driver runs only the first, unless it is an update. */
    private StatementKind effectOf(Method method, Object[] args) {
        if (args == null || !(args[0] instanceof String sql))
            return prepared != null ? prepared : StatementKind.CONTROL;
        if (method.getName().endsWith("Update")) return SqliteText.effectOf(sql);
        connection.warnOfRest(sql);
        return SqliteText.effectOfFirst(sql);
    }

    /** Either way its result set is closed, too. */
    private Object close(Method method, Object[] args) throws Throwable {
        try {
            return WriteLockingProxies.call(driver, method, args);
        } finally {
            resultsClosed();
        }
    }

    /** Ends the statement of the driver. Its result set closes without that if nobody asked for it. */
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

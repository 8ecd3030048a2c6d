package dev.rockpool.jdbc.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A statement of the SQLite driver that waits for its turn to write; see {@link TurnConnection}. */
final class TurnStatement implements InvocationHandler {
    private final TurnConnection connection;
    private final Statement driver;
    private final Effect prepared;

    /** It has a result set that keeps the turn. */
    private volatile boolean keeps;

    private TurnStatement(TurnConnection connection, Statement driver, Effect prepared) {
        this.connection = connection;
        this.driver = driver;
        this.prepared = prepared;
    }

    /**
     * @param prepared what the text that was prepared may do; null when there is none
     */
    static <T extends Statement> T of(TurnConnection connection, Class<T> type, T driver, Effect prepared) {
        return TurnProxies.of(type, new TurnStatement(connection, driver, prepared));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
        String name = method.getName();
        if (name.startsWith("execute")) return execute(method, args);
        switch (name) {
            case "getResultSet":
                return kept((ResultSet) TurnProxies.call(driver, method, args));
            case "getMoreResults":
                closeUnseen();
                return close(method, args);
            case "close":
                return close(method, args);
            case "cancel":
                connection.cancelWaiting();
                driver.cancel();
                return null;
            default:
                return TurnProxies.objectCall(proxy, driver, method, args);
        }
    }

    private Object execute(Method method, Object[] args) throws Throwable {
        Effect effect = effectOf(args);
        connection.before(effect, driver.getQueryTimeout());
        Object result;
        try {
            result = TurnProxies.call(driver, method, args);
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

    private void settle(Effect effect, boolean rows, Throwable failure) throws SQLException {
        boolean kept = keeps; // what the last execution left open is closed now, but until here it kept the turn
        keeps = connection.after(effect, rows, failure);
        if (kept) connection.cursorClosed();
    }

    /** A batch of texts may hold anything. */
    private Effect effectOf(Object[] args) {
        if (args != null && args[0] instanceof String sql) return SqliteText.effectOf(sql);
        return prepared != null ? prepared : Effect.CONTROL;
    }

    /** Either way its result set is closed, too. */
    private Object close(Method method, Object[] args) throws Throwable {
        try {
            return TurnProxies.call(driver, method, args);
        } finally {
            resultsClosed();
        }
    }

    /** The driver goes on to the next result without closing one that nobody asked for. */
    private void closeUnseen() {
        if (!keeps) return;
        try {
            driver.getResultSet().close();
        } catch (SQLException e) {
            // somebody has asked for it, so the driver closes it
        }
    }

    private ResultSet kept(ResultSet results) {
        return keeps && results != null ? new TurnResults(results, this::resultsClosed).proxy() : results;
    }

    private void resultsClosed() throws SQLException {
        if (!keeps) return;
        keeps = false;
        connection.cursorClosed();
    }
}

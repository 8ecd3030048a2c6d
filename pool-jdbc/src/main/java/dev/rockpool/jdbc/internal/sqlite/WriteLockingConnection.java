package dev.rockpool.jdbc.internal.sqlite;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A connection of the SQLite driver whose statements wait for the write lock. It stands between the pool's wrappers and the driver, so the
 * rest of the code sees a plain {@link Connection}.
 *
 * <p>When the lock is taken and released is decided by {@link WriteLockingTransaction}.
 */
final class WriteLockingConnection implements InvocationHandler {
    private final Connection driver;
    private final WriteLockingTransaction transaction;
    private final Consumer<String> unrun;

    private WriteLockingConnection(Connection driver, WriteLockingTransaction transaction, Consumer<String> unrun) {
        this.driver = driver;
        this.transaction = transaction;
        this.unrun = unrun;
    }

    /**
     * @param begin how transactions that may write begin; null for DEFERRED ones
     * @param always whether reading needs the lock, too
     * @param unrun receives texts of which the driver runs only the first statement
     */
    static Connection of(Connection driver, WriteLock turn, String begin, boolean always, Consumer<String> unrun) {
        return WriteLockingProxies.of(
                Connection.class,
                new WriteLockingConnection(driver, new WriteLockingTransaction(driver, turn, begin, always), unrun));
    }

    static boolean isOne(Connection connection) {
        return Proxy.isProxyClass(connection.getClass())
                && Proxy.getInvocationHandler(connection) instanceof WriteLockingConnection;
    }

    static WriteLockingTransaction behind(Connection connection) {
        return ((WriteLockingConnection) Proxy.getInvocationHandler(connection)).transaction;
    }

    WriteLockingTransaction transaction() {
        return transaction;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] args) throws Throwable {
        switch (method.getName()) {
            case "createStatement":
                return WriteLockingStatement.of(
                        this, Statement.class, (Statement) WriteLockingProxies.call(driver, method, args), null);
            case "prepareStatement":
                return prepare(method, args);
            case "getMetaData":
                return transaction.isAlways() ? metaData() : driver.getMetaData();
            case "setSavepoint":
                return savepoint(method, args);
            case "commit":
                transaction.commit();
                return null;
            case "rollback":
                if (args != null) return WriteLockingProxies.call(driver, method, args);
                transaction.rollback();
                return null;
            case "setAutoCommit":
                transaction.setAutoCommit((Boolean) args[0]);
                return null;
            case "isReadOnly":
                return transaction.isReadOnly();
            case "setReadOnly":
                transaction.setReadOnly((Boolean) args[0]);
                return null;
            case "setTransactionIsolation":
                transaction.briefly(() -> driver.setTransactionIsolation((Integer) args[0]));
                return null;
            case "isValid":
                return !driver.isClosed(); // there is no network, and a query would wait for locks
            case "abort":
                return abort((Executor) args[0]);
            case "close":
                return close();
            case "unwrap":
                transaction.unwrapped();
                return WriteLockingProxies.objectCall(proxy, driver, method, args);
            default:
                return WriteLockingProxies.objectCall(proxy, driver, method, args);
        }
    }

    private Object prepare(Method method, Object[] args) throws Throwable {
        StatementKind effect = SqliteText.effectOfFirst(String.valueOf(args[0]));
        warnOfRest(String.valueOf(args[0]));
        if (transaction.isAlways())
            transaction.before(StatementKind.READ, 0); // preparing reads the schema, which is locked like a table
        try {
            var statement = (PreparedStatement) WriteLockingProxies.call(driver, method, args);
            return WriteLockingStatement.of(this, PreparedStatement.class, statement, effect);
        } finally {
            if (transaction.isAlways()) transaction.after(StatementKind.READ, null, null);
        }
    }

    /** Only if reading needs the lock. */
    private Object metaData() throws SQLException {
        DatabaseMetaData real = driver.getMetaData();
        return WriteLockingProxies.of(DatabaseMetaData.class, (proxy, method, args) -> {
            if (method.getReturnType() != ResultSet.class)
                return WriteLockingProxies.objectCall(proxy, real, method, args);
            transaction.before(StatementKind.READ, 0);
            ResultSet results = null;
            WriteLockingCursor cursor = null;
            try {
                results = (ResultSet) WriteLockingProxies.call(real, method, args);
            } finally {
                cursor = transaction.after(StatementKind.READ, results == null ? null : results::close, null);
            }
            if (cursor == null) return results;
            WriteLockingCursor open = cursor;
            return new WriteLockingResults(results, () -> transaction.cursorClosed(open)).proxy();
        });
    }

    private Object savepoint(Method method, Object[] args) throws Throwable {
        if (driver.getAutoCommit()) throw new SQLException("a savepoint needs a transaction, but autoCommit is on");
        transaction.before(StatementKind.READ, 0);
        return WriteLockingProxies.call(driver, method, args);
    }

    /** The driver silently runs only the first of several statements in a text. */
    void warnOfRest(String sql) {
        if (SqliteText.hasSeveral(sql)) unrun.accept(sql);
    }

    /** The driver's abort does nothing. This interrupts the running statement, so that the connection can be closed. */
    private Object abort(Executor executor) throws SQLException {
        transaction.closing();
        try (Statement statement = driver.createStatement()) {
            statement.cancel();
        } catch (SQLException e) {
            if (!driver.isClosed()) throw e;
        }
        driver.abort(executor);
        return null;
    }

    private Object close() throws SQLException {
        transaction.closing();
        try {
            driver.close();
        } finally {
            transaction.closed();
        }
        return null;
    }
}

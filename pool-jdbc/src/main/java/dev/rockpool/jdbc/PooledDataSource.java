package dev.rockpool.jdbc;

import dev.rockpool.Priority;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A data source that lends connections of a pool, or of several: {@link RockpoolDataSource}, {@link BalancedDataSource}
 * and {@link ClusterDataSource}. Code that asks for this type works with each of them. Thread-safe; close it when it is
 * no longer needed.
 */
public interface PooledDataSource extends DataSource, AutoCloseable {
    /**
     * Leases a connection; closing it returns it. Waits for at most {@code acquireTimeout}, or the login timeout if one
     * is set.
     *
     * @throws java.sql.SQLTransientConnectionException if none became free in time (SQLState HYT00), or too many
     *   callers already wait (53300); if connecting fails, the latest failure is its cause and gives the SQLState and
     *   vendor code
     * @throws SQLException if connecting failed permanently, if the pool is closed (HY010), or if the thread is
     *   interrupted while it waits (the cause is an {@link InterruptedException}, and the interrupt flag is set)
     */
    @Override
    Connection getConnection() throws SQLException;

    /**
     * Like {@link #getConnection()} with this timeout instead of {@code acquireTimeout} and the login timeout.
     *
     * @param timeout how long to wait; null means no limit, zero no wait
     */
    default Connection getConnection(Duration timeout) throws SQLException {
        return getConnection(timeout, Priority.NORMAL);
    }

    /**
     * Like {@link #getConnection(Duration)} with a priority: callers with a higher priority are served first.
     *
     * @param timeout how long to wait; null means no limit, zero no wait
     */
    Connection getConnection(Duration timeout, Priority priority) throws SQLException;

    /**
     * Runs the work with a connection, and returns the connection when the work returns or throws.
     *
     * <p>If the thread is interrupted while a statement runs, the server is asked to cancel the statement, which then
     * throws an {@link SQLException} whose cause is an {@link InterruptedException}. The interrupt flag stays set.
     * Later statements run as usual.
     *
     * @throws SQLException like {@link #getConnection()}, or from the work
     */
    <R, X extends Exception> R withConnection(SqlFunctions.WithConnection<R, X> work) throws SQLException, X;

    /**
     * As {@link #withConnection(SqlFunctions.WithConnection)}, waiting as {@link #getConnection(Duration, Priority)}
     * does.
     */
    <R, X extends Exception> R withConnection(
            Duration timeout, Priority priority, SqlFunctions.WithConnection<R, X> work) throws SQLException, X;

    /** As {@link #withConnection(SqlFunctions.WithConnection)}, for work without a result. */
    default <X extends Exception> void useConnection(SqlFunctions.UseConnection<X> work) throws SQLException, X {
        this.<Void, X>withConnection(connection -> {
            work.run(connection);
            return null;
        });
    }

    /** As {@link #withConnection(Duration, Priority, SqlFunctions.WithConnection)}, for work without a result. */
    default <X extends Exception> void useConnection(
            Duration timeout, Priority priority, SqlFunctions.UseConnection<X> work) throws SQLException, X {
        this.<Void, X>withConnection(timeout, priority, connection -> {
            work.run(connection);
            return null;
        });
    }

    /** As {@link #transaction(TransactionOptions, SqlFunctions.InTransaction)} with {@link TransactionOptions#defaults()}. */
    default <R, X extends Exception> R transaction(SqlFunctions.InTransaction<R, X> work) throws SQLException, X {
        return transaction(TransactionOptions.defaults(), work);
    }

    /**
     * Runs the work in a transaction: committed when it returns, rolled back when it throws. Its exceptions are
     * rethrown unchanged. If the rollback also fails, its error is added as suppressed, and the connection is closed.
     *
     * <p>Inside the work of another transaction of this data source on the same thread it is a savepoint of that
     * transaction, on the same connection. Then retry and priority of the outermost transaction apply, and read-only is
     * not enforced. Transactions of coroutines do not count.
     *
     * <p>An interrupt cancels a statement as in {@link #withConnection(SqlFunctions.WithConnection)}.
     *
     * @throws java.sql.SQLTimeoutException (SQLState 57014, as in PostgreSQL) if it was not committed within its
     *   {@link TransactionOptions#timeout}; the cause is the resulting failure of the work, if any
     * @throws java.sql.SQLNonTransientConnectionException (SQLState 08007, as in the standard) if the connection was
     *   lost during the commit, so that the outcome is unknown; the cause is the driver's error
     * @throws SQLException like {@link #getConnection()}, from the work, or if begin, commit or savepoint fails
     * @throws IllegalStateException inside another transaction: if the isolation differs from the outer one's, or if
     *   {@code readOnly(false)} is set and the outer one is read-only
     */
    <R, X extends Exception> R transaction(TransactionOptions options, SqlFunctions.InTransaction<R, X> work)
            throws SQLException, X;

    /** As {@link #transaction(SqlFunctions.InTransaction)}, for work without a result. */
    default <X extends Exception> void useTransaction(SqlFunctions.UseTransaction<X> work) throws SQLException, X {
        useTransaction(TransactionOptions.defaults(), work);
    }

    /** As {@link #transaction(TransactionOptions, SqlFunctions.InTransaction)}, for work without a result. */
    default <X extends Exception> void useTransaction(TransactionOptions options, SqlFunctions.UseTransaction<X> work)
            throws SQLException, X {
        this.<Void, X>transaction(options, (transaction, connection) -> {
            work.run(transaction, connection);
            return null;
        });
    }

    /** Closes it; leased connections have ten seconds to be returned. Like {@link #close(Duration)}. */
    @Override
    default void close() {
        close(Duration.ofSeconds(10));
    }

    /**
     * Closes every pool behind it. New and waiting callers fail at once. Idle connections are closed now, leased ones
     * when they are returned. Those still leased after the grace are aborted. Returns when everything has ended; a
     * second call waits for that, too, and may shorten the grace.
     */
    void close(Duration grace);

    /** Not supported: the pool does not log through {@code java.util.logging}. */
    @Override
    default Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("the pool does not log through java.util.logging");
    }
}

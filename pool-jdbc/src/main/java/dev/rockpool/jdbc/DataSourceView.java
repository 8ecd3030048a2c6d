package dev.rockpool.jdbc;

import dev.rockpool.CallerQuota;
import dev.rockpool.Priority;
import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.engine.EngineQueue;
import dev.rockpool.jdbc.internal.connect.JdbcAcquire;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.PooledConnection;
import dev.rockpool.jdbc.internal.transaction.ThreadTransactions;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A {@link RockpoolDataSource} as some of its callers see it: with a quota ({@link RockpoolDataSource#callers}), with a
 * tag ({@link RockpoolDataSource#tagged}), or both. Thread-safe. What concerns the whole pool is asked of {@link
 * #pool()}. Closing it closes the pool.
 *
 * <pre>{@code
 * DataSourceView jobs = dataSource.callers("jobs", 4);
 * try (var connection = jobs.getConnection()) { ... }
 * }</pre>
 */
public final class DataSourceView implements PooledDataSource {
    private final JdbcView view;
    private final EngineQueue<PhysicalConnection> queue;
    private volatile int loginTimeout;
    private volatile ThreadTransactions transactions;

    DataSourceView(JdbcView view, EngineQueue<PhysicalConnection> queue) {
        this.view = view;
        this.queue = queue;
    }

    /** The data source of the whole pool. */
    public RockpoolDataSource pool() {
        return view.getPool().getDataSource();
    }

    /** The same callers for coroutines. */
    public JdbcView asJdbcView() {
        return view;
    }

    /** The class of its callers, which have a quota; null if they have none. */
    public String name() {
        return view.getName();
    }

    /** What its connections are prepared for; null for no tag. */
    public Object tag() {
        return view.getTag();
    }

    /** The same callers with this tag. See {@link RockpoolDataSource#tagged}. */
    public DataSourceView tagged(Object tag) {
        return view.tagged(tag).getDataSource();
    }

    /**
     * The limits of its callers, and what they use now.
     *
     * @throws IllegalStateException if they have no quota
     */
    public CallerQuota quota() {
        return view.quota();
    }

    /**
     * Changes the limits. Connections that these callers have beyond a lower maximum stay with them until they are
     * returned.
     *
     * @param max how many connections they may have, at least 1
     * @param reserved how many places are kept for them, at most {@code max}
     * @throws dev.rockpool.InvalidConfigException naming all problems; then nothing has changed
     */
    public void limit(int max, int reserved) {
        view.limit(max, reserved);
    }

    /**
     * Leases a connection of this view; closing it returns it. Otherwise like
     * {@link RockpoolDataSource#getConnection()}. The error of a timeout tells whether the quota or the pool was the
     * limit.
     */
    @Override
    public Connection getConnection() throws SQLException {
        return lend(patience(), Priority.NORMAL);
    }

    @Override
    public Connection getConnection(Duration timeout, Priority priority) throws SQLException {
        return lend(NanoMath.nanos(timeout), Objects.requireNonNull(priority, "priority"));
    }

    /** Not supported: another user has another pool, with other quotas. */
    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "this view has no connections of other users; ask the data source of the pool");
    }

    private Running running() {
        return pool().running();
    }

    private long patience() {
        int seconds = loginTimeout;
        return seconds > 0
                ? TimeUnit.SECONDS.toNanos(seconds)
                : running().engine.getAcquireTimeout();
    }

    private PooledConnection lend(long nanos, Priority priority) throws SQLException {
        Running pool = running();
        return pool.preparation == null
                ? JdbcAcquire.lend(pool.engine, queue, nanos, priority)
                : JdbcAcquire.prepared(pool.engine, queue, nanos, priority, pool.preparation, view.getTag());
    }

    @Override
    public <R, X extends Exception> R withConnection(SqlFunctions.WithConnection<R, X> work) throws SQLException, X {
        return running().run(lend(patience(), Priority.NORMAL), work);
    }

    @Override
    public <R, X extends Exception> R withConnection(
            Duration timeout, Priority priority, SqlFunctions.WithConnection<R, X> work) throws SQLException, X {
        Objects.requireNonNull(priority, "priority");
        return running().run(lend(NanoMath.nanos(timeout), priority), work);
    }

    @Override
    public <R, X extends Exception> R transaction(TransactionOptions options, SqlFunctions.InTransaction<R, X> work)
            throws SQLException, X {
        return transactions().run(options, work);
    }

    private synchronized ThreadTransactions transactions() {
        if (transactions == null) {
            Running pool = running();
            transactions = new ThreadTransactions(
                    pool.engine.getName(),
                    pool.engine::snapshot,
                    connection -> pool.canceller.getValue(),
                    (priority, limit) -> lend(Math.min(limit, patience()), priority));
        }
        return transactions;
    }

    /** Closes the whole pool, as {@link RockpoolDataSource#close(Duration)} does. */
    @Override
    public void close(Duration grace) {
        pool().close(grace);
    }

    /** The login timeout in seconds; 0 if the default timeout applies. */
    @Override
    public int getLoginTimeout() {
        return loginTimeout;
    }

    /**
     * How long {@link #getConnection()} waits instead of the default timeout.
     *
     * @param seconds 0 for the default timeout
     */
    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        loginTimeout = JdbcAcquire.loginTimeout(seconds);
    }

    /** The log writer of the pool; null if there is none. */
    @Override
    public PrintWriter getLogWriter() {
        return pool().getLogWriter();
    }

    /** Sets the log writer of the pool. */
    @Override
    public void setLogWriter(PrintWriter out) {
        pool().setLogWriter(out);
    }

    /** Unwraps to this, the {@link JdbcView}, or what the data source of the pool unwraps to. */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type.isInstance(this)) return type.cast(this);
        return type.isInstance(view) ? type.cast(view) : pool().unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type != null && (type.isInstance(this) || type.isInstance(view) || pool().isWrapperFor(type));
    }

    @Override
    public String toString() {
        return view.toString();
    }
}

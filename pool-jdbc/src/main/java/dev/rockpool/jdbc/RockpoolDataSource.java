package dev.rockpool.jdbc;

import dev.rockpool.InvalidConfigException;
import dev.rockpool.Pool;
import dev.rockpool.PoolClosedException;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolException;
import dev.rockpool.PoolStats;
import dev.rockpool.Priority;
import dev.rockpool.internal.base.NanoMath;
import dev.rockpool.internal.base.PoolThreads;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.internal.registry.PoolMember;
import dev.rockpool.internal.spi.Engines;
import dev.rockpool.jdbc.internal.cancel.CancellationWatcher;
import dev.rockpool.jdbc.internal.config.Builders;
import dev.rockpool.jdbc.internal.connect.CurrentCredentials;
import dev.rockpool.jdbc.internal.connect.JdbcAcquire;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.PooledConnection;
import dev.rockpool.jdbc.internal.connection.Unwrap;
import dev.rockpool.jdbc.internal.transaction.ThreadTransactions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import kotlin.Lazy;

/**
 * A pool of JDBC connections as a {@link DataSource}. Thread-safe; close it when it is no longer needed.
 *
 * <pre>{@code
 * try (var dataSource = RockpoolDataSource.builder().name("orders").url(url).username(user).password(password).build();
 *         var connection = dataSource.getConnection()) { ... }
 * }</pre>
 *
 * <p>Frameworks that create a data source by its class and then set properties use {@link #RockpoolDataSource()}. The
 * class is open only for proxies: no method calls another one that can be overridden.
 */
public class RockpoolDataSource extends BeanSettings implements PooledDataSource {
    private final ReentrantLock starting = new ReentrantLock();

    /** Null until the pool starts. Read without a fence: a thread that sees null checks again under the lock. */
    private Running running;

    private boolean closed; // before it started; guarded by the lock
    private volatile int loginTimeout;
    private final EventLog events = new EventLog();

    /**
     * Creates a data source without settings, for frameworks; other code should use {@link #builder()}. The pool starts
     * with the first request for a connection, or for anything else that only a pool can answer. Then the settings are
     * checked, and one {@link dev.rockpool.InvalidConfigException} lists all problems. After that they cannot be
     * changed.
     */
    public RockpoolDataSource() {}

    /** A builder for the settings of a new pool; its {@code build()} creates the pool. */
    public static JdbcBuilder<RockpoolDataSource> builder() {
        return Builders.builderOf(RockpoolDataSource::create);
    }

    /** The settings of a file that was written for HikariCP ({@code hikari.properties}); its {@code build()} creates the pool. */
    public static HikariProperties fromHikari(Path file) throws IOException {
        return HikariProperties.read(file);
    }

    /** The settings of HikariCP's properties; {@code build()} creates the pool. */
    public static HikariProperties fromHikari(Properties properties) {
        return HikariProperties.of(properties);
    }

    /**
     * Creates a pool with these settings. {@link JdbcBuilder#startup} determines whether it waits for the first
     * connection.
     *
     * @throws dev.rockpool.PoolException if it waited for the first connection and connecting failed
     */
    public static RockpoolDataSource create(JdbcConfig config) {
        return new JdbcPool(config).getDataSource();
    }

    @Override
    public Connection getConnection() throws SQLException {
        return acquire(Priority.NORMAL, Long.MAX_VALUE);
    }

    @Override
    public Connection getConnection(Duration timeout, Priority priority) throws SQLException {
        return acquireWithin(timeout, priority);
    }

    private PooledConnection acquire(Priority priority, long limit) throws SQLException {
        Running pool = running;
        if (pool == null) pool = startForConnection();
        if (pool.preparation != null) return pool.lend(priority, Math.min(limit, patience(pool)));
        Slot<PhysicalConnection> slot = pool.engine.tryAcquire(Thread.currentThread());
        if (slot == null) slot = JdbcAcquire.await(pool.engine, Math.min(limit, patience(pool)), priority);
        return new PooledConnection(pool.engine, slot, slot.granted()).begin();
    }

    private PooledConnection acquireWithin(Duration timeout, Priority priority) throws SQLException {
        Objects.requireNonNull(priority, "priority");
        Running pool = running;
        if (pool == null) pool = startForConnection();
        return pool.lend(priority, NanoMath.nanos(timeout));
    }

    private long patience(Running pool) {
        int seconds = loginTimeout;
        return seconds > 0 ? TimeUnit.SECONDS.toNanos(seconds) : pool.engine.getAcquireTimeout();
    }

    /**
     * Leases a connection of this user. If the login is that of the pool, the connection is one of the pool's. For
     * another user it is from a pool of that user, if {@link JdbcSettings#getUserPools userPools} is set. Waits and fails
     * like {@link #getConnection()}. If the server refuses the login, its error is the cause.
     *
     * @throws SQLFeatureNotSupportedException if the login is not that of the pool, and {@code userPools} is not set,
     *     because all connections of a pool have the same user
     */
    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        Running pool = running;
        if (pool == null) pool = startForConnection();
        if (pool.logins.areAlways(username, password)) return acquire(Priority.NORMAL, Long.MAX_VALUE);
        return pool.ofUser(username, password, loginTimeout);
    }

    @Override
    public <R, X extends Exception> R withConnection(SqlFunctions.WithConnection<R, X> work) throws SQLException, X {
        PooledConnection connection = acquire(Priority.NORMAL, Long.MAX_VALUE);
        return running().run(connection, work);
    }

    @Override
    public <R, X extends Exception> R withConnection(
            Duration timeout, Priority priority, SqlFunctions.WithConnection<R, X> work) throws SQLException, X {
        PooledConnection connection = acquireWithin(timeout, priority);
        return running().run(connection, work);
    }

    @Override
    public <R, X extends Exception> R transaction(TransactionOptions options, SqlFunctions.InTransaction<R, X> work)
            throws SQLException, X {
        return transactions().run(options, work);
    }

    private ThreadTransactions transactions() {
        Running pool = running();
        ThreadTransactions started = pool.transactions;
        return started == null ? pool.startTransactions(this::acquire) : started;
    }

    /** As {@link #batchedQuery(String, SqlFunctions.Bind, SqlFunctions.Read, BatchOptions)} with {@link BatchOptions#defaults()}. */
    public <A, R> BatchedStatement<A, R> batchedQuery(
            String sql, SqlFunctions.Bind<? super A> bind, SqlFunctions.Read<? extends R> read) {
        return batchedQuery(sql, bind, read, BatchOptions.defaults());
    }

    /**
     * A query whose calls are sent together while they wait for a connection, in one round trip. It must only read,
     * because it may run more than once for a call. See {@link BatchedStatement}.
     *
     * @param bind sets the parameters for one call
     * @param read reads the rows of one call
     * @throws IllegalArgumentException if {@code sql} is not exactly one statement
     */
    public <A, R> BatchedStatement<A, R> batchedQuery(
            String sql, SqlFunctions.Bind<? super A> bind, SqlFunctions.Read<? extends R> read, BatchOptions options) {
        return BatchedStatements.query(running(), sql, bind, read, options);
    }

    /** As {@link #batchedUpdate(String, SqlFunctions.Bind, BatchOptions)} with {@link BatchOptions#defaults()}. */
    public <A> BatchedStatement<A, Integer> batchedUpdate(String sql, SqlFunctions.Bind<? super A> bind) {
        return batchedUpdate(sql, bind, BatchOptions.defaults());
    }

    /**
     * An update whose calls run together while they wait for a connection, as one JDBC batch in one transaction. The
     * result of a call is its number of rows. See {@link BatchedStatement}.
     *
     * @param bind sets the parameters for one call
     * @throws IllegalArgumentException if {@code sql} is not exactly one statement
     */
    public <A> BatchedStatement<A, Integer> batchedUpdate(
            String sql, SqlFunctions.Bind<? super A> bind, BatchOptions options) {
        return BatchedStatements.update(running(), sql, bind, options);
    }

    /** As {@link #callers(String, int, int)}, without reserved places. */
    public DataSourceView callers(String name, int max) {
        return callers(name, max, 0);
    }

    /**
     * The view of this pool for one class of its callers, such as background jobs. They share a quota; see
     * {@link dev.rockpool.CallerPool}. Later calls with the same limits return a view with the same quota.
     *
     * @param name names the class in messages
     * @param max how many connections these callers may have at the same time, at least 1
     * @param reserved how many places of the pool no other caller may take, at most {@code max}
     * @throws InvalidConfigException naming all problems, or if the class exists with other limits
     */
    public DataSourceView callers(String name, int max, int reserved) {
        return asJdbcPool()
                .callers(Objects.requireNonNull(name, "name"), max, reserved)
                .getDataSource();
    }

    /**
     * The view of this pool for one tag, such as a tenant. Its connections are prepared for that tag by the {@link
     * JdbcSettings#getPreparer preparer}. See {@link JdbcPool#tagged}.
     *
     * @param tag any object with {@code equals}; null for connections without a tag, as this data source gives
     * @throws IllegalStateException if the pool has no preparer
     */
    public DataSourceView tagged(Object tag) {
        return asJdbcPool().tagged(tag).getDataSource();
    }

    /** As {@link #withConnection(SqlFunctions.WithConnection)}, with a connection that is prepared for this tag. */
    public <R, X extends Exception> R withConnection(Object tag, SqlFunctions.WithConnection<R, X> work)
            throws SQLException, X {
        return tagged(tag).withConnection(work);
    }

    /** As {@link #withConnection(Object, SqlFunctions.WithConnection)}, for work without a result. */
    public <X extends Exception> void useConnection(Object tag, SqlFunctions.UseConnection<X> work)
            throws SQLException, X {
        tagged(tag).useConnection(work);
    }

    /** The same pool for coroutines. */
    public JdbcPool asJdbcPool() {
        return running().pool;
    }

    /** The settings it was created with. Those of the pool can change; {@code control().getConfig()} has them as they are now. */
    public JdbcConfig config() {
        return running().pool.getConfig();
    }

    /** For operators of the pool: events, health, eviction, pausing, settings. */
    public PoolControl control() {
        return running().engine.getControl();
    }

    /** The current numbers of the pool, counted for this call. */
    public PoolStats snapshot() {
        return running().engine.snapshot();
    }

    /** Closes a leased connection instead of returning it. Like {@link JdbcPool#evict}. */
    public boolean evict(Connection connection) {
        return running().pool.evict(connection);
    }

    /** Sets the credentials of all new connections; open ones stay. Like {@link JdbcPool#changeCredentials}. */
    public void changeCredentials(String username, String password) {
        running().pool.changeCredentials(username, password);
    }

    /** Sets the supplier of credentials for all new connections. */
    public void changeCredentials(CredentialsSupplier credentials) {
        running().pool.changeCredentials(credentials);
    }

    @Override
    public void close(Duration grace) {
        Running pool = closing();
        if (pool == null) return;
        pool.closeAsync(grace).join();
        pool.whenClosed.run();
        PoolThreads.INSTANCE.joinUnneeded();
    }

    /**
     * Ends every lease and cuts off all connections. When the result completes, no call on them can succeed any more,
     * unless an abort has hung for a moment.
     */
    CompletableFuture<Void> abortLeases(String reason) {
        return running().abortLeases(reason);
    }

    /** New connections go to another server from now on. */
    void serverChanged() {
        running().engine.serverChanged();
    }

    /** This pool in a registry, which it was created with these settings for. */
    PoolMember asMember(Object settings) {
        Running pool = running();
        return new PoolMember(pool.engine, pool.pool, settings, pool.freed(), pool::closeAsync);
    }

    /** Closes the pools of users. Completes when they have ended. */
    CompletableFuture<Void> closeUsers(Duration grace) {
        UserPools users = running().users;
        return users == null ? CompletableFuture.completedFuture(null) : users.closeAsync(grace);
    }

    /** The pool to close; null if it has not started, in which case it never will. */
    private Running closing() {
        starting.lock();
        try {
            closed = true;
            return running;
        } finally {
            starting.unlock();
        }
    }

    /** The login timeout in seconds; 0 if the pool's {@code acquireTimeout} applies. */
    @Override
    public int getLoginTimeout() {
        return loginTimeout;
    }

    /**
     * How long {@link #getConnection()} waits instead of the pool's {@code acquireTimeout}.
     *
     * @param seconds 0 for the pool's {@code acquireTimeout}
     */
    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        loginTimeout = JdbcAcquire.loginTimeout(seconds);
    }

    /** The log writer; null if there is none. */
    @Override
    public PrintWriter getLogWriter() {
        return events.writer();
    }

    /**
     * Writes a line for each event of the pool ({@link PoolControl#getEvents}), in addition to the SLF4J log.
     *
     * @param out null for none, which is the default
     */
    @Override
    public void setLogWriter(PrintWriter out) {
        starting.lock();
        try {
            events.writer(out, running == null ? null : running.engine);
        } finally {
            starting.unlock();
        }
    }

    /**
     * Unwraps to this, the {@link JdbcPool}, the generic {@link Pool} behind both, or the data source that opens the
     * connections.
     */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (Unwrap.is(this, type)) return type.cast(this);
        if (type.isAssignableFrom(JdbcPool.class)) return type.cast(running().pool);
        if (type.isAssignableFrom(Engines.getPoolType())) return type.cast(running().generic);
        DataSource source = source();
        if (source == null) throw new SQLException("this data source is no " + type.getName() + " and wraps none");
        return Unwrap.to(type, source);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        if (type == null) return false;
        if (type.isInstance(this)
                || type.isAssignableFrom(JdbcPool.class)
                || type.isAssignableFrom(Engines.getPoolType())) return true;
        DataSource source = source();
        return source != null && Unwrap.reaches(type, source);
    }

    @Override
    public String toString() {
        Running pool = running;
        return pool == null ? "pool '" + poolName() + "', not started" : pool.pool.toString();
    }

    /** The pool, started if it was not. */
    Running running() {
        Running pool = running;
        return pool == null ? start(false) : pool;
    }

    /** As JDBC requires, exceptions of the pool become SQLExceptions, except for invalid settings. */
    private Running startForConnection() throws SQLException {
        try {
            return start(true);
        } catch (InvalidConfigException e) {
            throw e;
        } catch (PoolException e) {
            throw JdbcAcquire.translated(e);
        }
    }

    /** @param awaited whether the caller is about to wait for a connection */
    private Running start(boolean awaited) {
        starting.lock();
        try {
            if (running != null) return running;
            if (closed) throw new PoolClosedException(poolName());
            new JdbcPool(written(), this, awaited, null);
            return running;
        } finally {
            starting.unlock();
        }
    }

    /** Called once, by the pool of this data source. */
    RockpoolDataSource started(
            JdbcPool pool,
            Engine<PhysicalConnection> engine,
            Lazy<CancellationWatcher> canceller,
            CurrentCredentials logins,
            Runnable whenClosed) {
        starting.lock(); // so that a thread that saw null without the lock now sees the pool
        try {
            running = new Running(pool, engine, canceller, logins, whenClosed);
            events.write(engine);
            return this;
        } finally {
            starting.unlock();
        }
    }

    @Override
    JdbcBuilder<JdbcConfig> settings(String changed) {
        Running pool = running;
        if (pool == null) return super.settings(changed);
        throw new IllegalStateException("pool '" + poolName() + "' has started, so " + changed
                + " cannot be set any more; set it before the first getConnection, or see control().reconfigure");
    }

    @Override
    JdbcConfig runningConfig() {
        Running pool = running;
        return pool == null ? null : pool.pool.getConfig();
    }

    @Override
    Credentials login() throws SQLException {
        Running pool = running;
        return pool == null ? super.login() : pool.logins.next();
    }
}

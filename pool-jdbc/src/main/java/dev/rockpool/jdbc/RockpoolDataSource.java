package dev.rockpool.jdbc;

import dev.rockpool.BlockingConnectionHooks;
import dev.rockpool.Pool;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolStats;
import dev.rockpool.Priority;
import dev.rockpool.internal.core.Lending;
import dev.rockpool.internal.core.Slot;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.internal.engine.EnginePool;
import dev.rockpool.internal.engine.PoolThreads;
import dev.rockpool.jdbc.internal.Acquiring;
import dev.rockpool.jdbc.internal.Canceller;
import dev.rockpool.jdbc.internal.PhysicalConnection;
import dev.rockpool.jdbc.internal.PooledConnection;
import dev.rockpool.jdbc.internal.ThreadCaller;
import dev.rockpool.jdbc.internal.ThreadTransactions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A pool of JDBC connections as a {@link DataSource}. Thread-safe; close it when it is no longer needed.
 *
 * <pre>{@code
 * try (var dataSource = RockpoolDataSource.builder().name("orders").url(url).username(user).password(password).build();
 *         var connection = dataSource.getConnection()) { ... }
 * }</pre>
 */
public final class RockpoolDataSource implements DataSource, AutoCloseable {
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private final JdbcPool pool;
    private final Pool<?> generic;
    private final Engine<PhysicalConnection> engine;
    private final Lending<PhysicalConnection> lending;
    private final Canceller canceller;
    private final ThreadTransactions transactions;
    private final Runnable whenClosed;
    private final BlockingConnectionHooks<Connection> hooks;
    private volatile int loginTimeout;
    private volatile PrintWriter logWriter;
    private AutoCloseable logging;

    /**
     * The data source of a pool; {@link JdbcPool#getDataSource} is the only one it has.
     */
    RockpoolDataSource(
            JdbcPool pool, EnginePool<PhysicalConnection> generic, Canceller canceller, Runnable whenClosed) {
        this.whenClosed = whenClosed;
        this.pool = pool;
        this.generic = generic;
        this.engine = generic.getEngine();
        this.lending = engine.getLending();
        this.canceller = canceller;
        this.transactions = new ThreadTransactions(engine, canceller, this::acquire);
        this.hooks = pool.getConfig().getHooks();
    }

    /** Starts to write the settings of a new pool; its {@code build()} creates the pool. */
    public static JdbcBuilder<RockpoolDataSource> builder() {
        return JdbcBuilder.of(RockpoolDataSource::create);
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
     * Creates a pool with these settings. Connects in the background, or first, as {@link JdbcSettings#getStartup} says.
     *
     * @throws dev.rockpool.PoolException when it was to connect first and could not
     */
    public static RockpoolDataSource create(JdbcConfig config) {
        return new JdbcPool(config).getDataSource();
    }

    /**
     * A connection of the pool; closing it returns it. Waits for one at most {@code acquireTimeout}, or the login timeout
     * if one is set.
     *
     * @throws java.sql.SQLTransientConnectionException when none became free in time, or too many wait already; if connecting
     *     fails, the latest failure is its cause and gives the SQLState and vendor code
     * @throws SQLException when connecting failed for good, when the pool is closed, or when the thread is interrupted while it
     *     waits (the cause is an {@link InterruptedException} and the thread's flag is set)
     */
    @Override
    public Connection getConnection() throws SQLException {
        return acquire(Priority.NORMAL, Long.MAX_VALUE);
    }

    private PooledConnection acquire(Priority priority, long limit) throws SQLException {
        if (hooks != null) return Acquiring.hooked(engine, Math.min(limit, patience()), priority, hooks);
        Slot<PhysicalConnection> slot = lending.tryLend(Thread.currentThread());
        if (slot == null) slot = Acquiring.await(engine, Math.min(limit, patience()), priority);
        return new PooledConnection(engine, slot, slot.granted());
    }

    private long patience() {
        int seconds = loginTimeout;
        return seconds > 0 ? TimeUnit.SECONDS.toNanos(seconds) : engine.getAcquireTimeout();
    }

    /** Not supported: all connections of a pool have the same user. */
    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("pool '" + engine.getConfig().getName()
                + "' has one user for all its connections; create a pool per user");
    }

    // ---- work ------------------------------------------------------------------------------------------------------

    /**
     * Runs this with a connection, and returns the connection when it returns or throws.
     *
     * <p>When its thread is interrupted while a statement runs, the server is asked to cancel the statement, which ends with an
     * {@link SQLException} whose cause is an {@link InterruptedException}; the thread's flag stays set. Statements after that run
     * as usual.
     *
     * @throws SQLException as {@link #getConnection()}, or as the work does
     */
    public <R, X extends Exception> R withConnection(Work.WithConnection<R, X> work) throws SQLException, X {
        try (PooledConnection connection = acquire(Priority.NORMAL, Long.MAX_VALUE)) {
            canceller.worksFor(connection, new ThreadCaller(engine.getConfig().getName(), null));
            try {
                return work.run(connection);
            } finally {
                connection.worksFor(null);
            }
        }
    }

    /** As {@link #withConnection}, for work without a result. */
    public <X extends Exception> void useConnection(Work.UseConnection<X> work) throws SQLException, X {
        this.<Void, X>withConnection(connection -> {
            work.run(connection);
            return null;
        });
    }

    /** As {@link #transaction(TransactionOptions, Work.InTransaction)} with {@link TransactionOptions#defaults()}. */
    public <R, X extends Exception> R transaction(Work.InTransaction<R, X> work) throws SQLException, X {
        return transaction(TransactionOptions.defaults(), work);
    }

    /**
     * Runs this in a transaction: committed when it returns, rolled back when it throws. What it throws is rethrown as it is;
     * should rolling back fail too, that is added as suppressed, and the connection is not used again.
     *
     * <p>Inside the work of another transaction of this data source on the same thread it is a savepoint in that one, on the
     * same connection; retry and priority are those of the outermost then, and read-only is not enforced. The transactions of
     * {@link #asJdbcPool()} are not seen.
     *
     * <p>An interrupt cancels a statement as in {@link #withConnection}.
     *
     * @throws java.sql.SQLTimeoutException (SQLState 57014, as PostgreSQL has it) when it was not committed within its
     *     {@link TransactionOptions#timeout}; its cause is what the work failed with because of that, if so
     * @throws java.sql.SQLNonTransientConnectionException (SQLState 08007, as the standard has it) when the connection was lost
     *     during the commit, so that nobody knows whether it was committed; the cause is what the driver said
     * @throws SQLException as {@link #getConnection()}, as the work does, or what a call of begin, commit or savepoint met
     * @throws IllegalStateException inside another transaction: when an isolation is asked for that is not that one's, or
     *     {@code readOnly(false)} and that one is read-only
     */
    public <R, X extends Exception> R transaction(TransactionOptions options, Work.InTransaction<R, X> work)
            throws SQLException, X {
        return transactions.run(options, work);
    }

    /** As {@link #transaction(Work.InTransaction)}, for work without a result. */
    public <X extends Exception> void useTransaction(Work.UseTransaction<X> work) throws SQLException, X {
        useTransaction(TransactionOptions.defaults(), work);
    }

    /** As {@link #transaction(TransactionOptions, Work.InTransaction)}, for work without a result. */
    public <X extends Exception> void useTransaction(TransactionOptions options, Work.UseTransaction<X> work)
            throws SQLException, X {
        this.<Void, X>transaction(options, (transaction, connection) -> {
            work.run(transaction, connection);
            return null;
        });
    }

    // ---- the pool behind it ----------------------------------------------------------------------------------------

    /** The same pool for coroutines. */
    public JdbcPool asJdbcPool() {
        return pool;
    }

    /** What whoever operates the pool does with it: events, health, eviction, pausing, settings. */
    public PoolControl control() {
        return engine.getControl();
    }

    /** The numbers of the pool now, counted for this call. */
    public PoolStats snapshot() {
        return engine.snapshot();
    }

    /** Closes a connection that is in use for good, instead of returning it. As {@link JdbcPool#evict}. */
    public boolean evict(Connection connection) {
        return pool.evict(connection);
    }

    /** New connections log in with these credentials from now on; those that are open stay. As {@link JdbcPool#changeCredentials}. */
    public void changeCredentials(String username, String password) {
        pool.changeCredentials(username, password);
    }

    /** The same with credentials that change by themselves. */
    public void changeCredentials(CredentialsSupplier credentials) {
        pool.changeCredentials(credentials);
    }

    /** Closes the pool; connections in use have ten seconds to be returned. As {@link #close(Duration)}. */
    @Override
    public void close() {
        close(DEFAULT_GRACE);
    }

    /**
     * Closes the pool: {@code getConnection} fails from now on, also for those who wait; idle connections are closed now,
     * those in use when they are returned. Those still out after the grace are aborted. Returns when everything has ended;
     * a second call waits for that, too.
     */
    public void close(Duration grace) {
        engine.closeAsync(grace).join();
        whenClosed.run();
        PoolThreads.INSTANCE.joinUnneeded();
    }

    // ---- what a DataSource has beside ------------------------------------------------------------------------------

    /** The login timeout in seconds; 0 when the pool's {@code acquireTimeout} holds. */
    @Override
    public int getLoginTimeout() {
        return loginTimeout;
    }

    /**
     * How long {@link #getConnection()} waits instead of the pool's {@code acquireTimeout}.
     *
     * @param seconds 0 for the pool's own
     */
    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        if (seconds < 0) throw new SQLException("login timeout is " + seconds + " but must be 0 or more seconds");
        loginTimeout = seconds;
    }

    /** The writer that was set; null when there is none. */
    @Override
    public PrintWriter getLogWriter() {
        return logWriter;
    }

    /**
     * Has a line written for each event of the pool ({@link PoolControl#getEvents}), beside what the pool logs through SLF4J.
     *
     * @param out null for none, which is the default
     */
    @Override
    public synchronized void setLogWriter(PrintWriter out) {
        try {
            if (logging != null) logging.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        logWriter = out;
        String name = engine.getConfig().getName();
        logging = out == null
                ? null
                : control().addListener(event -> {
                    out.println("pool '" + name + "': " + event);
                    out.flush();
                });
    }

    /** Not supported: the pool does not log through {@code java.util.logging}. */
    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("the pool does not log through java.util.logging");
    }

    /** Reaches this, the {@link JdbcPool}, or the generic {@link Pool} behind both. */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        Object found = find(type);
        if (found != null) return type.cast(found);
        throw new SQLException("this data source is no " + type.getName() + " and wraps none");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return find(type) != null;
    }

    private Object find(Class<?> type) {
        if (type.isInstance(this)) return this;
        if (type.isInstance(pool)) return pool;
        return type.isInstance(generic) ? generic : null;
    }

    @Override
    public String toString() {
        return pool.toString();
    }
}

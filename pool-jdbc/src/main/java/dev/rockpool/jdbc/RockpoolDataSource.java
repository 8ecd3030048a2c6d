package dev.rockpool.jdbc;

import dev.rockpool.Pool;
import dev.rockpool.PoolControl;
import dev.rockpool.PoolStats;
import dev.rockpool.internal.core.Lending;
import dev.rockpool.internal.core.Slot;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.internal.engine.EnginePool;
import dev.rockpool.jdbc.internal.Acquiring;
import dev.rockpool.jdbc.internal.PhysicalConnection;
import dev.rockpool.jdbc.internal.PooledConnection;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Properties;
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
    private volatile int loginTimeout;
    private volatile PrintWriter logWriter;

    /**
     * The data source of a pool; {@link JdbcPool#getDataSource} is the only one it has.
     */
    RockpoolDataSource(JdbcPool pool, EnginePool<PhysicalConnection> generic) {
        this.pool = pool;
        this.generic = generic;
        this.engine = generic.getEngine();
        this.lending = engine.getLending();
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

    /** Creates a pool with these settings, and starts to connect in the background. */
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
        Slot<PhysicalConnection> slot = lending.tryLend(Thread.currentThread());
        if (slot == null) slot = Acquiring.await(engine, loginTimeout);
        return new PooledConnection(engine, slot, slot.granted());
    }

    /** Not supported: all connections of a pool have the same user. */
    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("pool '" + engine.getConfig().getName()
                + "' has one user for all its connections; create a pool per user");
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

    /** The writer that was set; the pool itself logs through SLF4J and writes nothing to it. */
    @Override
    public PrintWriter getLogWriter() {
        return logWriter;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        logWriter = out;
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

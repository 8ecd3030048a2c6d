package dev.rockpool.jdbc.internal.sqlite;

import dev.rockpool.internal.base.PoolLogKt;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.internal.spi.Engines;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * The parts of a pool that only SQLite needs: the write lock and, for an in-memory database, one connection that is
 * never lent or retired, because such a database ends with its last connection.
 *
 * <p>Thread-safe.
 */
public final class SqliteDatabase {
    /** More of a statement is rarely worth reading. */
    private static final int READABLE = 200;

    private final SqliteUrl url;
    private final String pool;
    private final Engine<Object> permits;
    private final WriteLock lock;

    /** How transactions that may write begin; null for DEFERRED ones. */
    private final String begin;

    /** Lets one connection open at a time, because concurrent changes of the journal mode would be rejected. */
    private final ReentrantLock opening = new ReentrantLock();

    /** The connection that keeps an in-memory database alive. */
    private final AtomicReference<Connection> anchor = new AtomicReference<>();

    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile boolean ended;

    /**
     * @param pool the name of the pool
     * @param acquireTimeout the pool's current acquireTimeout in nanoseconds; {@code Long.MAX_VALUE} means no limit
     */
    public SqliteDatabase(SqliteUrl url, String pool, LongSupplier acquireTimeout) {
        this.url = url;
        this.pool = pool;
        this.permits = Engines.startPermit(pool + ": the turn to write");
        this.lock = new WriteLock(pool, permits, acquireTimeout);
        boolean deferred = url.isReadOnly() || url.transactionMode().equals(SqliteUrl.DEFERRED);
        this.begin = deferred ? null : "begin " + url.transactionMode();
    }

    public String urlForDriver() {
        return url.forDriver();
    }

    public Map<String, String> propertiesForDriver() {
        return url.propertiesForDriver();
    }

    /** Opens a connection with the driver, and makes its statements wait for the write lock. */
    public Connection connect(Opening driver) throws SQLException {
        opening.lock();
        try {
            if (url.isShared() && anchor.get() == null) {
                anchor.set(driver.open());
                if (ended) dropAnchor();
            }
            return WriteLockingConnection.of(driver.open(), lock, begin, url.isShared(), this::warnOfRest);
        } finally {
            opening.unlock();
        }
    }

    /** Logs this once, because programs that do it do it all the time. */
    private void warnOfRest(String sql) {
        if (!warned.compareAndSet(false, true)) return;
        PoolLogKt.logWarn(
                null,
                () -> "pool '" + pool
                        + "': SQLite's driver runs only the first statement of a text, unless it is given to "
                        + "executeUpdate; it leaves out what follows the first of: "
                        + sql.substring(0, Math.min(READABLE, sql.length())));
    }

    /** Called when the pool is closed: nothing can be written after that. A second call does nothing. */
    public void end() {
        permits.closeAsync(Duration.ZERO).join();
        ended = true;
        dropAnchor();
    }

    private void dropAnchor() {
        Connection last = anchor.getAndSet(null);
        if (last == null) return;
        try {
            last.close();
        } catch (SQLException e) {
            // the in-memory database ends anyway
        }
    }
}

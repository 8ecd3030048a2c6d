package dev.rockpool.jdbc.internal.connect;

import dev.rockpool.AcquireTimeoutException;
import dev.rockpool.BucketMovingException;
import dev.rockpool.ConnectFailedException;
import dev.rockpool.ConnectFailure;
import dev.rockpool.PoolClosedException;
import dev.rockpool.PoolException;
import dev.rockpool.PoolExhaustedException;
import dev.rockpool.Priority;
import dev.rockpool.internal.balance.Balancer;
import dev.rockpool.internal.balance.Candidate;
import dev.rockpool.internal.balance.Candidates;
import dev.rockpool.internal.balance.MemberLeasing;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.internal.engine.EngineQueue;
import dev.rockpool.internal.engine.acquire.PrepareAttempts;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.PooledConnection;
import dev.rockpool.jdbc.internal.connection.Preparation;
import dev.rockpool.jdbc.internal.connection.UnpreparedException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.util.List;

/** Waits for a connection and converts exceptions of the pool to SQLExceptions. */
public final class JdbcAcquire {
    /** The database cannot be reached or refuses connections, and its driver gave no state. */
    private static final String NO_CONNECTION = "08001";

    // The states below are outside class 08, because the database is reachable and only the pool has no connection to
    // lend.

    /** The wait timed out. */
    private static final String TIMEOUT = "HYT00";

    /** Not enough resources: connections. */
    private static final String EXHAUSTED = "53300";

    /** The call came at the wrong time: the pool is closed. */
    private static final String CLOSED = "HY010";

    /** Any other error: the hook's own. */
    private static final String UNPREPARED = "HY000";

    private JdbcAcquire() {}

    /**
     * Checks the login timeout of a data source.
     *
     * @param seconds 0 for none
     */
    public static int loginTimeout(int seconds) throws SQLException {
        if (seconds < 0) throw new SQLException("login timeout is " + seconds + " but must be 0 or more seconds");
        return seconds;
    }

    /**
     * @param nanos how long to wait; {@code Long.MAX_VALUE} for ever
     */
    public static Slot<PhysicalConnection> await(Engine<PhysicalConnection> engine, long nanos, Priority priority)
            throws SQLException {
        try {
            return engine.acquire(nanos, priority);
        } catch (InterruptedException e) {
            throw interrupted(engine.getName(), e);
        } catch (PoolException e) {
            throw translated(e);
        }
    }

    /** The same for a pool with hooks or tags: a connection that is prepared for its user, who may have a tag. */
    public static PooledConnection prepared(
            Engine<PhysicalConnection> engine,
            EngineQueue<PhysicalConnection> queue,
            long nanos,
            Priority priority,
            Preparation preparation,
            Object tag)
            throws SQLException {
        PrepareAttempts attempts = engine.prepareAttempts(nanos);
        for (; ; ) {
            PooledConnection connection = queue == null
                    ? lend(engine, attempts.left(), priority)
                    : lend(engine, queue, attempts.left(), priority);
            try {
                connection.prepare(preparation, tag);
                return connection;
            } catch (UnpreparedException e) {
                failed(attempts, e.getCause());
            }
        }
    }

    /**
     * A connection of one of several pools that is not prepared.
     *
     * @param nanos how long to wait; {@code Long.MAX_VALUE} for ever
     */
    public static PooledConnection lend(
            Balancer<PhysicalConnection> pools,
            long nanos,
            Priority priority,
            MemberLeasing<PhysicalConnection, PooledConnection> leasing)
            throws SQLException {
        PooledConnection connection = pools.tryAcquire(Thread.currentThread(), leasing);
        if (connection != null) return connection.begin();
        try {
            return pools.awaitOnThread(nanos, priority, leasing).begin();
        } catch (InterruptedException e) {
            throw interrupted(pools.getName(), e);
        } catch (PoolException e) {
            throw translated(e);
        }
    }

    /**
     * A connection of one of several pools that come and go. It is not prepared.
     *
     * @param name names all of them together
     * @param among those that may serve the caller; others may join while it waits
     * @param nanos how long to wait; {@code Long.MAX_VALUE} for ever
     */
    public static PooledConnection lend(
            String name,
            Candidates<PhysicalConnection> pools,
            List<Candidate<PhysicalConnection>> among,
            long nanos,
            Priority priority,
            MemberLeasing<PhysicalConnection, PooledConnection> leasing)
            throws SQLException {
        PooledConnection connection = pools.tryAcquire(among, Thread.currentThread(), leasing);
        if (connection != null) return connection.begin();
        try {
            return pools.awaitOnThread(among, nanos, priority, leasing).begin();
        } catch (InterruptedException e) {
            throw interrupted(name, e);
        } catch (PoolException e) {
            throw translated(e);
        }
    }

    /** A connection for callers with a quota or a preference, which is not prepared. */
    public static PooledConnection lend(
            Engine<PhysicalConnection> engine, EngineQueue<PhysicalConnection> queue, long nanos, Priority priority)
            throws SQLException {
        try {
            Slot<PhysicalConnection> slot = queue.acquire(nanos, priority);
            return new PooledConnection(engine, slot, slot.granted()).begin();
        } catch (InterruptedException e) {
            throw interrupted(engine.getName(), e);
        } catch (PoolException e) {
            throw translated(e);
        }
    }

    private static SQLException interrupted(String pool, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new SQLException("pool '" + pool + "': interrupted while waiting for a connection", e);
    }

    /** A connection that is not prepared; the same otherwise. */
    public static PooledConnection lend(Engine<PhysicalConnection> engine, long nanos, Priority priority)
            throws SQLException {
        Slot<PhysicalConnection> slot = engine.tryAcquire(Thread.currentThread());
        if (slot == null) slot = await(engine, nanos, priority);
        return new PooledConnection(engine, slot, slot.granted()).begin();
    }

    /** Counts a connection that could not be prepared. Throws if that was the last attempt. */
    public static void failed(PrepareAttempts attempts, Throwable cause) throws SQLException {
        try {
            attempts.failed(cause);
        } catch (ConnectFailedException | AcquireTimeoutException e) {
            throw translated(e, UNPREPARED);
        }
    }

    /** Converts to the exception for JDBC callers. */
    public static SQLException translated(PoolException e) {
        return translated(e, stateOf(e));
    }

    private static String stateOf(PoolException e) {
        if (e instanceof PoolExhaustedException) return EXHAUSTED;
        if (e instanceof PoolClosedException) return CLOSED;
        if (e instanceof BucketMovingException) return TIMEOUT;
        return e instanceof AcquireTimeoutException && e.getCause() == null ? TIMEOUT : NO_CONNECTION;
    }

    /** @param otherwise the state if the cause has none */
    private static SQLException translated(PoolException e, String otherwise) {
        Throwable cause = e.getCause();
        SQLException failure = cause instanceof SQLException sql ? sql : null;
        String state = failure == null ? otherwise : failure.getSQLState();
        int code = failure == null ? 0 : failure.getErrorCode();
        boolean again = e instanceof AcquireTimeoutException
                || e instanceof PoolExhaustedException
                || e instanceof BucketMovingException
                || e instanceof ConnectFailedException failed && failed.getFailure() != ConnectFailure.PERMANENT;
        SQLException result = again
                ? new SQLTransientConnectionException(e.getMessage(), state, code, cause)
                : new SQLNonTransientConnectionException(e.getMessage(), state, code, cause);
        if (failure != null) result.setNextException(failure);
        return result;
    }
}

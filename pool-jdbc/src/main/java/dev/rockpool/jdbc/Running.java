package dev.rockpool.jdbc;

import dev.rockpool.Pool;
import dev.rockpool.Priority;
import dev.rockpool.internal.base.PoolThreads;
import dev.rockpool.internal.base.TimeLimits;
import dev.rockpool.internal.core.slot.Slot;
import dev.rockpool.internal.engine.Engine;
import dev.rockpool.internal.engine.EngineQueue;
import dev.rockpool.jdbc.internal.cancel.CancellationWatcher;
import dev.rockpool.jdbc.internal.connect.CurrentCredentials;
import dev.rockpool.jdbc.internal.connect.JdbcAcquire;
import dev.rockpool.jdbc.internal.connection.PhysicalConnection;
import dev.rockpool.jdbc.internal.connection.PooledConnection;
import dev.rockpool.jdbc.internal.connection.Preparation;
import dev.rockpool.jdbc.internal.connection.TagState;
import dev.rockpool.jdbc.internal.connection.ThreadToken;
import dev.rockpool.jdbc.internal.transaction.ThreadTransactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kotlin.Lazy;

/**
 * The pool behind a {@link RockpoolDataSource}. All fields but one are final, so a data source may publish it without a
 * fence.
 */
final class Running {
    private static final long ABORT_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    final JdbcPool pool;
    final Pool<?> generic;
    final Engine<PhysicalConnection> engine;

    /** Null if connections are lent as they are. */
    final Preparation preparation;

    /** Prefers connections without a tag; null if the pool knows no tags. */
    private final EngineQueue<PhysicalConnection> untagged;

    final Lazy<CancellationWatcher> canceller;
    final CurrentCredentials logins;
    final Runnable whenClosed;

    /** Null until the first transaction. */
    volatile ThreadTransactions transactions;

    /** Null unless {@code userPools} is set. */
    final UserPools users;

    /** Completes when this pool and those of users have ended. */
    private final CompletableFuture<Void> ended;

    Running(
            JdbcPool pool,
            Engine<PhysicalConnection> engine,
            Lazy<CancellationWatcher> canceller,
            CurrentCredentials logins,
            Runnable whenClosed) {
        this.pool = pool;
        this.generic = engine.getPool();
        this.engine = engine;
        JdbcConfig config = pool.getConfig();
        this.preparation = config.getHooks() == null && config.getPreparer() == null
                ? null
                : new Preparation(config.getHooks(), config.getPreparer());
        this.untagged = preparation == null || preparation.preparer() == null
                ? null
                : engine.preferring(TagState.preference(engine, preparation.preparer(), null));
        this.canceller = canceller;
        this.logins = logins;
        this.whenClosed = whenClosed;
        this.users = pool.getConfig().getUserPools() ? new UserPools(pool.getConfig()) : null;
        this.ended = users == null ? engine.ended() : engine.ended().thenCompose(end -> users.end());
    }

    /** The generic pool behind this one. */
    Pool<PhysicalConnection> generic() {
        return engine.getPool();
    }

    /**
     * Leases a connection of another user.
     *
     * @param seconds how long to wait; 0 for the pool's {@code acquireTimeout}
     */
    Connection ofUser(String user, String password, int seconds) throws SQLException {
        if (users == null)
            throw new SQLFeatureNotSupportedException("pool '" + engine.getName()
                    + "' has one user for all its connections; set userPools, or create a pool per user");
        return users.connection(user, password, seconds > 0 ? Duration.ofSeconds(seconds) : null);
    }

    /** Closes the pools of users, if there are any, and then this pool. Completes when they have ended. */
    CompletableFuture<Void> closeAsync(Duration grace) {
        if (users != null) users.closeAsync(grace); // first, because without this pool they have no grace
        engine.closeAsync(grace);
        return ended.copy();
    }

    /** Completes when this pool and those of users have ended, and what else they had is freed. */
    CompletableFuture<Void> freed() {
        return ended.thenRun(whenClosed);
    }

    /** Ends every lease. The result completes when all connections are cut off, also idle ones, or a moment later. */
    CompletableFuture<Void> abortLeases(String reason) {
        List<PhysicalConnection> open = new ArrayList<>();
        for (Slot<PhysicalConnection> slot : engine.allSlots()) {
            PhysicalConnection physical = slot.connection();
            if (physical != null) open.add(physical);
        }
        engine.abortLeases(reason);
        CompletableFuture<?>[] aborts = open.stream()
                .map(physical -> CompletableFuture.runAsync(() -> abort(physical), PoolThreads.INSTANCE::execute))
                .toArray(CompletableFuture[]::new);
        return TimeLimits.nullAfter(CompletableFuture.allOf(aborts), ABORT_NANOS);
    }

    private static void abort(PhysicalConnection physical) {
        try {
            physical.driver().abort(Runnable::run);
            physical.cancellation().aborted();
        } catch (SQLException | RuntimeException | AbstractMethodError e) {
            // the pool closes it
        }
    }

    /**
     * Lends a connection to this thread, prepared if the pool has hooks or a preparer.
     *
     * @param nanos how long to wait; {@code Long.MAX_VALUE} means no limit
     */
    PooledConnection lend(Priority priority, long nanos) throws SQLException {
        return preparation == null
                ? JdbcAcquire.lend(engine, nanos, priority)
                : JdbcAcquire.prepared(engine, untagged, nanos, priority, preparation, null);
    }

    /** @param source where transactions get their connections */
    synchronized ThreadTransactions startTransactions(ThreadTransactions.Source source) {
        if (transactions == null)
            transactions = new ThreadTransactions(
                    engine.getName(), engine::snapshot, connection -> canceller.getValue(), source);
        return transactions;
    }

    /** Runs the work with a connection, whose statements an interrupt cancels, and closes the connection. */
    <R, X extends Exception> R run(PooledConnection acquired, SqlFunctions.WithConnection<R, X> work)
            throws SQLException, X {
        try (PooledConnection connection = acquired) {
            canceller.getValue().worksFor(connection, new ThreadToken(engine.getName(), null));
            try {
                return work.run(connection);
            } finally {
                connection.worksFor(null);
            }
        }
    }
}

package dev.rockpool.jdbc

import dev.rockpool.InvalidConfigException
import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.PoolControl
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.base.orNull
import dev.rockpool.internal.engine.Engine
import dev.rockpool.jdbc.internal.cancel.CancellationWatcher
import dev.rockpool.jdbc.internal.cancel.isCoroutine
import dev.rockpool.jdbc.internal.connect.CurrentCredentials
import dev.rockpool.jdbc.internal.connect.JdbcConnectionFactory
import dev.rockpool.jdbc.internal.connect.PoolBootstrap
import dev.rockpool.jdbc.internal.connection.PhysicalConnection
import dev.rockpool.jdbc.internal.connection.PooledConnection
import dev.rockpool.jdbc.internal.connection.UnpreparedException
import dev.rockpool.jdbc.internal.dispatch.DispatchedBlocks
import dev.rockpool.jdbc.internal.dispatch.PoolDispatcher
import dev.rockpool.jdbc.internal.dispatch.SuspendingLeases
import dev.rockpool.jdbc.internal.dispatch.VirtualThreads
import dev.rockpool.jdbc.internal.dispatch.rowFlow
import dev.rockpool.jdbc.internal.dispatch.runInPlace
import dev.rockpool.jdbc.internal.sqlite.SqliteDatabase
import dev.rockpool.jdbc.internal.sqlite.SqliteUrl
import dev.rockpool.jdbc.internal.transaction.SuspendingTransactions
import java.sql.Connection
import java.sql.SQLException
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.StateFlow

/**
 * JDBC connections for coroutines: no thread is held while a caller waits for one. Threads get theirs from
 * [dataSource], out of the same pool and in the same order.
 *
 * Blocks run on [dispatcher]. All functions are thread-safe. Close the pool when it is no longer needed.
 *
 * Creating one may wait for the database, and fail, as [JdbcSettings.startup] says.
 *
 * @property config the settings it was created with; those of the pool can change ([PoolControl.reconfigure])
 */
public class JdbcPool internal constructor(public val config: JdbcConfig, shell: RockpoolDataSource) {
    /** Creates a pool with these settings. */
    public constructor(config: JdbcConfig) : this(config, RockpoolDataSource())

    private val sqlite: SqliteDatabase? =
        SqliteUrl.of(config.url, config.confidential.properties())?.let {
            SqliteDatabase(it, config.pool.name) { control.config.acquireTimeout.orNever() }
        }
    private val factory = orEndSqlite { JdbcConnectionFactory(config, sqlite) }
    private val engine: Engine<PhysicalConnection> =
        orEndSqlite { PoolBootstrap(config, factory).create() }.also { factory.settings = { it.config } }
    private val canceller = orEnd { CancellationWatcher(engine, factory.upkeep, config.cancelTimeout) }
    private val leases = Leases()
    private val transactions = orEnd { SuspendingTransactions(leases) }

    /**
     * Where blocks run: as many threads as there may be connections, which all pools of the process share. Code that
     * already runs here is not moved, so a service that mostly talks to the database can run its handlers on it. With
     * [JdbcConfig.virtualThreads] a virtual thread for each block.
     */
    public val dispatcher: CoroutineDispatcher = orEnd {
        if (config.virtualThreads) VirtualThreads.dispatcher() else PoolDispatcher { engine.config.maxSize }
    }

    private val dispatchedBlocks = orEnd { DispatchedBlocks(engine, canceller, dispatcher) }

    /** This pool as a `javax.sql.DataSource`, for frameworks and for threads. Closing it closes this pool. */
    public val dataSource: RockpoolDataSource = orEnd {
        shell.started(this, engine, canceller, factory.logins) { sqlite?.end() }
    }

    /** If the pool does not start, what it has for SQLite must not go on running. */
    private inline fun <T> orEndSqlite(create: () -> T): T =
        try {
            create()
        } catch (e: Throwable) {
            sqlite?.end()
            throw e
        }

    /** A pool that cannot be put together must not go on running. */
    private inline fun <T> orEnd(create: () -> T): T =
        try {
            create()
        } catch (e: Throwable) {
            engine.closeAsync(java.time.Duration.ZERO).thenRun { sqlite?.end() }
            throw e
        }

    /** For operators of the pool: events, health, eviction, pausing, settings. */
    public val control: PoolControl
        get() = engine.control

    /** Samples of the pool's numbers: published when something changed, at most every [PoolConfig.statsInterval]. */
    public val stats: StateFlow<PoolStats>
        get() = engine.stats

    /** The numbers now, counted for this call. */
    public fun snapshot(): PoolStats = engine.snapshot()

    /**
     * Runs [block] with a connection, and returns the connection when the block returns, throws or is cancelled.
     *
     * The block may suspend while it holds the connection, but must not hand the connection on to code that outlives
     * it.
     *
     * When its coroutine is cancelled, or a `withTimeout` in or around it expires, while a statement runs, the server
     * is asked to cancel the statement, and the block goes on with a `CancellationException` at that place; a part of
     * it in `NonCancellable` is left alone. A call that has not ended [JdbcConfig.cancelTimeout] later loses its
     * connection.
     *
     * @param timeout how long to wait for a connection; null: for ever
     * @param priority if several callers wait, those of a higher one are served first
     * @throws dev.rockpool.AcquireTimeoutException when none became free in time
     * @throws dev.rockpool.PoolExhaustedException when [PoolConfig.maxPending] callers already wait, or under overload
     *   ([PoolConfig.overload])
     * @throws dev.rockpool.ConnectFailedException when connecting failed for good, or for [PoolConfig.failFastAfter]
     * @throws dev.rockpool.PoolClosedException when the pool is closed
     */
    @JvmSynthetic
    public suspend fun <R> withConnection(
        timeout: Duration? = control.config.acquireTimeout,
        priority: Priority = Priority.NORMAL,
        block: suspend (Connection) -> R,
    ): R {
        val hooks = config.hooks ?: return lend(timeout, priority, block)
        val attempts = engine.prepareAttempts(timeout.orNever())
        while (true) {
            try {
                return lend(attempts.left().orNull(), priority) { connection ->
                    (connection as PooledConnection).prepare(hooks)
                    block(connection)
                }
            } catch (e: UnpreparedException) {
                attempts.failed(checkNotNull(e.cause))
            }
        }
    }

    private suspend fun <R> lend(timeout: Duration?, priority: Priority, block: suspend (Connection) -> R): R {
        val context = currentCoroutineContext()
        val job = context[Job]
        return when {
            // A timeout inside the block is found below the job of the coroutine, so there must be one.
            job == null || !job.isCoroutine() -> coroutineScope { lend(timeout, priority, block) }
            mayBlockHere(context[ContinuationInterceptor]) ->
                canceller.runInPlace(acquire(timeout, priority, job).begin(), job, block)
            else -> dispatchedBlocks.run(timeout, priority, block)
        }
    }

    /**
     * A cold flow of what [block] emits while it has a connection: `pool.flow { c -> ... while (rows.next())
     * emit(rows.getInt(1)) }`. Each collection borrows a connection, as [withConnection] does, and runs the block.
     *
     * A value is handed over when it is emitted, and the block goes on when its collector is done with it; so at most
     * one is on its way. Works on every dispatcher and with `flowOn`; the block runs on [dispatcher], or in place where
     * that may block. The connection is returned before the collection ends: after the last value, after an operator
     * such as `take`, and when the collector fails or is cancelled, which cancels a statement that runs.
     *
     * The connection is held for as long as collecting takes. Many drivers read all rows before the first one is there
     * unless they are told otherwise: PostgreSQL's needs `autoCommit = false` and a `fetchSize`.
     *
     * @param timeout how long to wait for a connection; null: for ever
     * @param priority if several callers wait, those of a higher one are served first
     * @throws dev.rockpool.PoolException from the collection, as [withConnection]
     */
    @JvmSynthetic
    public fun <T> flow(
        timeout: Duration? = control.config.acquireTimeout,
        priority: Priority = Priority.NORMAL,
        block: suspend FlowCollector<T>.(Connection) -> Unit,
    ): Flow<T> = leases.rowFlow(timeout, priority, block)

    private fun mayBlockHere(interceptor: ContinuationInterceptor?) =
        interceptor === dispatcher || interceptor === Dispatchers.IO

    /**
     * Runs [block] in a transaction: committed when the block returns, rolled back when it throws or its coroutine is
     * cancelled. What the block throws is rethrown as it is; should rolling back fail too, that is added as suppressed,
     * and the connection is not used again.
     *
     * Inside the block of another transaction of this pool it is a savepoint in that one, on the same connection;
     * [retry] and [priority] are those of the outermost then, and [readOnly] = true is not enforced. A block is inside
     * another one if its coroutine is, or a coroutine that this one waits for, as in `coroutineScope` or `withContext`;
     * the transactions of [dataSource] are not seen.
     *
     * @param isolation of this transaction, a constant of [Connection] or of the driver; null: the connection's own
     * @param readOnly whether it may not change anything; null: as the connection is, which is false unless the pool is
     *   configured so ([JdbcSettings.readOnly])
     * @param timeout how long all of it may take, the wait for a connection and every attempt included. A wait is also
     *   bounded by [PoolConfig.acquireTimeout]. At the timeout the block is cancelled, and the statement that it is in.
     *   Hooks are not bounded. Default null: as long as it takes
     * @param retry after what the block runs again. Default: never
     * @param priority if several callers wait, those of a higher one are served first
     * @throws java.sql.SQLTimeoutException (SQLState 57014, as PostgreSQL has it) when it was not committed within
     *   [timeout]; its cause is what the block failed with because of that, if so
     * @throws java.sql.SQLNonTransientConnectionException (SQLState 08007, as the standard has it) when the connection
     *   was lost during the commit, so that nobody knows whether it was committed; the cause is what the driver said
     * @throws java.sql.SQLException what a call of begin, commit or savepoint met
     * @throws IllegalStateException inside another transaction: when [isolation] is not that one's, when [readOnly] is
     *   false and that one is read-only, when that one has ended, or another coroutine is in a savepoint of it
     * @throws dev.rockpool.PoolException as [withConnection]
     */
    @JvmSynthetic
    public suspend fun <R> transaction(
        isolation: Int? = null,
        readOnly: Boolean? = null,
        timeout: Duration? = null,
        retry: Retry = Retry.none,
        priority: Priority = Priority.NORMAL,
        block: suspend TransactionScope.(Connection) -> R,
    ): R {
        val options =
            TransactionOptions.defaults().isolation(isolation).readOnly(readOnly).retry(retry).priority(priority)
        return transactions.run(options, timeout, block)
    }

    /** Inline, so that it needs no state of its own while it waits. */
    private suspend inline fun acquire(timeout: Duration?, priority: Priority, job: Job): PooledConnection {
        job.ensureActive()
        val slot = engine.tryAcquire(job) ?: engine.await(timeout, priority)
        return PooledConnection(engine, slot, slot.granted())
    }

    /**
     * Closes a connection that is in use for good, instead of returning it: for a user who found that it is not what it
     * should be. Its place in the pool is free as soon as it is closed; that happens in the background.
     *
     * @return false when it is not in use, or no connection of this pool
     */
    public fun evict(connection: Connection): Boolean {
        val lease =
            try {
                connection.unwrap(PooledConnection::class.java)
            } catch (_: SQLException) {
                return false
            }
        return lease.evict(engine, "evicted by its user")
    }

    /**
     * New connections log in with these credentials from now on, whatever they were told before. Those that are open
     * stay; [PoolControl.evictAll] replaces them, too.
     */
    public fun changeCredentials(username: String?, password: String?): Unit =
        changeCredentials(CurrentCredentials.fixed(Credentials(username, password)))

    /** The same with credentials that change by themselves. */
    public fun changeCredentials(credentials: CredentialsSupplier) {
        factory.logins.change(credentials)
    }

    /**
     * Closes the pool. Newcomers and waiters fail at once, idle connections are closed now, leased ones when they are
     * returned. Those still out after [grace] are aborted. Returns when everything has ended; a second call waits for
     * that too.
     */
    @JvmSynthetic
    public suspend fun close(grace: Duration = Pool.DEFAULT_GRACE) {
        if (sqlite != null)
            engine.closeAsync(grace.toJavaDuration()).thenRun(sqlite::end) // also if the caller is cancelled
        engine.close(grace)
        sqlite?.end()
        PoolThreads.awaitUnneeded()
    }

    override fun toString(): String = snapshot().toString()

    private inner class Leases : SuspendingLeases {
        override val poolName: String
            get() = config.pool.name

        override val dispatcher: CoroutineDispatcher
            get() = this@JdbcPool.dispatcher

        override val acquireTimeout: Duration?
            get() = control.config.acquireTimeout

        override fun mayBlockHere(interceptor: ContinuationInterceptor?) = this@JdbcPool.mayBlockHere(interceptor)

        override suspend fun <R> withConnection(
            timeout: Duration?,
            priority: Priority,
            block: suspend (Connection) -> R,
        ): R = this@JdbcPool.withConnection(timeout, priority, block)

        override fun snapshot(): PoolStats = this@JdbcPool.snapshot()
    }
}

/**
 * Creates a JDBC pool with the settings written in place, and starts to connect in the background: `JdbcPool("orders")
 * { url = "jdbc:postgresql://..."; maxSize = 20 }`.
 *
 * @throws InvalidConfigException naming everything that is wrong with the settings
 */
@JvmSynthetic
public fun JdbcPool(name: String, settings: JdbcSettings.() -> Unit): JdbcPool =
    JdbcPool(
        JdbcConfig {
            this.name = name
            settings()
        }
    )

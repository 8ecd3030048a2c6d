package dev.rockpool.jdbc

import dev.rockpool.InvalidConfigException
import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.PoolControl
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.TimeLimits
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.EngineQueue
import dev.rockpool.internal.registry.PoolPlace
import dev.rockpool.jdbc.internal.cancel.CancellationWatcher
import dev.rockpool.jdbc.internal.cancel.isCoroutine
import dev.rockpool.jdbc.internal.config.JdbcChange
import dev.rockpool.jdbc.internal.connect.CurrentCredentials
import dev.rockpool.jdbc.internal.connect.JdbcConnectionFactory
import dev.rockpool.jdbc.internal.connect.PoolBootstrap
import dev.rockpool.jdbc.internal.connection.PhysicalConnection
import dev.rockpool.jdbc.internal.connection.PooledConnection
import dev.rockpool.jdbc.internal.connection.Preparation
import dev.rockpool.jdbc.internal.connection.TagState
import dev.rockpool.jdbc.internal.dispatch.DispatchedBlocks
import dev.rockpool.jdbc.internal.dispatch.PoolDispatcher
import dev.rockpool.jdbc.internal.dispatch.SuspendingLeases
import dev.rockpool.jdbc.internal.dispatch.VirtualThreads
import dev.rockpool.jdbc.internal.dispatch.rowFlow
import dev.rockpool.jdbc.internal.dispatch.runInPlace
import dev.rockpool.jdbc.internal.dispatch.untilPrepared
import dev.rockpool.jdbc.internal.sqlite.SqliteDatabase
import dev.rockpool.jdbc.internal.sqlite.SqliteUrl
import dev.rockpool.jdbc.internal.transaction.SuspendingTransactions
import dev.rockpool.jdbc.internal.transaction.options
import java.sql.Connection
import java.sql.SQLException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.locks.ReentrantLock
import kotlin.concurrent.withLock
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
import kotlinx.coroutines.future.await
import kotlinx.coroutines.job

/**
 * JDBC connections for coroutines. A caller that waits blocks no thread. Threads use [dataSource], which shares the
 * pool and its queue.
 *
 * Blocks run on [dispatcher]. All functions are thread-safe. Close the pool when it is no longer needed.
 *
 * Whether creating a pool waits for the database, and can fail, depends on [JdbcSettings.startup].
 */
public class JdbcPool
internal constructor(config: JdbcConfig, shell: RockpoolDataSource, awaited: Boolean, place: PoolPlace?) {
    /** Creates a pool with these settings. */
    public constructor(config: JdbcConfig) : this(config, RockpoolDataSource(), false, null)

    /**
     * The settings at creation, or those of the last [reconfigure]. Those of the pool can also change by
     * [PoolControl.reconfigure].
     */
    @Volatile
    public var config: JdbcConfig = config
        private set

    private val changing = ReentrantLock()
    private val sqlite: SqliteDatabase? =
        SqliteUrl.of(config.url, config.confidential.properties())?.let {
            SqliteDatabase(it, config.pool.name) { control.config.acquireTimeout.orNever() }
        }
    private val factory = orEndSqlite { JdbcConnectionFactory(config, sqlite) }
    private val engine: Engine<PhysicalConnection> =
        orEndSqlite { PoolBootstrap(config, factory, awaited, place).create() }
            .also { factory.settings = { it.config } }
    /** Null if connections are lent as they are. */
    @get:JvmSynthetic
    internal val preparation: Preparation? =
        if (config.hooks == null && config.preparer == null) null else Preparation(config.hooks, config.preparer)

    /** For callers without a tag, if the pool knows tags. */
    private var untagged: JdbcView? = null
    private val canceller = lazy { CancellationWatcher(engine, factory.upkeep) { this.config.cancelTimeout } }

    /** Made for the first coroutine, so that a program with threads only does not load it. */
    private val suspending by lazy { Suspending() }

    /**
     * The dispatcher of blocks. It has as many threads as the pool may have connections; all pools of the process share
     * their threads. Code that already runs here is not dispatched again, so a service that mostly uses the database
     * can run its handlers on it. With [JdbcConfig.virtualThreads] each block gets a virtual thread.
     */
    public val dispatcher: CoroutineDispatcher
        get() = suspending.dispatcher

    /** This pool as a `javax.sql.DataSource`, for frameworks and threads. Closing it closes this pool. */
    public val dataSource: RockpoolDataSource = orEnd {
        shell.started(this, engine, canceller, factory.logins) { end().join() }
    }

    /** What has to end after the engine. */
    private fun end(): CompletableFuture<Void> {
        sqlite?.end()
        return TimeLimits.nullAfter(factory.end(), config.pool.closeTimeout.inWholeNanoseconds)
    }

    /** Ends what the pool has for SQLite if the pool does not start. */
    private inline fun <T> orEndSqlite(create: () -> T): T =
        try {
            create()
        } catch (e: Throwable) {
            sqlite?.end()
            throw e
        }

    /** Closes the engine if the rest of the pool cannot be created. */
    private inline fun <T> orEnd(create: () -> T): T =
        try {
            create()
        } catch (e: Throwable) {
            engine.closeAsync(java.time.Duration.ZERO).thenRun { end() }
            throw e
        }

    /** Operates the pool: events, health, eviction, pausing, settings. */
    public val control: PoolControl
        get() = engine.control

    /** Samples of the pool's numbers, published after changes, at most every [PoolConfig.statsInterval]. */
    public val stats: StateFlow<PoolStats>
        get() = engine.stats

    /** The current numbers, counted for this call. */
    public fun snapshot(): PoolStats = engine.snapshot()

    /**
     * Runs [block] with a connection, and returns the connection when the block returns, throws or is cancelled.
     *
     * The block may suspend while it holds the connection, but must not pass the connection to code that outlives it.
     *
     * If its coroutine is cancelled while a statement runs, or a `withTimeout` in or around it expires, the server is
     * asked to cancel the statement, which then throws a `CancellationException`. A statement in `NonCancellable` is
     * not cancelled. If the call has not ended after [JdbcConfig.cancelTimeout], its connection is aborted.
     *
     * @param timeout how long to wait for a connection; null means no limit
     * @param priority callers with a higher priority are served first
     * @throws dev.rockpool.AcquireTimeoutException if no connection became free in time
     * @throws dev.rockpool.PoolExhaustedException if [PoolConfig.maxPending] callers already wait, or under overload
     *   ([PoolConfig.overload])
     * @throws dev.rockpool.ConnectFailedException if connecting failed permanently, or for [PoolConfig.failFastAfter]
     * @throws dev.rockpool.PoolClosedException if the pool is closed
     */
    @JvmSynthetic
    public suspend fun <R> withConnection(
        timeout: Duration? = control.config.acquireTimeout,
        priority: Priority = Priority.NORMAL,
        block: suspend (Connection) -> R,
    ): R {
        val preparation = preparation ?: return lend(timeout, priority, block)
        if (preparation.preparer() != null) {
            val view = untagged ?: tagged(null).also { untagged = it }
            return view.withConnection(timeout, priority, block)
        }
        return engine.prepareAttempts(timeout.orNever()).untilPrepared { left ->
            lend(left, priority) { connection ->
                (connection as PooledConnection).prepare(preparation, null)
                block(connection)
            }
        }
    }

    /**
     * Runs [block] with a connection that is prepared for this [tag], such as a tenant: `pool.withConnection(tag =
     * Tenant("a")) { ... }`. Otherwise like the other `withConnection`; see [tagged].
     *
     * @throws IllegalStateException if the pool has no [preparer][JdbcSettings.preparer]
     */
    @JvmSynthetic
    public suspend fun <R> withConnection(
        timeout: Duration? = control.config.acquireTimeout,
        priority: Priority = Priority.NORMAL,
        tag: Any?,
        block: suspend (Connection) -> R,
    ): R = tagged(tag).withConnection(timeout, priority, block)

    private suspend fun <R> lend(timeout: Duration?, priority: Priority, block: suspend (Connection) -> R): R {
        val context = currentCoroutineContext()
        val job = context[Job]
        return when {
            // A timeout inside the block is found below the job of the coroutine, so there must be one.
            job == null || !job.isCoroutine() -> coroutineScope { lend(timeout, priority, block) }
            mayBlockHere(context[ContinuationInterceptor]) ->
                canceller.value.runInPlace(acquire(timeout, priority, job).begin(), job, block)
            else -> suspending.blocks.run(timeout, priority, block)
        }
    }

    @JvmSynthetic internal fun prepareAttempts(timeout: Long) = engine.prepareAttempts(timeout)

    /** Runs [block] with a slot of this pool that is leased to the caller already. Ends the lease. */
    @JvmSynthetic
    internal suspend fun <R> runWith(slot: Slot<PhysicalConnection>, block: suspend (Connection) -> R): R {
        val context = currentCoroutineContext()
        if (!mayBlockHere(context[ContinuationInterceptor])) return suspending.blocks.runWith(slot, block)
        val lease = PooledConnection(engine, slot, slot.granted()).begin()
        return canceller.value.runInPlace(lease, context.job, block)
    }

    /**
     * A cold flow of the values that [block] emits while it has a connection: `pool.flow { c -> ... while (rows.next())
     * emit(rows.getInt(1)) }`. Each collection acquires a connection, like [withConnection], and runs the block.
     *
     * The block continues only after the collector has processed the emitted value, so at most one value is buffered.
     * The flow works on every dispatcher and with `flowOn`. The block runs on [dispatcher], or on the collector's
     * thread if that may block. The connection is returned before the collection ends: after the last value, after an
     * operator such as `take`, or when the collector fails or is cancelled. Cancellation also cancels a running
     * statement.
     *
     * The connection is held until the collection ends. By default many drivers read all rows before they return the
     * first one; PostgreSQL's needs `autoCommit = false` and a `fetchSize` to stream.
     *
     * @param timeout how long to wait for a connection; null means no limit
     * @param priority callers with a higher priority are served first
     * @throws dev.rockpool.PoolException from the collection, like [withConnection]
     */
    @JvmSynthetic
    public fun <T> flow(
        timeout: Duration? = control.config.acquireTimeout,
        priority: Priority = Priority.NORMAL,
        block: suspend FlowCollector<T>.(Connection) -> Unit,
    ): Flow<T> = suspending.rowFlow(timeout, priority, block)

    @JvmSynthetic
    internal fun mayBlockHere(interceptor: ContinuationInterceptor?) =
        interceptor === dispatcher || interceptor === Dispatchers.IO

    /**
     * Runs [block] in a transaction: committed when the block returns, rolled back when it throws or its coroutine is
     * cancelled. Exceptions of the block are rethrown unchanged. If the rollback also fails, its error is added as
     * suppressed, and the connection is closed.
     *
     * Inside the block of another transaction of this pool it is a savepoint of that transaction, on the same
     * connection. Then [retry] and [priority] of the outermost transaction apply, and [readOnly] = true is not
     * enforced. A block is inside another one if it runs in the same coroutine, or in one that the outer block waits
     * for, as in `coroutineScope` or `withContext`. Transactions of [dataSource] do not count.
     *
     * @param isolation the isolation level, a constant of [Connection] or of the driver; null for the connection's own
     * @param readOnly whether the transaction is read-only; null for the connection's mode, see [JdbcSettings.readOnly]
     * @param timeout the limit for the wait for a connection and all attempts together. The wait is also limited by
     *   [PoolConfig.acquireTimeout]. At the timeout the block and its running statement are cancelled. Hooks have no
     *   limit. Default null: no limit
     * @param retry the failures after which the block runs again. Default: none
     * @param priority callers with a higher priority are served first
     * @throws java.sql.SQLTimeoutException (SQLState 57014, as in PostgreSQL) if it was not committed within [timeout];
     *   the cause is the resulting failure of the block, if any
     * @throws java.sql.SQLNonTransientConnectionException (SQLState 08007, as in the standard) if the connection was
     *   lost during the commit, so that the outcome is unknown; the cause is the driver's error
     * @throws java.sql.SQLException if begin, commit or savepoint fails
     * @throws IllegalStateException inside another transaction: if [isolation] differs from the outer one's, if
     *   [readOnly] is false and the outer one is read-only, if the outer one has ended, or if another coroutine is in a
     *   savepoint of it
     * @throws dev.rockpool.PoolException like [withConnection]
     */
    @JvmSynthetic
    public suspend fun <R> transaction(
        isolation: Int? = null,
        readOnly: Boolean? = null,
        timeout: Duration? = null,
        retry: Retry = Retry.none,
        priority: Priority = Priority.NORMAL,
        block: suspend TransactionScope.(Connection) -> R,
    ): R = suspending.transactions.run(options(isolation, readOnly, retry, priority), timeout, block)

    /** Inline, so that it needs no state of its own while it waits. */
    private suspend inline fun acquire(timeout: Duration?, priority: Priority, job: Job): PooledConnection {
        job.ensureActive()
        val slot = engine.tryAcquire(job) ?: engine.await(timeout, priority)
        return PooledConnection(engine, slot, slot.granted())
    }

    /**
     * The view of this pool for one class of its callers, such as background jobs. They share a quota; see
     * [dev.rockpool.CallerPool]. Later calls with the same limits return a view with the same quota.
     *
     * @param name names the class in messages
     * @param max how many connections these callers may have at the same time, at least 1
     * @param reserved how many places of the pool no other caller may take, at most [max]
     * @throws InvalidConfigException naming all problems, or if the class exists with other limits
     */
    @JvmOverloads
    public fun callers(name: String, max: Int, reserved: Int = 0): JdbcView =
        engine.callers(name, max, reserved).let { limited ->
            val slots = if (config.preparer == null) limited.slots else preferring(null, limited.slots)
            JdbcView(this, slots, limited, null)
        }

    /**
     * The view of this pool for one tag, such as a tenant: `pool.tagged(Tenant("a")).transaction { ... }`. Its
     * connections are prepared for that tag by the [preparer][JdbcSettings.preparer].
     *
     * A connection that is idle and prepared for an equal tag is lent as it is. Else an untagged one is prepared, else
     * the one that is cheapest to change. All tags and classes of callers wait in one queue, in order of arrival.
     *
     * @param tag any object with `equals`; null for connections without a tag, as the pool itself gives
     * @throws IllegalStateException if the pool has no preparer
     */
    public fun tagged(tag: Any?): JdbcView = JdbcView(this, preferring(tag, null), null, tag)

    /** Leases connections that are prepared for this tag rather than others. */
    @JvmSynthetic
    internal fun preferring(tag: Any?, callers: EngineQueue<PhysicalConnection>?): EngineQueue<PhysicalConnection> {
        val preparer = config.preparer ?: error("pool '${config.pool.name}' knows no tags, because it has no preparer")
        val preference = TagState.preference(engine, preparer, tag)
        return callers?.preferring(preference) ?: engine.preferring(preference)
    }

    /**
     * Closes a leased connection instead of returning it, for a user who found that it is broken. It is closed in the
     * background, and then its slot is free.
     *
     * @return false if it is not leased, or not a connection of this pool
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
     * Sets the credentials of all new connections. Open connections stay; [PoolControl.evictAll] replaces them, too.
     */
    public fun changeCredentials(username: String?, password: String?): Unit =
        changeCredentials(CurrentCredentials.fixed(Credentials(username, password)))

    /** Sets the supplier of credentials for all new connections. */
    public fun changeCredentials(credentials: CredentialsSupplier) {
        factory.logins.change(credentials)
    }

    /**
     * Applies other settings while the pool runs. If connections would be opened differently, such as with another
     * [url][JdbcSettings.url], password or driver property, all connections are replaced: idle ones now, leased ones
     * when they are returned. Other changes leave connections alone. No caller fails because of a change.
     *
     * @throws InvalidConfigException if the name, [hooks][JdbcSettings.hooks],
     *   [virtualThreads][JdbcSettings.virtualThreads], [userPools][JdbcSettings.userPools] or the database of SQLite
     *   differs, or if connections would differ although there are pools of users; then nothing has changed
     */
    public fun reconfigure(config: JdbcConfig): Unit =
        changing.withLock {
            val change = JdbcChange(this.config, config)
            val problems = change.problems()
            if (problems.isNotEmpty()) throw InvalidConfigException(this.config.pool.name, problems)
            if (config.pool != this.config.pool) control.reconfigure(config.pool)
            if (change.isOfConnections) factory.reconnect(config)
            if (change.isOfLogin) factory.logins.change(config, config.confidential.password())
            this.config = config
            if (change.isOfConnections || change.isOfLogin) control.evictAll("its settings have changed")
        }

    /**
     * Closes the pool. New and waiting callers fail at once. Idle connections are closed now, leased ones when they are
     * returned. Those still leased after [grace] are aborted. Returns when everything has ended; a second call waits
     * for that, too, and may shorten the grace.
     */
    @JvmSynthetic
    public suspend fun close(grace: Duration = Pool.DEFAULT_GRACE) {
        if (sqlite != null)
            engine.closeAsync(grace.toJavaDuration()).thenRun { sqlite.end() } // also if the caller is cancelled
        val users = dataSource.closeUsers(grace.toJavaDuration())
        engine.close(grace)
        users.await()
        end().await()
        PoolThreads.awaitUnneeded()
    }

    override fun toString(): String = snapshot().toString()

    /** What only coroutines need. */
    private inner class Suspending : SuspendingLeases {
        override val dispatcher: CoroutineDispatcher =
            if (config.virtualThreads) VirtualThreads.dispatcher() else PoolDispatcher { engine.config.maxSize }
        val blocks = DispatchedBlocks(engine, canceller.value, dispatcher)
        val transactions = SuspendingTransactions(this)

        override val poolName: String
            get() = config.pool.name

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
 * Creates a JDBC pool with these settings, and starts to connect in the background: `JdbcPool("orders") { url =
 * "jdbc:postgresql://..."; maxSize = 20 }`.
 *
 * @throws InvalidConfigException with all problems of the settings
 */
@JvmSynthetic
public fun JdbcPool(name: String, settings: JdbcSettings.() -> Unit): JdbcPool =
    JdbcPool(
        JdbcConfig {
            this.name = name
            settings()
        }
    )

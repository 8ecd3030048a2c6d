package dev.rockpool.jdbc

import dev.rockpool.InvalidConfigException
import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.PoolControl
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.internal.core.Holder
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.EnginePool
import dev.rockpool.jdbc.internal.Acquiring
import dev.rockpool.jdbc.internal.Canceller
import dev.rockpool.jdbc.internal.JdbcConnectionFactory
import dev.rockpool.jdbc.internal.JobCaller
import dev.rockpool.jdbc.internal.Logins
import dev.rockpool.jdbc.internal.PhysicalConnection
import dev.rockpool.jdbc.internal.PoolDispatcher
import dev.rockpool.jdbc.internal.PooledConnection
import dev.rockpool.jdbc.internal.StartingUp
import dev.rockpool.jdbc.internal.UnpreparedException
import dev.rockpool.jdbc.internal.inTransaction
import dev.rockpool.jdbc.internal.travel
import java.sql.Connection
import java.sql.SQLException
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.withContext

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
public class JdbcPool(public val config: JdbcConfig) {
    private val factory = JdbcConnectionFactory(config)
    private val pool: EnginePool<PhysicalConnection> = StartingUp(config, factory).create()
    private val engine: Engine<PhysicalConnection> = pool.engine
    private val canceller = Canceller(engine, factory.upkeep, config.cancelTimeout)

    /**
     * Where blocks run: as many threads as there are connections, shared with `Dispatchers.IO` and outside its limit.
     * Code that already runs here is not moved, so a service that mostly talks to the database can run its handlers on
     * it.
     */
    public val dispatcher: CoroutineDispatcher = PoolDispatcher { engine.config.maxSize }

    /** This pool as a `javax.sql.DataSource`, for frameworks and for threads. Closing it closes this pool. */
    public val dataSource: RockpoolDataSource = RockpoolDataSource(this, pool)

    /** What whoever operates the pool does with it: events, health, eviction, pausing, settings. */
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
     * @throws dev.rockpool.PoolExhaustedException when [PoolConfig.maxPending] callers wait already, or under overload
     *   ([PoolConfig.overload])
     * @throws dev.rockpool.ConnectFailedException when connecting failed for good, or for [PoolConfig.failFastAfter]
     * @throws dev.rockpool.PoolClosedException when the pool is closed
     */
    public suspend fun <R> withConnection(
        timeout: Duration? = control.config.acquireTimeout,
        priority: Priority = Priority.NORMAL,
        block: suspend (Connection) -> R,
    ): R {
        val hooks = config.hooks ?: return lend(timeout, priority, block)
        val began = TimeSource.Monotonic.markNow()
        lateinit var failure: Throwable
        repeat(Acquiring.ATTEMPTS) {
            try {
                return lend(timeout?.minus(began.elapsedNow()), priority) { connection ->
                    (connection as PooledConnection).prepare(hooks)
                    block(connection)
                }
            } catch (e: UnpreparedException) {
                failure = e.cause
            }
        }
        throw engine.unprepared(failure)
    }

    private suspend fun <R> lend(timeout: Duration?, priority: Priority, block: suspend (Connection) -> R): R =
        if (mayBlockHere(currentCoroutineContext()[ContinuationInterceptor])) runHere(acquire(timeout, priority), block)
        else travel(engine, canceller, dispatcher, timeout, priority, block)

    private suspend fun <R> runHere(connection: PooledConnection, block: suspend (Connection) -> R): R {
        val self = JobCaller()
        // Caught inside, because an exception that leaves another context may come out as a copy.
        return canceller.lend(connection, self) { withContext(self) { runCatching { block(it) } } }.getOrThrow()
    }

    private fun mayBlockHere(interceptor: ContinuationInterceptor?) =
        interceptor === dispatcher || interceptor === Dispatchers.IO

    /**
     * Runs [block] in a transaction: committed when the block returns, rolled back when it throws or its coroutine is
     * cancelled. What the block throws is rethrown as it is; should rolling back fail too, that is added as suppressed,
     * and the connection is not used again.
     *
     * @param isolation of this transaction, a constant of [Connection]; null: the connection's own
     * @param readOnly whether it may not change anything
     * @param timeout how long to wait for a connection; null: for ever. Errors as [withConnection].
     * @param priority if several callers wait, those of a higher one are served first
     */
    public suspend fun <R> transaction(
        isolation: Int? = null,
        readOnly: Boolean = false,
        timeout: Duration? = control.config.acquireTimeout,
        priority: Priority = Priority.NORMAL,
        block: suspend (Connection) -> R,
    ): R = withConnection(timeout, priority) { inTransaction(it, isolation, readOnly, block) }

    private suspend fun acquire(timeout: Duration?, priority: Priority): PooledConnection {
        val job = currentCoroutineContext()[Job]
        job?.ensureActive()
        val slot = engine.lending.tryLend(job ?: Holder.UNKNOWN)
        if (slot != null) return PooledConnection(engine, slot, slot.granted())
        val served = engine.await(timeout, priority)
        return PooledConnection(engine, served.slot(), served.ticket())
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
        changeCredentials(Logins.fixed(Credentials(username, password)))

    /** The same with credentials that change by themselves. */
    public fun changeCredentials(credentials: CredentialsSupplier) {
        factory.logins.supplier = credentials
    }

    /**
     * Closes the pool. Newcomers and waiters fail at once, idle connections are closed now, leased ones when they are
     * returned. Those still out after [grace] are aborted. Returns when everything has ended; a second call waits for
     * that too.
     */
    public suspend fun close(grace: Duration = Pool.DEFAULT_GRACE): Unit = engine.close(grace)

    override fun toString(): String = snapshot().toString()
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

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
import dev.rockpool.jdbc.internal.JdbcConnectionFactory
import dev.rockpool.jdbc.internal.PhysicalConnection
import dev.rockpool.jdbc.internal.PoolDispatcher
import dev.rockpool.jdbc.internal.PooledConnection
import dev.rockpool.jdbc.internal.Sqlite
import dev.rockpool.jdbc.internal.SqliteUrl
import dev.rockpool.jdbc.internal.inTransaction
import dev.rockpool.jdbc.internal.travel
import java.sql.Connection
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.StateFlow

/**
 * JDBC connections for coroutines: no thread is held while a caller waits for one. Threads get theirs from
 * [dataSource], out of the same pool and in the same order.
 *
 * Blocks run on [dispatcher]. All functions are thread-safe. Close the pool when it is no longer needed.
 *
 * @property config the settings it was created with; those of the pool can change ([PoolControl.reconfigure])
 */
public class JdbcPool(public val config: JdbcConfig) {
    private val sqlite: Sqlite? =
        SqliteUrl.of(config.url, config.properties)?.let {
            Sqlite(it, config.pool.name) { control.config.acquireTimeout }
        }
    private val pool: EnginePool<PhysicalConnection> =
        Pool(JdbcConnectionFactory(config, sqlite), config.pool) as EnginePool<PhysicalConnection>
    private val engine: Engine<PhysicalConnection> = pool.engine

    /**
     * Where blocks run: as many threads as there are connections, shared with `Dispatchers.IO` and outside its limit.
     * Code that already runs here is not moved, so a service that mostly talks to the database can run its handlers on
     * it.
     */
    public val dispatcher: CoroutineDispatcher = PoolDispatcher { engine.config.maxSize }

    /** This pool as a `javax.sql.DataSource`, for frameworks and for threads. Closing it closes this pool. */
    public val dataSource: RockpoolDataSource = RockpoolDataSource(this, pool) { sqlite?.end() }

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
    ): R =
        if (mayBlockHere(currentCoroutineContext()[ContinuationInterceptor]))
            acquire(timeout, priority).use { block(it) }
        else travel(engine, dispatcher, timeout, priority, block)

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

    private suspend fun acquire(timeout: Duration?, priority: Priority): Connection {
        val job = currentCoroutineContext()[Job]
        job?.ensureActive()
        val slot = engine.lending.tryLend(job ?: Holder.UNKNOWN)
        if (slot != null) return PooledConnection(engine, slot, slot.granted())
        val served = engine.await(timeout, priority)
        return PooledConnection(engine, served.slot(), served.ticket())
    }

    /**
     * Closes the pool. Newcomers and waiters fail at once, idle connections are closed now, leased ones when they are
     * returned. Those still out after [grace] are aborted. Returns when everything has ended; a second call waits for
     * that too.
     */
    public suspend fun close(grace: Duration = Pool.DEFAULT_GRACE) {
        if (sqlite != null)
            engine.closeAsync(grace.toJavaDuration()).thenRun(sqlite::end) // also if the caller is cancelled
        engine.close(grace)
        sqlite?.end()
    }

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

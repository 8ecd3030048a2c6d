package dev.rockpool.jdbc

import dev.rockpool.CallerPool
import dev.rockpool.CallerQuota
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.engine.EngineCallers
import dev.rockpool.internal.engine.EngineQueue
import dev.rockpool.jdbc.internal.cancel.isCoroutine
import dev.rockpool.jdbc.internal.connection.PhysicalConnection
import dev.rockpool.jdbc.internal.connection.PooledConnection
import dev.rockpool.jdbc.internal.dispatch.SuspendingLeases
import dev.rockpool.jdbc.internal.dispatch.rowFlow
import dev.rockpool.jdbc.internal.dispatch.untilPrepared
import dev.rockpool.jdbc.internal.transaction.SuspendingTransactions
import dev.rockpool.jdbc.internal.transaction.options
import java.sql.Connection
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector

/**
 * A [JdbcPool] as some of its callers see it: with a quota ([JdbcPool.callers]), with a tag ([JdbcPool.tagged]), or
 * both. What concerns the whole pool, such as `control`, is asked of [pool].
 *
 * All functions are thread-safe. It need not be closed.
 *
 * @property pool the whole pool
 * @property tag what its connections are prepared for; null for no tag
 */
public class JdbcView
internal constructor(
    public val pool: JdbcPool,
    private val queue: EngineQueue<PhysicalConnection>,
    private val callers: EngineCallers<PhysicalConnection>?,
    public val tag: Any?,
) {
    private val suspending by lazy { Suspending() }

    /** The class of its callers, which have a quota; null if they have none. */
    public val name: String?
        get() = callers?.name

    /** The same connections as a `javax.sql.DataSource`, for frameworks and threads. */
    public val dataSource: DataSourceView by lazy { DataSourceView(this, queue) }

    /**
     * The limits of its callers, and what they use now.
     *
     * @throws IllegalStateException if they have no quota
     */
    public fun quota(): CallerQuota = limited().quota()

    /**
     * Changes the limits, like [CallerPool.limit].
     *
     * @throws IllegalStateException if its callers have no quota
     */
    public fun limit(max: Int, reserved: Int): Unit = limited().limit(max, reserved)

    private fun limited() = callers ?: error("these callers of pool '${pool.config.pool.name}' have no quota")

    /** The same callers with this tag; see [JdbcPool.tagged]. */
    public fun tagged(tag: Any?): JdbcView = JdbcView(pool, pool.preferring(tag, callers?.slots), callers, tag)

    /** Runs [block] with a connection of this view. Otherwise like [JdbcPool.withConnection]. */
    @JvmSynthetic
    public suspend fun <R> withConnection(
        timeout: Duration? = pool.control.config.acquireTimeout,
        priority: Priority = Priority.NORMAL,
        block: suspend (Connection) -> R,
    ): R {
        val preparation = pool.preparation ?: return lend(timeout, priority, block)
        return pool.prepareAttempts(timeout.orNever()).untilPrepared { left ->
            lend(left, priority) { connection ->
                (connection as PooledConnection).prepare(preparation, tag)
                block(connection)
            }
        }
    }

    private suspend fun <R> lend(timeout: Duration?, priority: Priority, block: suspend (Connection) -> R): R {
        val job = currentCoroutineContext()[Job]
        if (job == null || !job.isCoroutine()) return coroutineScope { lend(timeout, priority, block) }
        job.ensureActive()
        val slot = queue.tryAcquire(job) ?: queue.await(timeout, priority)
        return pool.runWith(slot, block)
    }

    /** A cold flow of the values that [block] emits while it has a connection of this view, like [JdbcPool.flow]. */
    @JvmSynthetic
    public fun <T> flow(
        timeout: Duration? = pool.control.config.acquireTimeout,
        priority: Priority = Priority.NORMAL,
        block: suspend FlowCollector<T>.(Connection) -> Unit,
    ): Flow<T> = suspending.rowFlow(timeout, priority, block)

    /**
     * Runs [block] in a transaction of this view, like [JdbcPool.transaction]. Inside the block of another transaction
     * of this very view it is a savepoint of that transaction.
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

    override fun toString(): String =
        if (callers == null) "connections with a tag of pool '${pool.config.pool.name}'"
        else "callers '$name' of pool '${pool.config.pool.name}': ${quota()}"

    /** What only coroutines need. */
    private inner class Suspending : SuspendingLeases {
        val transactions = SuspendingTransactions(this)

        override val poolName: String
            get() = pool.config.pool.name

        override val dispatcher: CoroutineDispatcher
            get() = pool.dispatcher

        override val acquireTimeout: Duration?
            get() = pool.control.config.acquireTimeout

        override fun mayBlockHere(interceptor: ContinuationInterceptor?) = pool.mayBlockHere(interceptor)

        override suspend fun <R> withConnection(
            timeout: Duration?,
            priority: Priority,
            block: suspend (Connection) -> R,
        ): R = this@JdbcView.withConnection(timeout, priority, block)

        override fun snapshot(): PoolStats = pool.snapshot()
    }
}

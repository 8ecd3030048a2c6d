package dev.rockpool.jdbc

import dev.rockpool.Pool
import dev.rockpool.PoolControl
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.internal.balance.EngineBalancedPool
import dev.rockpool.internal.balance.MemberLeasing
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.base.orNull
import dev.rockpool.internal.core.slot.Slot
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
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.StateFlow

/**
 * Several [JdbcPool]s used as one, such as those of several servers with the same data. See [dev.rockpool.BalancedPool]
 * for how it chooses the member for a call. Threads use [dataSource].
 *
 * Each member keeps its own settings: its URL, hooks, and timeouts of connections. Blocks run on the dispatcher of the
 * member that serves them. All functions are thread-safe. Create it with [balanced]; closing it closes its members.
 *
 * @property members the pools among which it chooses. They can still be used on their own
 */
public class BalancedJdbcPool
internal constructor(public val members: List<JdbcPool>, private val generic: EngineBalancedPool<PhysicalConnection>) {
    private class Served(val member: Int, val slot: Slot<PhysicalConnection>)

    private val served = MemberLeasing<PhysicalConnection, Served> { member, slot, _ -> Served(member, slot) }
    private val suspending by lazy { Suspending() }

    /** This pool as a `javax.sql.DataSource`, for frameworks and threads. */
    public val dataSource: BalancedDataSource = BalancedDataSource(this, generic, members.map { it.dataSource })

    /** Operates all members: events, health, eviction, pausing. */
    public val control: PoolControl
        get() = generic.control

    /** Samples of the sums of the members' numbers. */
    public val stats: StateFlow<PoolStats>
        get() = generic.stats

    /** The sums of the members' current numbers. A caller that waits in several queues is pending once. */
    public fun snapshot(): PoolStats = generic.snapshot()

    /** The members that get no calls now, because their server is away or they are closed. */
    public fun membersOut(): List<JdbcPool> = members.filterIndexed { index, _ -> generic.isOut(index) }

    /**
     * Runs [block] with a connection of one member. Otherwise like [JdbcPool.withConnection].
     *
     * @param timeout how long to wait for a connection, in whichever members; null means no limit
     * @param priority callers with a higher priority are served first
     */
    @JvmSynthetic
    public suspend fun <R> withConnection(
        timeout: Duration? = generic.acquireTimeout.orNull(),
        priority: Priority = Priority.NORMAL,
        block: suspend (Connection) -> R,
    ): R {
        if (members.none { it.preparation != null })
            return lend(timeout, priority) { _, connection -> block(connection) }
        return members[0].prepareAttempts(timeout.orNever()).untilPrepared { left ->
            lend(left, priority) { member, connection ->
                members[member].preparation?.let { (connection as PooledConnection).prepare(it, null) }
                block(connection)
            }
        }
    }

    private suspend fun <R> lend(timeout: Duration?, priority: Priority, block: suspend (Int, Connection) -> R): R {
        val job = currentCoroutineContext()[Job]
        if (job == null || !job.isCoroutine()) return coroutineScope { lend(timeout, priority, block) }
        job.ensureActive()
        val found = generic.balancer.tryAcquire(job, served) ?: generic.balancer.await(timeout, priority, served)
        return members[found.member].runWith(found.slot) { block(found.member, it) }
    }

    /** A cold flow of the values that [block] emits while it has a connection of one member, like [JdbcPool.flow]. */
    @JvmSynthetic
    public fun <T> flow(
        timeout: Duration? = generic.acquireTimeout.orNull(),
        priority: Priority = Priority.NORMAL,
        block: suspend FlowCollector<T>.(Connection) -> Unit,
    ): Flow<T> = suspending.rowFlow(timeout, priority, block)

    /**
     * Runs [block] in a transaction on one member, like [JdbcPool.transaction]. A retry may run on another member.
     * Inside the block of another transaction of this balanced pool it is a savepoint of that transaction.
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

    /** Closes a leased connection instead of returning it, like [JdbcPool.evict]. */
    public fun evict(connection: Connection): Boolean = members.any { it.evict(connection) }

    /** Closes all members, as [JdbcPool.close] does. */
    @JvmSynthetic
    public suspend fun close(grace: Duration = Pool.DEFAULT_GRACE) {
        generic.balancer.close()
        coroutineScope { members.map { async { it.close(grace) } }.awaitAll() }
    }

    override fun toString(): String = snapshot().toString()

    /** What only coroutines need. */
    private inner class Suspending : SuspendingLeases {
        val transactions = SuspendingTransactions(this)

        override val poolName: String
            get() = generic.balancer.name

        override val dispatcher: CoroutineDispatcher
            get() = members[0].dispatcher

        override val acquireTimeout: Duration?
            get() = generic.acquireTimeout.orNull()

        override fun mayBlockHere(interceptor: ContinuationInterceptor?) = members.any { it.mayBlockHere(interceptor) }

        override suspend fun <R> withConnection(
            timeout: Duration?,
            priority: Priority,
            block: suspend (Connection) -> R,
        ): R = this@BalancedJdbcPool.withConnection(timeout, priority, block)

        override fun snapshot(): PoolStats = this@BalancedJdbcPool.snapshot()
    }
}

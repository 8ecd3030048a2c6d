package dev.rockpool.jdbc

import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.internal.balance.MemberLeasing
import dev.rockpool.internal.base.orNull
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.jdbc.ClusterPools.Choice
import dev.rockpool.jdbc.internal.cancel.isCoroutine
import dev.rockpool.jdbc.internal.connection.PhysicalConnection
import dev.rockpool.jdbc.internal.dispatch.SuspendingLeases
import dev.rockpool.jdbc.internal.transaction.SuspendingTransactions
import java.sql.Connection
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Job
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive

/**
 * One read of a coroutine. It waits in the queues of all pools that may serve it, also of those that come to serve
 * while it waits.
 */
internal class ClusterReads(
    private val pools: ClusterPools,
    private val routing: ClusterRouting,
    private val among: List<Choice>,
) : SuspendingLeases {
    private class Served(val by: Choice, val slot: Slot<PhysicalConnection>)

    private val leasing =
        MemberLeasing<PhysicalConnection, Served> { number, slot, _ -> Served(pools.choice(number), slot) }
    private val preferred = among[0].pool

    /** For transactions. */
    @get:JvmSynthetic val transactions = SuspendingTransactions(this)

    @get:JvmSynthetic
    override val poolName: String
        get() = preferred.config.pool.name

    @get:JvmSynthetic
    override val dispatcher: CoroutineDispatcher
        get() = preferred.dispatcher

    @get:JvmSynthetic
    override val acquireTimeout: Duration?
        get() = routing.left().orNull()

    @JvmSynthetic override fun mayBlockHere(interceptor: ContinuationInterceptor?) = preferred.mayBlockHere(interceptor)

    @JvmSynthetic override fun snapshot(): PoolStats = preferred.snapshot()

    /** A connection that has to be prepared comes from the preferred pool. */
    @JvmSynthetic
    override suspend fun <R> withConnection(
        timeout: Duration?,
        priority: Priority,
        block: suspend (Connection) -> R,
    ): R {
        if (among.any { it.pool.preparation != null }) return preferred.withConnection(timeout, priority, block)
        val job = currentCoroutineContext()[Job]
        if (job == null || !job.isCoroutine()) return coroutineScope { withConnection(timeout, priority, block) }
        job.ensureActive()
        val candidates = among.map { it.candidate }
        val reading = pools.reading()
        val served =
            reading.tryAcquire(candidates, job, leasing) ?: reading.await(candidates, timeout, priority, leasing)
        routing.servedBy(served.by)
        return served.by.pool.runWith(served.slot, block)
    }
}

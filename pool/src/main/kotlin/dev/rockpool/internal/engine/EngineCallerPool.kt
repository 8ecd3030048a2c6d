package dev.rockpool.internal.engine

import dev.rockpool.CallerPool
import dev.rockpool.CallerQuota
import dev.rockpool.Lease
import dev.rockpool.Priority
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.acquire.HookedAcquire
import dev.rockpool.internal.engine.acquire.Leasing
import dev.rockpool.internal.engine.acquire.awaitOnThread
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.coroutineContext
import kotlin.time.Duration
import kotlinx.coroutines.Job
import kotlinx.coroutines.ensureActive

/** The [CallerPool] of an engine. */
internal class EngineCallerPool<C : Any>(engine: Engine<C>, private val quota: EngineCallers<C>) :
    EngineView<C>(engine), CallerPool<C> {
    private val leasing = Leasing<C, Lease<C>> { slot, ticket -> engine.lease(slot, ticket) }

    override val callers: String
        get() = quota.name

    override fun quota(): CallerQuota = quota.quota()

    fun tagged(tag: Any?): HookedAcquire<C>? = quota.tagged(tag)

    override fun limit(max: Int, reserved: Int) = quota.limit(max, reserved)

    override suspend fun acquire(timeout: Duration?, priority: Priority): Lease<C> {
        val job = coroutineContext[Job]
        job?.ensureActive()
        if (engine.isHooked) return leaseOf(checkNotNull(quota.acquireHooked(timeout, priority)))
        val slot = quota.slots.tryAcquire(job ?: Holder.UNKNOWN) ?: return quota.slots.await(timeout, priority, leasing)
        return leaseOf(slot)
    }

    override fun tryLend(holder: Any): Slot<C>? = quota.tryAcquireEvenIfStale(holder)

    override fun acquireOnThread(timeout: Long, priority: Priority): Lease<C> =
        if (engine.isHooked) acquireAsync(timeout, priority).awaitOnThread()
        else leaseOf(quota.slots.acquire(timeout, priority))

    override fun acquireAsync(timeout: Long, priority: Priority): CompletableFuture<Lease<C>> =
        quota.acquireAsync(timeout, priority)

    override fun toString(): String = "callers '$callers' of ${engine.pool}: ${quota()}"
}

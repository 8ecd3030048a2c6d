package dev.rockpool.internal.engine

import dev.rockpool.Lease
import dev.rockpool.Pool
import dev.rockpool.PoolClosedException
import dev.rockpool.Priority
import dev.rockpool.internal.base.orNull
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.acquire.HookedAcquire
import dev.rockpool.internal.engine.acquire.awaitOnThread
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.coroutineContext
import kotlin.time.Duration
import kotlinx.coroutines.ensureActive

/** The connections of an engine that are prepared for one tag. What concerns the whole pool is passed on to it. */
internal class EngineTaggedPool<C : Any>(val engine: Engine<C>, private val tagged: HookedAcquire<C>) :
    LendingPool<C>, Pool<C> by engine.pool {
    override suspend fun acquire(timeout: Duration?, priority: Priority): Lease<C> {
        coroutineContext.ensureActive()
        return leaseOf(tagged.acquire(timeout, priority))
    }

    private fun leaseOf(slot: Slot<C>) = engine.lease(slot, slot.granted())

    override fun tryAcquire(): Lease<C>? = tryAcquire(Holder.UNKNOWN)

    override fun tryAcquire(holder: Any): Lease<C>? {
        tagged.tryAcquire(holder)?.let {
            return leaseOf(it)
        }
        if (engine.isClosed) throw PoolClosedException(engine.name)
        return null
    }

    override val acquireTimeout: Long
        get() = engine.acquireTimeout

    override fun acquireOnThread(timeout: Long, priority: Priority): Lease<C> =
        acquireAsync(timeout, priority).awaitOnThread()

    override fun acquireAsync(timeout: Long, priority: Priority): CompletableFuture<Lease<C>> =
        tagged.acquireAsync(timeout.orNull(), priority)

    override fun closeAsync(grace: java.time.Duration): CompletableFuture<Void?> = engine.closeAsync(grace)

    override fun toString(): String = "connections with a tag of ${engine.pool}"
}

package dev.rockpool.internal.engine

import dev.rockpool.Lease
import dev.rockpool.PoolClosedException
import dev.rockpool.PoolConfig
import dev.rockpool.PoolControl
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.engine.acquire.HookedAcquire
import dev.rockpool.internal.engine.acquire.Leasing
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.coroutineContext
import kotlin.time.Duration
import kotlinx.coroutines.Job
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.StateFlow

/** An [Engine] as its users see it. */
public class EnginePool<C : Any> internal constructor(public val engine: Engine<C>) : LendingPool<C> {
    private val hooked = engine.hooked
    private val leasing = Leasing<C, Lease<C>> { slot, ticket -> engine.lease(slot, ticket) }

    override val config: PoolConfig
        get() = engine.config

    override val control: PoolControl
        get() = engine.control

    override val stats: StateFlow<PoolStats>
        get() = engine.stats

    override fun snapshot(): PoolStats = engine.snapshot()

    override suspend fun acquire(timeout: Duration?, priority: Priority): Lease<C> {
        val job = coroutineContext[Job]
        job?.ensureActive()
        // Tail calls, so that a waiting caller keeps no state of this function.
        if (hooked != null) return acquireHooked(hooked, timeout, priority)
        val slot = engine.tryAcquire(job ?: Holder.UNKNOWN) ?: return engine.await(timeout, priority, leasing)
        return EngineLease(engine, slot, slot.granted())
    }

    private suspend fun acquireHooked(hooked: HookedAcquire<C>, timeout: Duration?, priority: Priority): Lease<C> {
        val slot = hooked.acquire(timeout, priority)
        return EngineLease(engine, slot, slot.ticket())
    }

    override fun tryAcquire(): Lease<C>? = tryAcquire(Holder.UNKNOWN)

    override val acquireTimeout: Long
        get() = engine.acquireTimeout

    override fun acquireOnThread(timeout: Long, priority: Priority): Lease<C> {
        if (hooked != null) return engine.acquireHooked(timeout, priority)
        val slot = engine.acquire(timeout, priority)
        return EngineLease(engine, slot, slot.granted())
    }

    override fun acquireAsync(timeout: Long, priority: Priority): CompletableFuture<Lease<C>> =
        engine.acquireAsync(timeout, priority)

    override fun tryAcquire(holder: Any): Lease<C>? {
        val slot =
            if (hooked != null && engine.isTagged) hooked.tryAcquire(holder) else engine.tryAcquireEvenIfStale(holder)
        if (slot != null) return EngineLease(engine, slot, slot.granted())
        if (engine.isClosed) throw PoolClosedException(config.name)
        return null
    }

    override fun closeAsync(grace: java.time.Duration): CompletableFuture<Void?> = engine.closeAsync(grace)

    override suspend fun close(grace: Duration) {
        engine.close(grace)
        if (engine.runtime.isInRealTime) PoolThreads.awaitUnneeded()
    }

    override fun toString(): String = snapshot().toString()
}

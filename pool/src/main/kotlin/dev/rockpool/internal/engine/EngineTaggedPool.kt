package dev.rockpool.internal.engine

import dev.rockpool.Lease
import dev.rockpool.Priority
import dev.rockpool.internal.base.orNull
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.acquire.HookedAcquire
import dev.rockpool.internal.engine.acquire.awaitOnThread
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.coroutineContext
import kotlin.time.Duration
import kotlinx.coroutines.ensureActive

/** The connections of an engine that are prepared for one tag. */
internal class EngineTaggedPool<C : Any>(engine: Engine<C>, private val tagged: HookedAcquire<C>) :
    EngineView<C>(engine) {
    override suspend fun acquire(timeout: Duration?, priority: Priority): Lease<C> {
        coroutineContext.ensureActive()
        return leaseOf(tagged.acquire(timeout, priority))
    }

    override fun tryLend(holder: Any): Slot<C>? = tagged.tryAcquire(holder)

    override fun acquireOnThread(timeout: Long, priority: Priority): Lease<C> =
        acquireAsync(timeout, priority).awaitOnThread()

    override fun acquireAsync(timeout: Long, priority: Priority): CompletableFuture<Lease<C>> =
        tagged.acquireAsync(timeout.orNull(), priority)

    override fun toString(): String = "connections with a tag of ${engine.pool}"
}

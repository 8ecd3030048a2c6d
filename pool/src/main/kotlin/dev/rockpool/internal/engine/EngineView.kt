package dev.rockpool.internal.engine

import dev.rockpool.Lease
import dev.rockpool.Pool
import dev.rockpool.PoolClosedException
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Slot
import java.util.concurrent.CompletableFuture

/** The connections of an engine as some of its callers see them. What concerns the whole pool is passed on to it. */
internal abstract class EngineView<C : Any>(val engine: Engine<C>) : LendingPool<C>, Pool<C> by engine.pool {
    protected fun leaseOf(slot: Slot<C>): Lease<C> = engine.lease(slot, slot.granted())

    /** Leases a slot that is prepared already, even a stale one, or returns null. Never waits. */
    protected abstract fun tryLend(holder: Any): Slot<C>?

    override fun tryAcquire(): Lease<C>? = tryAcquire(Holder.UNKNOWN)

    override fun tryAcquire(holder: Any): Lease<C>? {
        val slot = tryLend(holder)
        if (slot == null && engine.isClosed) throw PoolClosedException(engine.name)
        return slot?.let { leaseOf(it) }
    }

    override val acquireTimeout: Long
        get() = engine.acquireTimeout

    override fun closeAsync(grace: java.time.Duration): CompletableFuture<Void?> = engine.closeAsync(grace)
}

package dev.rockpool.internal.engine

import dev.rockpool.CloseReason
import dev.rockpool.Lease
import dev.rockpool.LeaseMisuseException
import dev.rockpool.ReturnState
import dev.rockpool.internal.core.slot.Slot
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater
import kotlinx.coroutines.currentCoroutineContext

/**
 * A lease is a slot and the ticket that ends it. Ending it is one CAS on the slot, so only one of several attempts
 * succeeds.
 */
internal class EngineLease<C : Any>(val engine: Engine<C>, val slot: Slot<C>, val ticket: Long) : Lease<C> {
    /**
     * 1 once an end of this lease has begun, so that no other end may follow: the connection is being restored or was
     * evicted.
     */
    @Volatile @JvmField internal var restoring = 0

    override val connection: C
        get() {
            if (!isActive) throw LeaseMisuseException(engine.name, slot.endOf(ticket))
            return slot.connection()
        }

    override val isActive: Boolean
        get() = restoring == 0 && slot.isHeldBy(ticket)

    override suspend fun release() {
        val condition = end() ?: return
        engine.connector
            .restoreAndRelease(slot, ticket, condition == ReturnState.DIRTY, currentCoroutineContext())
            ?.let { throw it }
    }

    override fun close() {
        val condition = end() ?: return
        engine.connector.restoreLater(slot, ticket, condition == ReturnState.DIRTY)
    }

    override fun evict(reason: String) {
        if (RESTORING.compareAndSet(this, 0, 1)) engine.discardDead(slot, ticket, CloseReason.EVICTED, reason)
    }

    /**
     * Ends the lease if nothing else is needed, and returns null. Otherwise this caller must restore the connection
     * first.
     */
    private fun end(): ReturnState? {
        if (!isActive) return null
        val condition = engine.connector.inspect(slot.connectionOf(ticket) ?: return null)
        if (condition == ReturnState.BROKEN) {
            engine.discardDead(slot, ticket, CloseReason.BROKEN, "returned broken")
        } else if (condition == ReturnState.CLEAN && engine.hooked == null) {
            engine.release(slot, ticket)
        } else if (RESTORING.compareAndSet(this, 0, 1)) {
            return condition
        }
        return null
    }

    override fun toString(): String =
        "lease of connection ${slot.number()} of pool '${engine.name}'${if (isActive) "" else ", ended"}"

    private companion object {
        val RESTORING: AtomicIntegerFieldUpdater<EngineLease<*>> =
            AtomicIntegerFieldUpdater.newUpdater(EngineLease::class.java, "restoring")
    }
}

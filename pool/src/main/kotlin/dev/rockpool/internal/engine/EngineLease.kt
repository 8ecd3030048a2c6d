package dev.rockpool.internal.engine

import dev.rockpool.Condition
import dev.rockpool.Lease
import dev.rockpool.LeaseMisuseException
import dev.rockpool.internal.core.Slot
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater

/**
 * A lease is a slot and the ticket that ends it. Ending it is one CAS in the slot, so only one of many attempts counts.
 */
internal class EngineLease<C : Any>(
    private val engine: Engine<C>,
    private val slot: Slot<C>,
    private val ticket: Long,
) : Lease<C> {
    /** 1 once nothing but the end that was begun may end this lease: its connection is being reset, or was evicted. */
    @Volatile @JvmField internal var resetting = 0

    override val connection: C
        get() {
            if (!isActive) throw LeaseMisuseException(engine.config.name, slot.number())
            return slot.connection()
        }

    override val isActive: Boolean
        get() = resetting == 0 && slot.isHeldBy(ticket)

    override suspend fun release() {
        if (endsAtOnce()) return
        engine.resetAndRelease(slot, ticket)
    }

    override fun close() {
        if (!endsAtOnce()) engine.resetInBackground(slot, ticket)
    }

    override fun evict(reason: String) {
        if (RESETTING.compareAndSet(this, 0, 1)) engine.discard(slot, ticket, reason)
    }

    /** False when this caller, and no other, must have the connection reset. */
    private fun endsAtOnce(): Boolean {
        if (!isActive) return true
        when (engine.inspect(slot.connection())) {
            Condition.CLEAN -> engine.lending.release(slot, ticket)
            Condition.BROKEN -> engine.discard(slot, ticket, "returned broken")
            Condition.DIRTY -> return !RESETTING.compareAndSet(this, 0, 1)
        }
        return true
    }

    override fun toString(): String =
        "lease of connection ${slot.number()} of pool '${engine.config.name}'${if (isActive) "" else ", ended"}"

    private companion object {
        val RESETTING: AtomicIntegerFieldUpdater<EngineLease<*>> =
            AtomicIntegerFieldUpdater.newUpdater(EngineLease::class.java, "resetting")
    }
}

package dev.rockpool.internal.engine.upkeep

import dev.rockpool.internal.base.PeekingFactory
import dev.rockpool.internal.base.logDebug
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.core.upkeep.FreezeDetector
import dev.rockpool.internal.engine.runtime.PoolRuntime

/** Peeks at connections that are kept fresh, if their factory can. */
internal class Peeking<C : Any>(private val runtime: PoolRuntime<C>, private val freezes: FreezeDetector) {
    @Suppress("UNCHECKED_CAST") // what the factory opens
    private val factory = runtime.factory() as? PeekingFactory<C>

    /** Whether this connection can be kept fresh. */
    fun canPeek(connection: C): Boolean = safely(false) { factory?.canPeek(connection) ?: false }

    /**
     * Whether this connection can be lent as if it was in use a moment ago: its last probe is recent, and a peek finds
     * nothing.
     */
    fun isAlive(slot: Slot<C>): Boolean = isRecent(slot) && safely(false) { factory?.peek(slot.connection()) ?: false }

    /** The peek began just now, so the clock is not read again. */
    private fun isRecent(slot: Slot<C>): Boolean {
        val now = slot.begunAt
        val window = runtime.config().trustWindow.orNever()
        return now - slot.aliveAt() <= window && !freezes.mayHaveSlept(now, runtime.wallClock(), window)
    }

    private inline fun safely(otherwise: Boolean, answer: () -> Boolean): Boolean =
        try {
            answer()
        } catch (e: Throwable) { // whatever a driver throws, Errors too: then it is probed
            logDebug(e) { "pool '${runtime.name()}': peeking at a connection failed" }
            otherwise
        }
}

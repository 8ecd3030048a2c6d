package dev.rockpool.internal.engine.acquire

import dev.rockpool.Preparer
import dev.rockpool.internal.core.queue.CallerClass
import dev.rockpool.internal.core.queue.Demand
import dev.rockpool.internal.core.slot.Preference
import dev.rockpool.internal.core.slot.Slot
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicLong

/**
 * Knows which connection is prepared for which tag, and prepares it for another one. The tags are kept beside the
 * slots, so a pool without a preparer pays nothing.
 *
 * Choosing an idle connection only saves work. Whether a leased connection has the right tag is decided by its holder.
 */
internal class Tagging<C : Any>(private val preparer: Preparer<C>) {
    /** A connection was prepared for this tag, and last lent with this ticket. [use] counts the leases of all tags. */
    private class Prepared(val connection: Long, val tag: Any?, val ticket: Long, val use: Long)

    /** By the index of the slot, so there are no more entries than slots. */
    private val prepared = ConcurrentHashMap<Int, Prepared>()
    private val uses = AtomicLong()

    /** What a caller with this tag asks for. Both may be null. */
    fun demand(tag: Any?, callers: CallerClass?): Demand<C> = Demand(callers, Wish(shared(tag)))

    /** An equal object that is known already, so that a comparison under a lock needs no user code. */
    private fun shared(tag: Any?): Any? = prepared.values.firstOrNull { it.tag == tag }?.tag ?: tag

    private inner class Wish(private val tag: Any?) : Preference<C> {
        override fun cost(slot: Slot<C>): Long {
            val last = of(slot)
            val now = last?.tag
            return when {
                now == tag -> 0
                now == null -> 1L shl USE_BITS
                now === UNKNOWN -> 2L shl USE_BITS
                else -> ((2L + preparer.cost(now, tag).coerceAtLeast(0)) shl USE_BITS) + (last.use and LATEST_USE)
            }
        }

        override fun rank(slot: Slot<C>): Int {
            val now = tagOf(slot)
            return if (now === tag) 0 else if (now == null) 1 else 2
        }
    }

    /** A new connection is prepared for null. */
    private fun tagOf(slot: Slot<C>): Any? = of(slot)?.tag

    private fun of(slot: Slot<C>): Prepared? = prepared[slot.index()]?.takeIf { it.connection == slot.number() }

    /** Whether the connection of a leased slot is prepared for this tag. */
    fun isPrepared(slot: Slot<C>, ticket: Long, tag: Any?): Boolean {
        val last = of(slot)
        if (last?.tag != tag) return false
        val isPrepared = preparer.isPrepared(slot.connection(), tag, last != null && last.ticket != ticket)
        if (isPrepared) note(slot, ticket, tag)
        return isPrepared
    }

    /** Prepares the connection of a leased slot. */
    suspend fun prepare(slot: Slot<C>, ticket: Long, tag: Any?) {
        note(slot, ticket, UNKNOWN) // until it has succeeded
        preparer.prepare(slot.connection(), tag)
        note(slot, ticket, tag)
    }

    private fun note(slot: Slot<C>, ticket: Long, tag: Any?) {
        prepared[slot.index()] = Prepared(slot.number(), tag, ticket, uses.incrementAndGet())
    }

    private companion object {
        val UNKNOWN = Any()

        /**
         * Of equal costs, the tag that was used longest ago is given up: the lower bits of a cost count its last use.
         */
        const val USE_BITS = 31
        const val LATEST_USE = (1L shl USE_BITS) - 1
    }
}

package dev.rockpool.internal.engine

import dev.rockpool.PoolEvent
import dev.rockpool.internal.core.Holder
import dev.rockpool.internal.core.Phase
import dev.rockpool.internal.core.Waiter
import java.util.concurrent.atomic.AtomicBoolean

/**
 * Finds callers that wait for a connection while they, or the job they are a part of, hold one: enough of them at the
 * same time, and each waits for the others.
 *
 * Looks at every lease for each caller that has to wait, but at no more than some 100,000 leases per second: where so
 * many wait their waits are short, and so many looks at other threads' slots would make them longer.
 */
internal class NestedAcquires<C : Any>(private val engine: Engine<C>) {
    private val warned = AtomicBoolean()

    // Racy on purpose: the limit has to be about right.
    private var windowBegan = 0L
    private var looks = 0

    /** Said before this caller waits. */
    fun look(waiter: Waiter<C>) {
        if (isTooOften(waiter.since())) return
        val caller = waiter.holder()
        if (caller is Holder) return
        looks += engine.lending.slots().size()
        if (!hasAny(caller)) return
        val own = own(caller, engine.leases()) ?: return
        val told =
            "pool '${engine.config.name}': a caller waits although it has a connection: ${own.toWords()}. Should " +
                "all connections be held by such callers, none of them is ever served: do not acquire a second one " +
                "while holding the first"
        if (warned.compareAndSet(false, true)) log.warn { "$told (later ones are logged at debug level)" }
        else log.debug { told }
        engine.events.tell { PoolEvent.NestedAcquire(own.connection, HeldLease.nameOf(own.holder)) }
    }

    /** Asked for everybody who waits, so nothing is made for the answer. */
    private fun hasAny(caller: Any): Boolean {
        for (slot in engine.lending.slots().all()) {
            if (slot.phase() != Phase.LEASED) continue
            if (HeldLease.isHeldBy(slot.holder(slot.ticket()), caller)) return true
        }
        return false
    }

    /** The lease that this caller has already. */
    fun own(caller: Any?, leases: List<HeldLease>): HeldLease? = leases.find { HeldLease.isHeldBy(it.holder, caller) }

    private fun isTooOften(now: Long): Boolean {
        if (now - windowBegan >= WINDOW) {
            windowBegan = now
            looks = 0
        }
        return looks > LOOKS_PER_WINDOW
    }

    private companion object {
        const val WINDOW = 100_000_000L
        const val LOOKS_PER_WINDOW = 10_000
    }
}

package dev.rockpool.internal.engine.acquire

import dev.rockpool.PoolEvent
import dev.rockpool.internal.base.logDebug
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.engine.report.HeldLease
import dev.rockpool.internal.engine.report.PoolNumbers
import dev.rockpool.internal.engine.runtime.PoolRuntime
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicLong

private const val WINDOW = 100_000_000L
private const val LOOKS_PER_WINDOW = 10_000
private const val QUIET = 60_000_000_000L

/**
 * Finds callers that wait for a connection while they, or a parent job, hold one. Enough of them at the same time wait
 * for each other.
 *
 * Checks every lease for each caller that has to wait, but at most some 100,000 leases per second. With more waiters
 * than that, waits are short, and reading other threads' slots would make them longer.
 */
internal class NestedAcquires<C : Any>(private val runtime: PoolRuntime<C>, private val numbers: PoolNumbers) {
    private val quietUntil = AtomicLong(Long.MIN_VALUE)
    private val notLogged = AtomicInteger()

    // Racy on purpose, because the limit need not be exact.
    private var windowBegan = 0L
    private var looks = 0

    /** Called before this caller waits. */
    fun look(waiter: Waiter<C>) {
        if (isTooOften(waiter.since())) return
        val caller = waiter.holder()
        if (caller is Holder) return
        looks += runtime.state().slots().size()
        if (!hasAny(caller)) return
        val own = HeldLease.ownOf(caller, numbers.leases()) ?: return
        log(own, waiter.since())
        runtime.events().send { PoolEvent.NestedAcquire(own.connection, HeldLease.nameOf(own.holder)) }
    }

    /** Logs a warning if nothing can be opened for the caller and there was none in the last minute. */
    private fun log(own: HeldLease, now: Long) {
        val told = "pool '${runtime.name()}': a caller waits although it has a connection: ${own.toWords()}"
        val size = runtime.state().slots().all().size
        val due = quietUntil.get()
        if (!isExhausted()) {
            logDebug { told }
        } else if (now >= due && quietUntil.compareAndSet(due, now + QUIET)) {
            val before = notLogged.getAndSet(0)
            val more = if (before == 0) "" else " ($before earlier ones were not logged)"
            logWarn {
                "$told, and all $size connections are in use. If all are held by such callers, none of them is ever " +
                    "served: do not acquire a second connection while holding the first$more"
            }
        } else {
            notLogged.incrementAndGet()
            logDebug { told }
        }
    }

    /**
     * Whether every connection that the pool may have is leased, so that the caller can only wait for other callers.
     */
    private fun isExhausted(): Boolean = runtime.state().slots().all().all { it.phase() == Phase.LEASED }

    /** Called for every waiter, so it allocates nothing. */
    private fun hasAny(caller: Any): Boolean {
        for (slot in runtime.state().slots().all()) {
            if (slot.phase() != Phase.LEASED) continue
            if (HeldLease.isHeldBy(slot.holder(slot.ticket()), caller)) return true
        }
        return false
    }

    private fun isTooOften(now: Long): Boolean {
        if (now - windowBegan >= WINDOW) {
            windowBegan = now
            looks = 0
        }
        return looks > LOOKS_PER_WINDOW
    }
}

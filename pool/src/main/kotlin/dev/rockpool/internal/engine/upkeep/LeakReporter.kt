package dev.rockpool.internal.engine.upkeep

import dev.rockpool.CloseReason
import dev.rockpool.PoolEvent
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.core.lending.PoolState
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.core.upkeep.LeakDetector
import dev.rockpool.internal.engine.report.HeldLease
import dev.rockpool.internal.engine.runtime.PoolRuntime

/** Reports leases that last too long, and reclaims those whose holder has ended. Called by the keeper. */
internal class LeakReporter<C : Any>(
    private val runtime: PoolRuntime<C>,
    private val connector: ConnectionLifecycle<C>,
) {
    private val state: PoolState<C> = runtime.state()
    private val watch = LeakDetector(state)
    private val pool = runtime.name()

    init {
        chooseTraces()
    }

    fun look(now: Long) {
        chooseTraces()
        watch.ended().forEach(::ended)
        for (overdue in watch.look(now, runtime.config().leakThreshold.orNever())) {
            val lease = HeldLease.of(overdue.slot, now)?.takeIf { it.ticket == overdue.ticket } ?: continue
            if (lease.isAbandoned && runtime.config().reclaimLeaks) reclaim(overdue.slot, lease, overdue.first)
            else if (overdue.first) reportOverdue(lease)
        }
    }

    private fun reportOverdue(lease: HeldLease) {
        runtime.counters().leaked.increment()
        report(lease, "longer than leakThreshold: it may never be returned", reclaimed = false)
    }

    private fun reclaim(slot: Slot<C>, lease: HeldLease, first: Boolean) {
        if (!slot.seize(lease.ticket, CloseReason.RECLAIMED, "its holder ended without returning it")) return
        watch.reclaimed(slot)
        if (first) runtime.counters().leaked.increment()
        runtime.counters().reclaimed.increment()
        report(lease, "its holder has ended without returning it: reclaimed and closed", reclaimed = true)
        abort(slot)
        runtime.slots().leaseEnded()
    }

    /** Reports that an overdue lease has ended after all. */
    private fun ended(connection: Long) {
        val reason = whyClosed(connection)
        val what = if (reason == null) "was returned" else "has ended: $reason"
        logWarn { "pool '$pool': the lease of connection $connection, reported as overdue, $what" }
        runtime.events().send { PoolEvent.LeakEnded(connection) }
    }

    /** Why a connection is being or was closed; null while it is open. */
    private fun whyClosed(connection: Long): String? =
        state.slots().all().find { it.number() == connection && it.phase() == Phase.CLOSING }?.reason()
            ?: connector.history.latest().find { it.number == connection }?.reason

    private fun report(lease: HeldLease, what: String, reclaimed: Boolean) {
        val words = lease.toWords()
        logWarn(lease.trace) { "pool '$pool': $words, $what" }
        runtime.events().send { PoolEvent.Leaked(words.connection, words.holder, words.held, reclaimed) }
    }

    /** Reclaims every lease, because the pool is closed and the grace is over. */
    fun reclaimAll(now: Long) {
        for (slot in state.slots().all()) {
            val lease = HeldLease.of(slot, now)
            if (lease == null || !slot.seize(CloseReason.POOL_CLOSED, "not returned before the pool was closed"))
                continue
            logWarn(lease.trace) {
                "pool '$pool': closing: ${lease.toWords()} (${slot.connection()}) was not returned in time, so it is aborted"
            }
            abort(slot)
        }
    }

    private fun abort(slot: Slot<C>) {
        state.recorder().ended(slot.number())
        connector.abort(slot)
    }

    private fun chooseTraces() {
        val config = runtime.config()
        state.recorder().traceLeases(config.leakThreshold != null && config.leakStackTraces)
    }
}

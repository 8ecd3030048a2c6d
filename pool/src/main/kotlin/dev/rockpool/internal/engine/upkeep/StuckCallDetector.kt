package dev.rockpool.internal.engine.upkeep

import dev.rockpool.CloseReason
import dev.rockpool.internal.base.call
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.report.DEAD
import dev.rockpool.internal.engine.runtime.PoolRuntime
import dev.rockpool.readable
import java.util.Collections
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.launch

/**
 * Finds leases whose connection the network has lost. The caller waits in a call for an answer that never arrives,
 * which looks like a long-running call on this side. Only the server knows, so it is asked through another connection,
 * the *witness*. That is one that is idle or returned soon or, if every connection of the pool is silent, one opened
 * just for that question.
 *
 * Belongs to the keeper; only the question itself runs concurrently. Tested by `SilenceLaws`, and on a real server by
 * the chaos laws.
 */
internal class StuckCallDetector<C : Any>(
    private val runtime: PoolRuntime<C>,
    private val connector: ConnectionLifecycle<C>,
    private val scope: CoroutineScope,
) {
    private class Call<C>(val slot: Slot<C>, val connection: C, val ticket: Long, val number: Long, val since: Long)

    private val factory = runtime.factory()
    private var calls: List<Call<C>> = Collections.emptyList()
    private var nextQuestion = Long.MIN_VALUE

    @Volatile private var asking = false

    /** Finds calls that are unchanged since the last look, and asks about those that have been silent for too long. */
    fun look(now: Long) {
        val limit = runtime.config().stuckCallTimeout
        if (limit == null) {
            calls = Collections.emptyList()
            return
        }
        calls = callsInFlight(now)
        val silent = calls.filter { (now - it.since).nanoseconds >= limit }
        if (silent.isEmpty() || asking || now < nextQuestion) return
        // Opening a connection just to ask is rare, because most of these are long-running calls.
        val others =
            runtime.state().slots().all().any { slot ->
                slot.phase() != Phase.VACANT && silent.none { it.slot === slot }
            }
        nextQuestion = now + maxOf(if (others) limit / 4 else limit, SPACING).inWholeNanoseconds
        asking = true
        scope.launch {
            try {
                ask(silent, others)
            } finally {
                asking = false
            }
        }
    }

    /** Resets all silence, because no call could receive anything while the process was frozen. */
    fun processWasFrozen() {
        calls = Collections.emptyList()
    }

    private fun callsInFlight(now: Long): List<Call<C>> =
        runtime.state().slots().all().mapNotNull { slot ->
            val ticket = slot.ticket()
            val connection: C? = slot.connection()
            if (connection == null || slot.phase() != Phase.LEASED) return@mapNotNull null
            val number = factory.callUnderWay(connection)
            if (number == 0L) return@mapNotNull null
            calls.find { it.slot === slot && it.ticket == ticket && it.number == number }
                ?: Call(slot, connection, ticket, number, now)
        }

    private suspend fun ask(silent: List<Call<C>>, others: Boolean) {
        val answer =
            if (others) connector.throughLease(WAIT) { factory.findLost(silent.map { it.connection }, it) }
            else connector.throughExtra { factory.findLost(silent.map { it.connection }, it) }
        val lost = answer.orEmpty()
        silent.filter { call -> lost.any { it === call.connection } && isSame(call) }.forEach(::abort)
    }

    private fun isSame(call: Call<C>) =
        call.slot.isHeldBy(call.ticket) && factory.callUnderWay(call.connection) == call.number

    private fun abort(call: Call<C>) {
        val silentFor = (runtime.now() - call.since).nanoseconds
        val reason = "$DEAD: a call was silent for ${silentFor.readable()}, and the server no longer works for it"
        if (!runtime.slots().abort(call.slot, call.ticket, CloseReason.SILENT, reason)) return
        logWarn { "pool '${runtime.name()}': connection ${call.slot.number()} is aborted; $reason" }
        runtime.slots().markAllStale()
    }

    private companion object {
        /** How long a question waits for a connection of the pool. */
        val WAIT: Duration = 1.seconds

        /** The shortest time between two questions. */
        val SPACING: Duration = 1.seconds
    }
}

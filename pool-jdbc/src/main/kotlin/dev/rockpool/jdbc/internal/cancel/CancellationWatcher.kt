package dev.rockpool.jdbc.internal.cancel

import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.logDebug
import dev.rockpool.internal.engine.logWarn
import dev.rockpool.jdbc.internal.connection.CancellationToken
import dev.rockpool.jdbc.internal.connection.PhysicalConnection
import dev.rockpool.jdbc.internal.connection.PooledConnection
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/**
 * Sees which callers have given up while their connection is in a call: the call is cancelled, and when that has not
 * ended it in time the connection is cut off.
 *
 * It looks many times a second while blocks have connections, so that nothing is spent on them for it but telling for
 * whom they work; and ends when none has had one for a while. Attacked by `CancellationLaws`.
 */
internal class CancellationWatcher(
    private val engine: Engine<PhysicalConnection>,
    private val dispatcher: CoroutineDispatcher,
    private val limit: Duration,
) {
    /** A call that was cancelled, and when. */
    private class Attempt(val slot: Slot<PhysicalConnection>, val ticket: Long, val call: Long, val since: Long)

    private val scope = CoroutineScope(dispatcher + SupervisorJob())
    private val looking = AtomicBoolean()
    private var attempts: List<Attempt> = emptyList()

    /** Runs a block with a connection that works for this caller, and closes it. */
    inline fun <R> lend(connection: PooledConnection, caller: CancellationToken, block: (PooledConnection) -> R): R =
        connection.use {
            worksFor(connection, caller)
            try {
                block(connection)
            } finally {
                connection.worksFor(null)
            }
        }

    /** The connection works for this caller, until it is told that it works for nobody. */
    fun worksFor(connection: PooledConnection, caller: CancellationToken) {
        connection.worksFor(caller)
        if (!looking.get() && looking.compareAndSet(false, true)) start()
    }

    private fun start() {
        try {
            scope.launch { lookAgainAndAgain() }
        } catch (e: Throwable) { // no thread: the block goes on, uncancelled
            looking.set(false)
            logWarn(e) { "pool '${engine.config.name}': statements of cancelled callers cannot be cancelled now" }
        }
    }

    private suspend fun lookAgainAndAgain() {
        var lookedInVain = 0
        while (true) {
            lookedInVain = if (lookSafely()) 0 else lookedInVain + 1
            if (lookedInVain > ENOUGH) {
                looking.set(false)
                // Whoever came before that took us to be looking.
                if (!lookSafely() || !looking.compareAndSet(false, true)) return
                lookedInVain = 0
            }
            delay(INTERVAL)
        }
    }

    private fun lookSafely(): Boolean =
        try {
            look()
        } catch (e: Throwable) { // Errors too: it has to look again
            logWarn(e) { "pool '${engine.config.name}': looking after cancelled callers failed" }
            true
        }

    /** True when a connection works for somebody who may give up. */
    private fun look(): Boolean {
        var any = false
        val now = engine.now()
        attempts =
            engine.lending.slots().all().mapNotNull { slot ->
                val ticket = slot.ticket()
                val connection: PhysicalConnection = slot.connection() ?: return@mapNotNull null
                val call = connection.callUnderWay() // before the caller, who must not be that of an earlier lease
                val caller = connection.cancellation().caller() ?: return@mapNotNull null
                any = true
                if (call == 0L || PhysicalConnection.isVital(call) || !caller.hasGivenUp()) return@mapNotNull null
                val earlier = attempts.find { it.slot === slot && it.ticket == ticket && it.call == call }
                if (earlier == null) cancel(connection, call) else if (isOver(earlier, now)) cutOff(earlier)
                earlier ?: Attempt(slot, ticket, call, now)
            }
        return any
    }

    private fun cancel(connection: PhysicalConnection, call: Long) {
        scope.launch {
            try {
                connection.cancellation().cancel(call, limit.inWholeNanoseconds)
            } catch (e: Throwable) { // drivers that know no cancel throw Errors; the call has its time to end
                logDebug(e) { "pool '${engine.config.name}': $connection cannot be asked to cancel a statement" }
            }
        }
    }

    private fun isOver(attempt: Attempt, now: Long) = (now - attempt.since).nanoseconds >= limit

    private fun cutOff(attempt: Attempt) {
        val reason = "its caller has given up, and cancelling the statement did not end it within $limit"
        attempt.slot.connection()?.breakDown()
        if (!engine.cutOff(attempt.slot, attempt.ticket, reason)) return
        logWarn { "pool '${engine.config.name}': connection ${attempt.slot.number()} is aborted: $reason" }
    }

    private companion object {
        val INTERVAL: Duration = 20.milliseconds

        /** Looks in vain, after which it ends. */
        const val ENOUGH = 50
    }
}

package dev.rockpool.jdbc.internal.cancel

import dev.rockpool.CloseReason
import dev.rockpool.internal.base.logDebug
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.Engine
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
 * Finds callers that have given up while their connection is in a call. It cancels the call. If the call does not end
 * in time, it aborts the connection.
 *
 * It looks 50 times a second while blocks have connections, so a block only has to publish its token. It stops when no
 * block has had a connection for a while.
 *
 * Tested by `CancellationLaws`.
 */
internal class CancellationWatcher(
    private val engine: Engine<PhysicalConnection>,
    private val dispatcher: CoroutineDispatcher,
    private val limit: () -> Duration,
) {
    /** A cancelled call, and when it was cancelled. */
    private class Attempt(val slot: Slot<PhysicalConnection>, val ticket: Long, val call: Long, val since: Long)

    private val scope = CoroutineScope(dispatcher + SupervisorJob())
    private val looking = AtomicBoolean()
    private var attempts: List<Attempt> = emptyList()

    /** Runs a block with a connection, watches its calls for this caller, and closes the connection. */
    inline fun <R> lend(connection: PooledConnection, caller: CancellationToken, block: (PooledConnection) -> R): R =
        connection.use {
            worksFor(connection, caller)
            try {
                block(connection)
            } finally {
                connection.worksFor(null)
            }
        }

    /** Watches the calls of this connection for a caller, until the connection is told that it has none. */
    fun worksFor(connection: PooledConnection, caller: CancellationToken) {
        connection.worksFor(caller)
        if (!looking.get() && looking.compareAndSet(false, true)) start()
    }

    private fun start() {
        try {
            scope.launch { lookRepeatedly() }
        } catch (e: Throwable) { // no thread: the block continues but cannot be cancelled
            looking.set(false)
            logWarn(e) { "pool '${engine.name}': statements of cancelled callers cannot be cancelled now" }
        }
    }

    private suspend fun lookRepeatedly() {
        var misses = 0
        while (true) {
            misses = if (lookSafely()) 0 else misses + 1
            if (misses > ENOUGH) {
                looking.set(false)
                // A block that started before that relies on this coroutine.
                if (!lookSafely() || !looking.compareAndSet(false, true)) return
                misses = 0
            }
            delay(INTERVAL)
        }
    }

    private fun lookSafely(): Boolean =
        try {
            look()
        } catch (e: Throwable) { // Errors too, because it must look again
            logWarn(e) { "pool '${engine.name}': looking after cancelled callers failed" }
            true
        }

    /** Returns true when some connection has a caller that may give up. */
    private fun look(): Boolean {
        var any = false
        val now = engine.now()
        attempts =
            engine.allSlots().mapNotNull { slot ->
                val ticket = slot.ticket()
                val connection: PhysicalConnection = slot.connection() ?: return@mapNotNull null
                val call =
                    connection.callUnderWay() // read before the caller, which must not be that of an earlier lease
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
                connection.cancellation().cancel(call, limit().inWholeNanoseconds)
            } catch (e: Throwable) { // drivers without cancel throw Errors; the call still has its time to end
                logDebug(e) { "pool '${engine.name}': $connection cannot be asked to cancel a statement" }
            }
        }
    }

    private fun isOver(attempt: Attempt, now: Long) = (now - attempt.since).nanoseconds >= limit()

    private fun cutOff(attempt: Attempt) {
        val reason = "its caller has given up, and cancelling the statement did not end it within ${limit()}"
        attempt.slot.connection()?.breakDown()
        if (!engine.abort(attempt.slot, attempt.ticket, CloseReason.SILENT, reason)) return
        logWarn { "pool '${engine.name}': connection ${attempt.slot.number()} is aborted: $reason" }
    }

    private companion object {
        val INTERVAL: Duration = 20.milliseconds

        /** After this many looks without a watched call, it stops. */
        const val ENOUGH = 50
    }
}

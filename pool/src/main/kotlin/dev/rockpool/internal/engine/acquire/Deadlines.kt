package dev.rockpool.internal.engine.acquire

import dev.rockpool.internal.base.logError
import dev.rockpool.internal.core.lending.Actions
import dev.rockpool.internal.core.lending.FailedWaits
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Times out suspended callers. One timer, set to the earliest deadline, serves all of them. It moves only for an
 * earlier deadline, so with equal timeouts it is set once per timeout rather than once per caller.
 */
internal class Deadlines<C>(
    private val waits: FailedWaits<C>,
    private val now: () -> Long,
    private val run: (Actions<C>) -> Unit,
) {
    private val sooner = Channel<Unit>(Channel.CONFLATED)
    @Volatile private var armedFor = Long.MAX_VALUE

    /** Called after a waiter with this deadline was published. */
    fun added(deadline: Long) {
        if (deadline < armedFor) sooner.trySend(Unit)
    }

    /** Runs for ever, even after failures, because without it no caller would time out. */
    suspend fun watch(): Nothing {
        while (true) {
            try {
                awaitNext()
            } catch (e: Throwable) {
                currentCoroutineContext().ensureActive()
                logError(e) { "watching deadlines failed; it is retried" }
                delay(PAUSE)
            }
        }
    }

    private suspend fun awaitNext() {
        // Unset first: a waiter published after the next line sees that or the new value, never an older one.
        armedFor = Long.MAX_VALUE
        val next = waits.nextDeadline()
        armedFor = next
        if (next == Long.MAX_VALUE) {
            sooner.receive()
        } else {
            withTimeoutOrNull((next - now()).nanoseconds) { sooner.receive() }
            run(waits.expire(now()))
        }
    }

    private companion object {
        val PAUSE = 10.milliseconds
    }
}

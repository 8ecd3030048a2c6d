package dev.rockpool.internal.engine.runtime

import dev.rockpool.internal.base.logDebug
import java.util.concurrent.RejectedExecutionException
import java.util.concurrent.TimeoutException
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.job
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Calls of user code, each in a coroutine of its own and with a bound of its own. One that exceeds it is cancelled and
 * left behind, so code that hangs holds nobody up longer than that. A call that was begun ends in its own time, also
 * when the pool does.
 */
internal class BoundedCalls(context: CoroutineContext) {
    private val scope = CoroutineScope(context + SupervisorJob() + WITHOUT_THREADS)

    /**
     * Null when the call went well, else why not.
     *
     * @param where it is made, if not on the pool's own threads
     */
    suspend fun failureOf(
        what: String,
        limit: Duration,
        where: CoroutineContext = EmptyCoroutineContext,
        start: CoroutineStart = CoroutineStart.DEFAULT,
        call: suspend () -> Unit,
    ): Throwable? {
        val running =
            try {
                scope.async(where, start) { outcomeOf(call) }
            } catch (_: Throwable) { // no thread to leave it behind on, so it is made here
                return withTimeoutOrNull(limit) { Outcome(outcomeOf(call)) }.let { it ?: tooLong(what, limit) }.failure
            }
        return outcome(running, what, limit)
    }

    /** The same in the context of a caller, with whom the call ends; null for the pool's own. */
    suspend fun failureFor(
        caller: CoroutineContext?,
        what: String,
        limit: Duration,
        call: suspend () -> Unit,
    ): Throwable? {
        val running = scope.async(caller?.minusKey(Job) ?: EmptyCoroutineContext) { outcomeOf(call) }
        try {
            return outcome(running, what, limit)
        } catch (e: CancellationException) {
            running.cancel()
            throw e
        }
    }

    /** What the call came to. */
    suspend fun <R> answerOf(what: String, limit: Duration, call: suspend () -> R): Result<R> {
        var answer: Result<R>? = null
        val failure = failureOf(what, limit) { answer = Result.success(call()) }
        return if (failure == null) checkNotNull(answer) else Result.failure(failure)
    }

    /** Returns when every call has ended. */
    suspend fun join(): Unit = scope.coroutineContext.job.children.forEach { it.join() }

    private suspend fun outcome(running: Deferred<Throwable?>, what: String, limit: Duration): Throwable? {
        if (withTimeoutOrNull(limit) { running.join() } != null) return running.await()
        running.cancel()
        return tooLong(what, limit).failure
    }

    private class Outcome(val failure: Throwable?)

    private suspend fun outcomeOf(call: suspend () -> Unit): Throwable? =
        try {
            call()
            null
        } catch (e: Throwable) { // the caller decides; Errors of a driver too
            e
        }

    private fun tooLong(what: String, limit: Duration) = Outcome(TimeoutException("$what took longer than $limit"))

    companion object {
        /** Also when no thread was free for it until its time was over: a connection that nobody closes stays open. */
        @OptIn(DelicateCoroutinesApi::class) val ALWAYS: CoroutineStart = CoroutineStart.ATOMIC

        /** Whoever wanted to start a coroutine for which there is no thread is told so; nobody else need be. */
        val WITHOUT_THREADS: CoroutineExceptionHandler = CoroutineExceptionHandler { _, e ->
            if (e !is RejectedExecutionException && e !is VirtualMachineError) throw e
            logDebug(e) { "a coroutine of the pool could not be run" }
        }
    }
}

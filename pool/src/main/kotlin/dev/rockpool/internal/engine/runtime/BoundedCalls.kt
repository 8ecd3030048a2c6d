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
 * Runs calls of user code, each in its own coroutine with its own time limit. A call that exceeds its limit is
 * cancelled and left behind, so code that hangs delays its caller no longer. A call that has begun ends in its own
 * time, even if the pool is closed.
 */
internal class BoundedCalls(context: CoroutineContext) {
    private val scope = CoroutineScope(context + SupervisorJob() + WITHOUT_THREADS)

    /**
     * Returns null if the call succeeded, else its failure.
     *
     * @param where the context to run it in, if not on the pool's own threads
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
            } catch (_: Throwable) { // no thread for a coroutine of its own, so it runs here
                return withTimeoutOrNull(limit) { Outcome(outcomeOf(call)) }.let { it ?: tooLong(what, limit) }.failure
            }
        return outcome(running, what, limit)
    }

    /** Runs the call in the context of a caller, and cancels it with that caller. Null uses the pool's own context. */
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

    /** Returns the result of the call. */
    suspend fun <R> answerOf(what: String, limit: Duration, call: suspend () -> R): Result<R> {
        var answer: Result<R>? = null
        val failure = failureOf(what, limit) { answer = Result.success(call()) }
        return if (failure == null) checkNotNull(answer) else Result.failure(failure)
    }

    /** Waits until every call has ended. */
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
        } catch (e: Throwable) { // the caller decides; a driver's Errors too
            e
        }

    private fun tooLong(what: String, limit: Duration) = Outcome(TimeoutException("$what took longer than $limit"))

    companion object {
        /**
         * Runs the call even if no thread was free for it within its limit, because otherwise a connection would stay
         * open.
         */
        @OptIn(DelicateCoroutinesApi::class) val ALWAYS: CoroutineStart = CoroutineStart.ATOMIC

        /** Ignores that a coroutine got no thread, because the code that started it is told separately. */
        val WITHOUT_THREADS: CoroutineExceptionHandler = CoroutineExceptionHandler { _, e ->
            if (!isLackOfThreads(e)) throw e
            logDebug(e) { "a coroutine of the pool could not be run" }
        }

        /** A dispatcher that refuses a task may be a cause several levels deep. */
        private tailrec fun isLackOfThreads(error: Throwable?): Boolean =
            when (error) {
                null -> false
                is RejectedExecutionException,
                is VirtualMachineError -> true
                else -> isLackOfThreads(error.cause)
            }
    }
}

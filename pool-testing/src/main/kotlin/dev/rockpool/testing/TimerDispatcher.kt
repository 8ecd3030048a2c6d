package dev.rockpool.testing

import java.util.concurrent.ConcurrentHashMap
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Delay
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.disposeOnCancellation
import kotlinx.coroutines.test.TestDispatcher

/**
 * A test dispatcher that lists the timers its coroutines have set, which the test scheduler does not show. A timer is a
 * running `delay` or `withTimeout`.
 */
@OptIn(InternalCoroutinesApi::class, ExperimentalCoroutinesApi::class)
internal class TimerDispatcher(private val inner: TestDispatcher) : CoroutineDispatcher(), Delay {
    private class Timer(val due: Long)

    private val armed = ConcurrentHashMap.newKeySet<Timer>()

    /** Signals that a timer was set since the last receive. */
    val arming = Channel<Unit>(Channel.CONFLATED)

    /** The remaining time of each timer, the soonest first. */
    fun timers(): List<Duration> = armed.map { it.due }.sorted().map { (it - inner.scheduler.currentTime).milliseconds }

    override fun dispatch(context: CoroutineContext, block: Runnable): Unit = inner.dispatch(context, block)

    override fun scheduleResumeAfterDelay(timeMillis: Long, continuation: CancellableContinuation<Unit>) {
        val resume = Runnable { with(continuation) { resumeUndispatched(Unit) } }
        continuation.disposeOnCancellation(invokeOnTimeout(timeMillis, resume, continuation.context))
    }

    override fun invokeOnTimeout(timeMillis: Long, block: Runnable, context: CoroutineContext): DisposableHandle {
        val now = inner.scheduler.currentTime
        val timer = Timer(if (timeMillis > Long.MAX_VALUE - now) Long.MAX_VALUE else now + timeMillis)
        armed += timer
        val scheduled =
            inner.invokeOnTimeout(
                timeMillis,
                {
                    armed -= timer
                    block.run()
                },
                context,
            )
        arming.trySend(Unit)
        return DisposableHandle {
            armed -= timer
            scheduled.dispose()
        }
    }
}

package dev.rockpool.internal.shard

import dev.rockpool.ReshardPlan
import dev.rockpool.ReshardTimeoutException
import dev.rockpool.ShardEvent
import dev.rockpool.internal.base.logInfo
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.base.orNull
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import java.util.function.Consumer
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.TimeMark
import kotlin.time.TimeSource
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Carries out the plans of a sharded pool: waits for calls, lets the data be copied, and switches the map. Sends events
 * of each step. Serves coroutines and threads.
 *
 * @param sweep called every 100 ms while a plan waits for calls; ends those whose end was not reported
 * @param begin checks a plan, and begins it at the gate
 */
internal class Resharding(
    private val name: String,
    private val gate: ShardGate,
    private val clock: TimeSource,
    private val sweep: () -> Unit,
    private val begin: (ReshardPlan) -> RunningReshard,
) {
    private val listeners = CopyOnWriteArrayList<Consumer<ShardEvent>>()

    fun addListener(listener: Consumer<ShardEvent>): AutoCloseable {
        listeners += listener
        return AutoCloseable { listeners -= listener }
    }

    /** Carries out a plan, as [dev.rockpool.ShardedPool.reshard] describes. */
    suspend fun carryOut(plan: ReshardPlan, drainTimeout: Duration?, copy: suspend (ReshardPlan) -> Unit) {
        currentCoroutineContext().ensureActive()
        val start = clock.markNow()
        val running = started(plan)
        try {
            val left = left(drainTimeout, start)
            if (left == null) drain(running)
            else withTimeoutOrNull(left) { drain(running) } ?: throw undrained(running, start)
            tell(ShardEvent.Kind.DRAINED, plan)
            copy(plan)
        } catch (e: Throwable) {
            abort(running, e)
            throw e
        }
        finish(running)
    }

    private suspend fun drain(running: RunningReshard) {
        while (!running.drained().isDone) {
            sweep()
            // A copy, because a caller that gives up cancels what it waits for.
            withTimeoutOrNull(SWEEP) { running.drained().copy().await() ?: Unit }
        }
    }

    /**
     * The same on this thread. Throws what [copy] throws, too.
     *
     * @throws InterruptedException if the thread is interrupted while it waits for calls
     */
    @Throws(InterruptedException::class)
    fun carryOutOnThread(plan: ReshardPlan, drainTimeout: Long, copy: DataCopy<*>) {
        val start = clock.markNow()
        val running = started(plan)
        try {
            while (!running.drained().isDone) {
                sweep()
                val left = left(drainTimeout.orNull(), start)
                if (left == Duration.ZERO) throw undrained(running, start)
                try {
                    running.drained().get(minOf(left ?: SWEEP, SWEEP).inWholeNanoseconds, TimeUnit.NANOSECONDS)
                } catch (_: TimeoutException) {
                    // looks again
                }
            }
            tell(ShardEvent.Kind.DRAINED, plan)
            copy.run(plan)
        } catch (e: Throwable) {
            abort(running, e)
            throw e
        }
        finish(running)
    }

    private fun started(plan: ReshardPlan): RunningReshard {
        val running = begin(plan)
        tell(ShardEvent.Kind.STARTED, plan)
        gate.look(running)
        return running
    }

    private fun undrained(running: RunningReshard, start: TimeMark) =
        ReshardTimeoutException(name, gate.calls(running), start.elapsedNow())

    private fun abort(running: RunningReshard, cause: Throwable) {
        gate.abort(running)
        tell(ShardEvent.Kind.ABORTED, running.plan(), cause)
    }

    private fun finish(running: RunningReshard) {
        gate.finish(running)
        tell(ShardEvent.Kind.FINISHED, running.plan())
    }

    private fun tell(kind: ShardEvent.Kind, plan: ReshardPlan, cause: Throwable? = null) {
        val event = ShardEvent(kind, plan, cause)
        if (cause == null) logInfo { "pool '$name': $event" } else logWarn(cause) { "pool '$name': $event" }
        for (listener in listeners) {
            try {
                listener.accept(event)
            } catch (e: Throwable) { // the other listeners still get the event, and the plan continues
                logWarn(e) { "pool '$name': a listener failed" }
            }
        }
    }

    private companion object {
        private val SWEEP = 100.milliseconds
    }
}

/** What is left of a timeout; null for no limit. */
internal fun left(timeout: Duration?, start: TimeMark): Duration? =
    timeout?.let { (it - start.elapsedNow()).coerceAtLeast(Duration.ZERO) }

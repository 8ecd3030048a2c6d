package dev.rockpool.testing.simulation

import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Delay
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.disposeOnCancellation

/**
 * A dispatcher with one thread, the one that calls [step], which runs what is ready in an order drawn from a seed.
 *
 * A task that was ready when a timer became due may run after it: every order that threads could produce between two
 * suspensions can come up.
 */
@OptIn(InternalCoroutinesApi::class, ExperimentalCoroutinesApi::class)
internal class Schedule(
    private val chance: SeededRandom,
    private val clock: VirtualClock,
    private val trace: Trace,
    private val readied: (CoroutineContext) -> Unit,
) : CoroutineDispatcher(), Delay {
    private class Task(val context: CoroutineContext, val body: Runnable)

    /** How the next task is chosen; each finds other faults. */
    private enum class Style {
        ANY,
        OLDEST,
        NEWEST,
        MOSTLY_OLDEST,
    }

    private val style = chance.pick(Style.ANY, Style.ANY, Style.OLDEST, Style.NEWEST, Style.MOSTLY_OLDEST)
    private var haste = if (chance.oneIn(4)) chance.pick(200, 50, 10) else 0
    private val ready = ArrayList<Task>()

    /** Whether time may pass, or once did, while something is ready, as on a machine that is too busy. */
    val isHasty: Boolean = haste != 0

    /** Whether nothing can run before time passes. */
    val isSettled: Boolean
        get() = ready.isEmpty()

    /** Runs one task, or moves the clock to the next timer. False when neither is left. */
    fun step(): Boolean {
        if (ready.isEmpty() || haste != 0 && chance.oneIn(haste)) {
            if (jump()) return true
            if (ready.isEmpty()) return false
        }
        val index = choose()
        val task = ready.removeAt(index)
        trace.step(clock.now, index, task.context, task.body)
        task.body.run()
        return true
    }

    /** From now on time passes only when nothing can run. */
    fun calm() {
        haste = 0
    }

    private fun jump(): Boolean = clock.jump { context, task -> ready += Task(context, task) }

    private fun choose(): Int =
        when (style) {
            Style.ANY -> chance.below(ready.size)
            Style.OLDEST -> 0
            Style.NEWEST -> ready.lastIndex
            Style.MOSTLY_OLDEST -> if (chance.oneIn(5)) chance.below(ready.size) else 0
        }

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        ready += Task(context, block)
        readied(context)
    }

    override fun scheduleResumeAfterDelay(timeMillis: Long, continuation: CancellableContinuation<Unit>) {
        val timer = clock.set(timeMillis, continuation.context) { with(continuation) { resumeUndispatched(Unit) } }
        continuation.disposeOnCancellation(timer)
    }

    override fun invokeOnTimeout(timeMillis: Long, block: Runnable, context: CoroutineContext): DisposableHandle =
        clock.set(timeMillis, context, block)

    /** Runs [task] after a time; nothing can cancel it. */
    fun after(millis: Long, task: Runnable) {
        clock.set(millis, EmptyCoroutineContext, task)
    }

    override fun toString(): String = "simulated schedule"
}

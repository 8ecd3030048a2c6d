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
 * A single-threaded dispatcher that runs ready tasks in an order drawn from a seed. It runs on the thread that calls
 * [step].
 *
 * A task that was ready when a timer became due may run after that timer. So every order that threads could produce
 * between two suspensions can occur.
 */
@OptIn(InternalCoroutinesApi::class, ExperimentalCoroutinesApi::class)
internal class Schedule(
    private val random: SeededRandom,
    private val clock: VirtualClock,
    private val trace: Trace,
    private val readied: (CoroutineContext) -> Unit,
) : CoroutineDispatcher(), Delay {
    private class Task(val context: CoroutineContext, val body: Runnable, val readySince: Long)

    /** How the next task is chosen. Each style finds different faults. */
    private enum class Style {
        ANY,
        OLDEST,
        NEWEST,
        MOSTLY_OLDEST,
    }

    private val style = random.pick(Style.ANY, Style.ANY, Style.OLDEST, Style.NEWEST, Style.MOSTLY_OLDEST)
    private var jumpChance = if (random.oneIn(4)) random.pick(200, 50, 10) else 0
    private val ready = ArrayList<Task>()

    /** Whether time may pass while tasks are ready, or could before [stopJumping], as on an overloaded machine. */
    val jumpsAhead: Boolean = jumpChance != 0

    /** Whether no task can run until time passes. */
    val isSettled: Boolean
        get() = ready.isEmpty()

    /** Runs one task, or advances the clock to the next timer. Returns false if neither is left. */
    fun step(): Boolean {
        if (ready.isEmpty() || jumpsNow()) {
            if (jump()) return true
            if (ready.isEmpty()) return false
        }
        val index = choose()
        val task = ready.removeAt(index)
        trace.step(clock.now, index, task.context, task.body)
        task.body.run()
        return true
    }

    /** From now on time passes only when no task is ready. */
    fun stopJumping() {
        jumpChance = 0
    }

    private fun jumpsNow(): Boolean = jumpChance != 0 && random.oneIn(jumpChance) && mayJump()

    /** Whether no ready task waits too long: after its slack a closed pool gives up, and aborts on real threads. */
    private fun mayJump(): Boolean = (clock.nextDue() ?: 0) - ready.first().readySince <= LONGEST_DELAY

    private fun jump(): Boolean = clock.jump { context, task -> ready += Task(context, task, clock.now) }

    private fun choose(): Int =
        when (style) {
            Style.ANY -> random.below(ready.size)
            Style.OLDEST -> 0
            Style.NEWEST -> ready.lastIndex
            Style.MOSTLY_OLDEST -> if (random.oneIn(5)) random.below(ready.size) else 0
        }

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        ready += Task(context, block, clock.now)
        readied(context)
    }

    override fun scheduleResumeAfterDelay(timeMillis: Long, continuation: CancellableContinuation<Unit>) {
        val timer = clock.set(timeMillis, continuation.context) { with(continuation) { resumeUndispatched(Unit) } }
        continuation.disposeOnCancellation(timer)
    }

    override fun invokeOnTimeout(timeMillis: Long, block: Runnable, context: CoroutineContext): DisposableHandle =
        clock.set(timeMillis, context, block)

    /** Runs [task] after a delay that cannot be cancelled. */
    fun after(millis: Long, task: Runnable) {
        clock.set(millis, EmptyCoroutineContext, task)
    }

    override fun toString(): String = "simulated schedule"

    private companion object {
        /** In milliseconds, less than the slack of a close. */
        const val LONGEST_DELAY = 400L
    }
}

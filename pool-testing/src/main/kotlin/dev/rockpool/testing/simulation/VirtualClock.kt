package dev.rockpool.testing.simulation

import java.util.PriorityQueue
import kotlin.coroutines.CoroutineContext
import kotlin.time.AbstractLongTimeSource
import kotlin.time.DurationUnit
import kotlinx.coroutines.DisposableHandle

/** Time that stands still until it is moved to the next timer. In milliseconds, as the timers of coroutines are. */
internal class VirtualClock {
    private class Timer(val due: Long, val order: Long, val context: CoroutineContext, val task: Runnable) :
        DisposableHandle {
        var disposed = false

        override fun dispose() {
            disposed = true
        }
    }

    private val timers = PriorityQueue<Timer>(compareBy<Timer> { it.due }.thenBy { it.order })
    private var set = 0L

    /** The time in milliseconds since the simulation began. */
    var now: Long = 0
        private set

    val timeSource: AbstractLongTimeSource =
        object : AbstractLongTimeSource(DurationUnit.MILLISECONDS) {
            override fun read() = now
        }

    fun set(after: Long, context: CoroutineContext, task: Runnable): DisposableHandle {
        val due = if (after > NEVER - now) NEVER else now + maxOf(0, after)
        val timer = Timer(due, set++, context, task)
        if (due < NEVER) timers += timer
        return timer
    }

    /** Moves to the next timer and hands over everything that is due then. False when no timer is set. */
    fun jump(due: (CoroutineContext, Runnable) -> Unit): Boolean {
        val next = first() ?: return false
        now = next.due
        var timer: Timer? = next
        while (timer != null && timer.due <= now) {
            timers.poll()
            due(timer.context, timer.task)
            timer = first()
        }
        return true
    }

    private fun first(): Timer? {
        while (timers.peek()?.disposed == true) timers.poll()
        return timers.peek()
    }

    private companion object {
        const val NEVER = Long.MAX_VALUE / 4
    }
}

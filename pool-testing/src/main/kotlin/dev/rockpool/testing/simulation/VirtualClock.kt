package dev.rockpool.testing.simulation

import java.util.PriorityQueue
import kotlin.coroutines.CoroutineContext
import kotlin.time.AbstractLongTimeSource
import kotlin.time.DurationUnit
import kotlinx.coroutines.DisposableHandle

/** A clock that only moves from timer to timer, in milliseconds like coroutine timers. */
internal class VirtualClock {
    private class Timer(val due: Long, val order: Long, val context: CoroutineContext, val task: Runnable) :
        DisposableHandle {
        var disposed = false

        override fun dispose() {
            disposed = true
        }
    }

    private val timers = PriorityQueue<Timer>(compareBy<Timer> { it.due }.thenBy { it.order })
    private var timersSet = 0L

    /** Milliseconds since the simulation began. */
    var now: Long = 0
        private set

    val timeSource: AbstractLongTimeSource =
        object : AbstractLongTimeSource(DurationUnit.MILLISECONDS) {
            override fun read() = now
        }

    fun set(after: Long, context: CoroutineContext, task: Runnable): DisposableHandle {
        val due = if (after > NEVER - now) NEVER else now + maxOf(0, after)
        val timer = Timer(due, timersSet++, context, task)
        if (due < NEVER) timers += timer
        return timer
    }

    /** Advances to the next timer and passes every task that is due to [due]. Returns false if no timer is set. */
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

    /** When the next timer is due. Null if no timer is set. */
    fun nextDue(): Long? = first()?.due

    private fun first(): Timer? {
        while (timers.peek()?.disposed == true) timers.poll()
        return timers.peek()
    }

    private companion object {
        const val NEVER = Long.MAX_VALUE / 4
    }
}

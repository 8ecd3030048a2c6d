package dev.rockpool.jdbc.internal.dispatch

import java.util.concurrent.locks.LockSupport
import kotlin.math.max

/**
 * Knows whether other threads want the processors, from how long yields and naps take. A thread that polls for its next
 * task and yields in between loses a few microseconds, and saves a wake-up. But if another thread has much to do, such
 * as a JIT compiler in the first seconds of a JVM, a yield hands it a whole time slice. Whatever has come meanwhile
 * waits for that, so polling and batching pause for a while.
 *
 * Thread-safe. Races are harmless, because the answer need not be exact.
 */
internal class Contention(
    private val clock: () -> Long = { System.nanoTime() },
    private val yielding: () -> Unit = { Thread.yield() },
    private val napping: (Long) -> Unit = { LockSupport.parkNanos(it) },
) {
    private var highUntil = clock()

    /** Whether a yield or nap has taken long a moment ago. */
    val isHigh: Boolean
        get() = clock() - highUntil < 0

    /** Yields, unless contention is high. Returns false if the caller must not poll on. */
    fun yieldBriefly(): Boolean {
        val before = clock()
        if (before - highUntil < 0) return false
        yielding()
        return look(clock(), before, 0)
    }

    /** Sleeps for this time. Returns false if it took much longer. */
    fun nap(nanos: Long): Boolean {
        val before = clock()
        napping(nanos)
        return look(clock(), before, nanos)
    }

    private fun look(now: Long, before: Long, expected: Long): Boolean {
        if (now - before - expected < LONG) return true
        highUntil = max(highUntil, now + PAUSE)
        return false
    }

    private companion object {
        /** Longer than the short tasks of callers and servers, and shorter than a time slice. */
        const val LONG = 500_000L

        /** One lost time slice in this time is bearable. */
        const val PAUSE = 20_000_000L
    }
}

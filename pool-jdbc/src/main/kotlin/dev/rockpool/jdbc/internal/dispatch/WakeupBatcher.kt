package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.logDebug
import java.util.concurrent.atomic.AtomicBoolean

/**
 * Batches wake-ups: resumes several callers together, about 70 us late. A thread of the pools sleeps in between. It
 * ends when nothing has come for a while.
 *
 * @param contention while it is high, nothing is batched, because this thread would come late
 * @param any whether there is something to resume
 * @param call wakes a thread; must not throw; is repeated later if no thread was available
 */
internal class WakeupBatcher(
    private val contention: Contention,
    private val any: () -> Boolean,
    private val call: () -> Unit,
) {
    private val running = AtomicBoolean()

    /** Racy on purpose, because it need not be exact. */
    private var latest = System.nanoTime() - FAST

    fun isRunning(): Boolean = running.get()

    /**
     * Called for each result. Returns true if a thread is woken for it later, false if results are too rare to be
     * batched.
     */
    fun batches(): Boolean = running.get() || comeFast() && !contention.isHigh && start()

    private fun comeFast(): Boolean {
        val now = System.nanoTime()
        val fast = now - latest < FAST
        latest = now
        return fast
    }

    private fun start(): Boolean {
        if (!running.compareAndSet(false, true)) return true
        try {
            PoolThreads.execute(::batch)
            return true
        } catch (e: Throwable) { // no thread
            logDebug(e) { "no thread to batch wake-ups" }
            running.set(false)
            return false
        }
    }

    private fun batch() {
        do {
            collect()
            running.set(false)
            if (contention.isHigh && any()) {
                call()
                contention.nap(NAP) // lets the called thread run
            }
        } while (any() && running.compareAndSet(false, true)) // a result that came before that relies on this thread
    }

    /** Until nothing has come for a while, or until this thread comes late itself. */
    private fun collect() {
        var inVain = 0
        var inTime = true
        while (inTime && inVain < ENOUGH) {
            inTime = contention.nap(NAP)
            if (any()) {
                call()
                inVain = 0
            } else inVain++
        }
    }

    private companion object {
        /** Results within this many nanoseconds of each other are batched: about the time between two wake-ups. */
        const val FAST = 100_000L

        /** How long the thread sleeps, in nanoseconds; Linux adds about 50 us. */
        const val NAP = 20_000L

        /** The thread ends after this many sleeps without a result. */
        const val ENOUGH = 3
    }
}

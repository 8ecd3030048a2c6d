package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.internal.engine.PoolThreads
import dev.rockpool.internal.engine.logDebug
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.locks.LockSupport

/**
 * Calls somebody for what has come, some 70 microseconds later, and so once for several: a thread of the pools sleeps
 * in between. Ends when nothing came for a while.
 *
 * @param any whether there is something to call for
 * @param call must not throw; if it could call nobody it is said again later
 */
internal class WakeupBatcher(private val any: () -> Boolean, private val call: () -> Unit) {
    private val atWork = AtomicBoolean()

    /** Racy on purpose: it has to be about right. */
    private var latest = System.nanoTime() - FAST

    fun isAtWork(): Boolean = atWork.get()

    /**
     * Said for each that comes. True: somebody is called for it later. False: not by this, since they come too seldom.
     */
    fun collects(): Boolean = atWork.get() || comeFast() && start()

    private fun comeFast(): Boolean {
        val now = System.nanoTime()
        val fast = now - latest < FAST
        latest = now
        return fast
    }

    private fun start(): Boolean {
        if (!atWork.compareAndSet(false, true)) return true
        try {
            PoolThreads.execute(::collect)
            return true
        } catch (e: Throwable) { // no thread
            logDebug(e) { "no thread to collect results" }
            atWork.set(false)
            return false
        }
    }

    private fun collect() {
        do {
            var inVain = 0
            while (inVain < ENOUGH) {
                LockSupport.parkNanos(NAP)
                if (any()) {
                    call()
                    inVain = 0
                } else inVain++
            }
            atWork.set(false)
        } while (any() && atWork.compareAndSet(false, true)) // whoever came before that took it to be at work
    }

    private companion object {
        /** Those that come within so many nanoseconds come fast: more often than it would call, or about so. */
        const val FAST = 100_000L

        /** How long it sleeps; Linux adds another 50 microseconds. */
        const val NAP = 20_000L

        /** After so many sleeps in vain it ends. */
        const val ENOUGH = 3
    }
}

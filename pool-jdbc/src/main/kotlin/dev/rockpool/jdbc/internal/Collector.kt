package dev.rockpool.jdbc.internal

import dev.rockpool.internal.engine.PoolThreads
import dev.rockpool.internal.engine.log
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.locks.LockSupport

/**
 * Calls somebody for what has come, some 70 microseconds later, and so once for several: a thread of the pools sleeps
 * in between. Ends when nothing came for a while.
 *
 * @param any whether there is something to call for
 */
internal class Collector(private val any: () -> Boolean, private val call: () -> Unit) {
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
            log.debug(e) { "no thread to collect results" }
            atWork.set(false)
            return false
        }
    }

    private fun collect() {
        var inVain = 0
        while (inVain < ENOUGH) {
            LockSupport.parkNanos(NAP)
            inVain = if (callSafely()) 0 else inVain + 1
        }
        atWork.set(false)
        callSafely() // whoever came before that took it to be at work
    }

    /** False when there was nothing to call for. */
    private fun callSafely(): Boolean {
        if (!any()) return false
        try {
            call()
        } catch (e: Throwable) { // they will be called again
            log.warn(e) { "callers whose results have come could not be called" }
        }
        return true
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

package dev.rockpool.examples.bench.cases

import dev.rockpool.examples.bench.peer.SuspendingPool
import java.sql.Connection
import java.util.function.Consumer
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield

/** Coroutines that use a pool. */
internal object SuspendingLoops {
    /** Runs [count] cycles in one coroutine on the calling thread. */
    @JvmStatic
    fun cycles(pool: SuspendingPool, count: Int, show: Consumer<Connection>): Unit = runBlocking {
        pool.cycles(count) { show.accept(it) }
    }

    /**
     * Lets [coroutines] coroutines each hold a connection [holds] times and yield while they hold it. Returns
     * nanoseconds per hold.
     */
    fun crowd(pool: SuspendingPool, coroutines: Int, holds: Int): Double =
        runBlocking(Dispatchers.Default) {
            val start = System.nanoTime()
            coroutineScope { repeat(coroutines) { launch { pool.holds(holds) { yield() } } } }
            (System.nanoTime() - start).toDouble() / coroutines / holds
        }

    /**
     * Returns the bytes per waiting coroutine, while [count] coroutines wait and [size] others hold all connections.
     * The bytes of a coroutine that only waits to be cancelled are subtracted.
     */
    fun bytesPerWaiter(pool: SuspendingPool, size: Int, count: Int): Double = runBlocking {
        val holders = launch { repeat(size) { launch { pool.holds(1) { awaitCancellation() } } } }
        repeat(SETTLING) { yield() }
        val waiting = bytes(count) { pool.holds(1) { awaitCancellation() } }
        val bare = bytes(count) { awaitCancellation() }
        holders.cancelAndJoin()
        waiting - bare
    }

    private suspend fun bytes(count: Int, wait: suspend () -> Unit): Double = coroutineScope {
        val before = ProcessUsage.heapBytes()
        val waiters = launch {
            // Undispatched, so that all of them wait when the loop ends.
            repeat(count) { launch(start = CoroutineStart.UNDISPATCHED) { wait() } }
        }
        repeat(SETTLING) { yield() }
        val occupied = ProcessUsage.heapBytes() - before
        waiters.cancelAndJoin()
        occupied / count
    }

    private const val SETTLING = 100
}

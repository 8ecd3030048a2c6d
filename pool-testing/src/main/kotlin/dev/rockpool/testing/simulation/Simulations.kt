package dev.rockpool.testing.simulation

import dev.rockpool.PoolSettings
import java.util.concurrent.atomic.AtomicLong
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread

/**
 * Many simulations: the seeds from [first] on, [count] of them. To be run once.
 *
 * @param threads how many run at a time; each simulation is single-threaded
 * @param settings as of [Simulation]
 */
public class Simulations
@JvmOverloads
constructor(
    private val first: Long,
    private val count: Long,
    private val threads: Int = 1,
    private val settings: PoolSettings.() -> Unit = {},
) {
    private val next = AtomicLong()
    private val done = AtomicLong()
    private val steps = AtomicLong()
    private val failure = AtomicReference<Throwable>()

    /** How many simulations have ended well so far. */
    public val completed: Long
        get() = done.get()

    /** How many steps they took. */
    public val stepsTaken: Long
        get() = steps.get()

    /**
     * Runs them all.
     *
     * @throws SimulationFailure the first that was found; the others are not run to their end
     */
    public fun run() {
        val workers = List(threads) { number -> thread(name = "simulation ${number + 1}") { work() } }
        workers.forEach { it.join() }
        failure.get()?.let { throw it }
    }

    private fun work() {
        try {
            while (failure.get() == null) {
                val index = next.getAndIncrement()
                if (index >= count) return
                steps.addAndGet(Simulation(first + index, settings).run().steps.toLong())
                done.incrementAndGet()
            }
        } catch (e: Throwable) { // whatever it is, it ends the work of all and is told
            failure.compareAndSet(null, e)
        }
    }
}

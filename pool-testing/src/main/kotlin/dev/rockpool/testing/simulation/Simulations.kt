package dev.rockpool.testing.simulation

import dev.rockpool.ForJava
import dev.rockpool.PoolConfig
import dev.rockpool.PoolSettings
import java.util.concurrent.atomic.AtomicLong
import java.util.concurrent.atomic.AtomicReference
import java.util.function.Consumer
import kotlin.concurrent.thread

/**
 * Runs [count] simulations with consecutive seeds, from [first] on. Each instance can run once.
 *
 * @param threads how many run at a time; each simulation is single-threaded
 */
public class Simulations
@JvmOverloads
constructor(private val first: Long, private val count: Long, private val threads: Int = 1) {
    private var simulation: (Long) -> Simulation = { Simulation(it) }
    private val next = AtomicLong()
    private val done = AtomicLong()
    private val steps = AtomicLong()
    private val failure = AtomicReference<Throwable>()

    /** How many simulations have passed so far. */
    public val completed: Long
        get() = done.get()

    /** How many steps the completed simulations took. */
    public val stepsTaken: Long
        get() = steps.get()

    /**
     * Runs all simulations.
     *
     * @throws SimulationFailure the first violation found; the remaining simulations are not run
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
                steps.addAndGet(simulation(first + index).run().steps.toLong())
                done.incrementAndGet()
            }
        } catch (e: Throwable) { // any failure stops all workers and is rethrown by run
            failure.compareAndSet(null, e)
        }
    }

    public companion object {
        /** Simulations with fixed [settings] instead of drawn ones, see [Simulation]. */
        @JvmSynthetic
        public operator fun invoke(
            first: Long,
            count: Long,
            threads: Int = 1,
            settings: PoolSettings.() -> Unit,
        ): Simulations = Simulations(first, count, threads).apply { simulation = { Simulation(it, settings) } }

        /** The Java counterpart. */
        @ForJava
        @JvmStatic
        public fun of(first: Long, count: Long, threads: Int, settings: Consumer<PoolConfig.Builder>): Simulations =
            Simulations(first, count, threads).apply {
                simulation = { Simulation(it) { settings.accept(this as PoolConfig.Builder) } }
            }
    }
}

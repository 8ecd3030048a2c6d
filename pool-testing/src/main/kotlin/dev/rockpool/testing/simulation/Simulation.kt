package dev.rockpool.testing.simulation

import dev.rockpool.ForJava
import dev.rockpool.PoolConfig
import dev.rockpool.PoolSettings
import java.util.function.Consumer

/**
 * One simulated run of a pool, from creation to close, drawn from a seed.
 *
 * The seed decides the pool's settings, the order in which coroutines run, when time passes, the outcome of each
 * factory call, what callers do, and when they are cancelled. After every step the laws of the pool are checked against
 * a model. Nothing else has an influence: the same seed gives the same run, step by step.
 *
 * @property seed any number
 */
public class Simulation private constructor(public val seed: Long, private val config: PoolConfig) {
    public constructor(seed: Long) : this(seed, simulatedConfig(seed) {})

    /**
     * Runs the simulation.
     *
     * @throws SimulationFailure when a law is broken; gives the seed and the last steps
     */
    public fun run(): SimulationResult {
        val run = Run(seed, config)
        val broken = run.play() ?: return SimulationResult(run.trace.steps, run.trace.hash)
        throw SimulationFailure(seed, broken, trace())
    }

    /** Runs the simulation and returns everything that happened, one line per step, whether or not a law is broken. */
    public fun trace(): List<String> = Run(seed, config, asText = true).also { it.play() }.trace.lines

    public companion object {
        /** A simulation with fixed [settings] instead of drawn ones. Times count in whole milliseconds. */
        @JvmSynthetic
        public operator fun invoke(seed: Long, settings: PoolSettings.() -> Unit): Simulation =
            Simulation(seed, simulatedConfig(seed, settings))

        /** The Java counterpart. */
        @ForJava
        @JvmStatic
        public fun of(seed: Long, settings: Consumer<PoolConfig.Builder>): Simulation =
            Simulation(seed, simulatedConfig(seed, settings::accept))
    }
}

/**
 * The result of a simulation that broke no law.
 *
 * @property steps how many times a coroutine ran from one suspension to the next
 * @property fingerprint of all steps; two runs of one seed have the same
 */
public class SimulationResult internal constructor(public val steps: Int, public val fingerprint: Long)

/**
 * A simulation broke a law of the pool.
 *
 * @property seed repeats the run
 * @property law describes the violation
 * @property trace every step up to the violation, one line each
 */
public class SimulationFailure
internal constructor(public val seed: Long, public val law: String, public val trace: List<String>) :
    AssertionError(
        "seed $seed: $law\n" + trace.takeLast(SHOWN).joinToString("\n") + "\nRepeat it with Simulation($seed).run()"
    ) {
    private companion object {
        private const val SHOWN = 40
    }
}

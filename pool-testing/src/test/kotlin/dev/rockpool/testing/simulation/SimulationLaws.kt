package dev.rockpool.testing.simulation

import dev.rockpool.ReusePolicy
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.random.Random
import kotlin.time.Duration.Companion.hours

private val ONCE_BROKEN =
    listOf(
        5_649L,
        9_673,
        5_023_210,
        7_004_945,
        40_072_167,
        40_098_794,
        50_103_490,
        60_009_808,
        60_484_412,
        945_784_594_417,
        205_567_416_300,
        694_908_202_304,
        712_000_011_232,
        712_000_030_454,
        915_000_014_934, // a second close shortens the grace of the first
        915_000_036_687, // the same, while a probe runs
    )

/**
 * Runs the pool under simulation, with fixed seeds and with fresh ones, which are printed. `-Dsimulation.first=` and
 * `-Dsimulation.seeds=` choose others. `-Dsimulation.seed=` runs one seed and prints everything that happens. The
 * profile `proof` runs many more.
 */
class SimulationLaws :
    FunSpec({
        timeout = 1.hours.inWholeMilliseconds // computes, never waits

        val first = System.getProperty("simulation.first")?.toLong()
        val seeds = System.getProperty("simulation.seeds")?.toLong()
        val single = System.getProperty("simulation.seed")?.toLong()
        val isProof = System.getProperty("rockpool.proof").toBoolean()

        fun simulate(from: Long, count: Long) {
            println("SimulationLaws: $count seeds from $from; repeat with -Dsimulation.first=$from")
            val simulations = Simulations(from, count, Runtime.getRuntime().availableProcessors())
            simulations.run()
            simulations.completed shouldBe count
        }

        if (single != null) {
            test("seed $single breaks no law of the pool") {
                Simulation(single).trace().forEach(::println)
                Simulation(single).run()
            }
        } else if (first != null || seeds != null) {
            test("no requested seed breaks a law of the pool") { simulate(first ?: 1, seeds ?: FRESH) }
        } else {
            test("no seed breaks a law of the pool") { simulate(1, if (isProof) PROOF else FIXED) }

            test("no fresh seed breaks a law of the pool") {
                simulate(Random.nextLong(PROOF, MAX_SEED), if (isProof) FRESH_PROOF else FRESH)
            }
        }

        test("seeds that once broke a law or its bound break none") { for (seed in ONCE_BROKEN) Simulation(seed).run() }

        test("the same seed gives the same run, step by step, on any thread") {
            for (seed in 1L..if (isProof) 200L else 15L) {
                lateinit var elsewhere: SimulationResult
                val other = Thread { elsewhere = Simulation(seed).run() }.apply { start() }
                val here = Simulation(seed).run()
                other.join()
                withClue("seed $seed") {
                    elsewhere.fingerprint shouldBe here.fingerprint
                    elsewhere.steps shouldBe here.steps
                }
            }
            Simulation(7).trace() shouldBe Simulation(7).trace()
        }

        test("seeds differ from each other") {
            (1L..20).map { Simulation(it).run().fingerprint }.distinct().size shouldBe 20
        }

        test("given settings override drawn ones") {
            val trace =
                Simulation(1) {
                        reusePolicy = ReusePolicy.FIFO
                        maxSize = 3
                        minIdle = 3
                    }
                    .trace()
            trace.first() shouldContain "\"maxSize\":3"
            trace.first() shouldContain "FIFO"
        }

        test("every action and event happens in some seed") {
            val missing = (ACTIONS.map { it.name } + EVENTS.map { it.name }).toMutableSet()
            missing += listOf("the server is full", "the neighbour gets a connection")
            missing += listOf("is peeked at: alive", "is peeked at: unsure")
            for (seed in 1L..300) {
                if (missing.isEmpty()) break
                val trace = Simulation(seed).trace()
                missing.removeIf { name -> trace.any { name in it } }
            }
            missing.shouldBeEmpty()
        }

        test("a failure message has the seed, the first violation and the last steps") {
            val violations = Violations(Trace(asText = false))
            violations.require(true) { "never" }
            violations.first shouldBe null
            violations.report("one")
            violations.report("another")
            violations.first shouldBe "one"
            val failure = SimulationFailure(17, "one", List(100) { "step $it." })
            failure.message!! shouldContain "seed 17: one"
            failure.message!! shouldContain "step 99."
        }
    })

private const val FIXED = 100L
private const val FRESH = 100L
private const val FRESH_PROOF = 3_000L
private const val PROOF = 100_000L

/** Keeps seeds short enough to type. */
private const val MAX_SEED = 1_000_000_000_000L

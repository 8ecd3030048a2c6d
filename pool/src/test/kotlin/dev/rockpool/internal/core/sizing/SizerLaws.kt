package dev.rockpool.internal.core.sizing

import dev.rockpool.SizeWindow
import io.kotest.assertions.assertSoftly
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.time.Duration
import kotlin.math.abs
import kotlin.random.Random

private val SIZES = 1..64
private val proof = System.getProperty("rockpool.proof") == "true"
private val seeds = 1L..(if (proof) 500L else 40L)

private class Load(val name: String, val curve: Curve)

/** Loads with a best size, which the strategy does not know. */
private fun loads(optimum: Int) =
    listOf(
        Load("processors, best at $optimum", processors(optimum)),
        Load("contended processors, best at $optimum", processors(optimum, 0.5 / optimum)),
        Load("waiting, best at $optimum", waits(optimum)),
    )

private val LOADS = listOf(5, 12, 20, 40).flatMap(::loads)

private fun isWithin(share: Double, size: Int, of: Int) = abs(size - of) <= maxOf(1.0, share * of)

/** For which seeds it fails, so that a failure can be repeated. At most this share of them may. */
private fun failures(most: Double, holds: (Long) -> Boolean) {
    val failed = seeds.filterNot(holds)
    withClue("${failed.size} of ${seeds.last} seeds fail: ${failed.take(5)}") {
        (failed.size <= most * seeds.last) shouldBe true
    }
}

/** The strategy of a pool that sizes itself, on simulated loads in virtual time. A window lasts half a second. */
class SizerLaws :
    FunSpec({
        test("171 every size is within the limits of the moment, whatever the load does") {
            for (seed in seeds) {
                val random = Random(seed)
                var limits = 1..1
                val sizer = ThroughputSizer(seed)
                var size = random.nextInt(1, 80)
                repeat(200) {
                    if (random.nextInt(20) == 0) limits = random.nextInt(1, 20).let { it..it + random.nextInt(0, 60) }
                    if (random.nextInt(30) == 0) size = random.nextInt(1, 80)
                    val window =
                        SizeWindow(
                            size,
                            limits.first,
                            limits.last,
                            Duration.ofMillis(500),
                            random.nextLong(0, 2000),
                            random.nextDouble(),
                            random.nextInt(9) == 0,
                        )
                    size = sizer.next(window)
                    withClue("seed $seed, window $it") {
                        size shouldBeInRange limits
                        sizer.size shouldBeInRange limits
                    }
                }
            }
        }

        test("172 without waiting callers nothing is tried and nothing changes") {
            for (load in LOADS) for (share in listOf(0.0, 0.5, 0.89)) {
                val run = SimulatedLoad(load.curve, SIZES, start = 10).apply { exhausted = share }.run(60)
                run.tried.distinct() shouldBe listOf(10)
                run.decided.distinct() shouldBe listOf(10)
            }
        }

        test("172 a trial ends when the callers no longer wait") {
            val run = SimulatedLoad(processors(30), SIZES, start = 10).run(4)
            run.exhausted = 0.0
            run.run(10)
            run.tried.takeLast(15).distinct() shouldBe listOf(run.decision)
        }

        for (load in LOADS) for (start in listOf(SIZES.first, SIZES.last)) {
            test("173 from $start the best size is found within 20 % in 60 seconds: ${load.name}") {
                val best = load.curve.best(SIZES)
                failures(most = 0.05) { seed ->
                    isWithin(0.2, SimulatedLoad(load.curve, SIZES, start, seed = seed).run(60).decision, best)
                }
            }
        }

        for (load in LOADS) {
            test("174 it ends 97 % of the leases of the best size, trials included: ${load.name}") {
                val most = load.curve.leasesPerSecond(load.curve.best(SIZES))
                failures(most = 0.025) { seed ->
                    val run = SimulatedLoad(load.curve, SIZES, start = 8, seed = seed).run(60)
                    run.throughputOver(300) >= 0.97 * most
                }
            }
        }

        test("175 when the size does not matter, it ends at the smallest") {
            for (noise in listOf(0.0, 0.01, 0.02)) failures(most = 0.05) { seed ->
                SimulatedLoad(FLAT, SIZES, SIZES.last, noise, seed).run(300).decision == SIZES.first
            }
        }

        test("176 with noise of 10 % there is at most one move in ten windows") {
            for (load in LOADS + Load("flat", FLAT)) for (seed in seeds) {
                val start = load.curve.best(SIZES)
                val run = SimulatedLoad(load.curve, SIZES, start, noise = 0.1, seed).run(120)
                withClue("${load.name}, seed $seed: moves at ${run.moves}") {
                    run.moves.zipWithNext { one, next -> next - one }.filter { it < 10 }.shouldBeEmpty()
                }
            }
        }

        test("176 noise of 10 % does not lead it away from a good size") {
            for (load in LOADS) failures(most = 0.025) { seed ->
                val best = load.curve.best(SIZES)
                val run = SimulatedLoad(load.curve, SIZES, best, noise = 0.1, seed).run(600)
                load.curve.leasesPerSecond(run.decision) >= 0.9 * load.curve.leasesPerSecond(best)
            }
        }

        for ((from, to) in listOf(10 to 30, 30 to 10, 8 to 40, 40 to 8)) {
            test("177 when the best size moves from $from to $to, it follows within 60 seconds") {
                failures(most = 0.05) { seed ->
                    val run = SimulatedLoad(processors(from), SIZES, from, seed = seed).run(120)
                    run.curve = processors(to, scale = 2_000.0 * to / from)
                    isWithin(0.2, run.run(60).decision, to)
                }
            }
        }

        test("178 an outage changes no size, whenever it begins and however long it lasts") {
            for (seed in seeds + 113L) { // it begins in the window in which a size is due
                val random = Random(seed)
                val run = SimulatedLoad(processors(20), SIZES, start = 8, seed = seed).run(random.nextInt(0, 60))
                repeat(random.nextInt(0, 5)) { run.window() }
                val before = run.decided.lastOrNull() ?: 8
                // The windows in which it begins and ends are cut, and the pool may notice it one window late.
                run.works = random.nextDouble()
                run.window()
                run.works = 0.0
                run.disturbed = random.nextBoolean()
                repeat(random.nextInt(1, 40)) { run.window() }
                run.works = random.nextDouble()
                run.disturbed = true
                run.window()
                run.works = 1.0
                run.disturbed = false
                withClue("seed $seed") { run.decision shouldBe before }
                run.run(120)
                withClue("seed $seed, after the outage") { isWithin(0.2, run.decision, 20) shouldBe true }
            }
        }

        test("178 disturbed windows teach nothing, however much they differ") {
            for (seed in seeds) {
                val run = SimulatedLoad(processors(5), SIZES, start = 20, seed = seed)
                run.disturbed = true
                run.run(60)
                withClue("seed $seed") { run.tried.distinct() shouldBe listOf(20) }
            }
        }

        test("180 the same seed and the same load give the same sizes") {
            fun sizes(seed: Long) = SimulatedLoad(processors(20), SIZES, 8, seed = seed).run(60).tried
            sizes(1) shouldBe sizes(1)
            (sizes(1) == sizes(2)) shouldBe false
        }

        test("a decision says what was measured") {
            val sizer = ThroughputSizer(1)
            SimulatedLoad(processors(40), SIZES, 8, noise = 0.0, strategy = sizer).run(8)
            sizer.reason shouldContain Regex("12 connections end \\d+ % more leases: \\S+ leases per second instead of")
        }

        test("the size that somebody else sets is where it goes on from") {
            val sizer = ThroughputSizer(1)
            val first = SimulatedLoad(processors(20), SIZES, 8, strategy = sizer).run(60)
            assertSoftly {
                isWithin(0.2, first.decision, 20) shouldBe true
                SimulatedLoad(processors(20), SIZES, 64, strategy = sizer).run(1).decision shouldBe 64
            }
        }
    })

package dev.rockpool.internal.core.sizing

import dev.rockpool.SizeAdvice
import dev.rockpool.SizeAdvice.Kind
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeIn
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain

private const val MILLI = 1_000_000.0
private const val QUARTER = 900
private val proof = System.getProperty("rockpool.proof") == "true"
private val seeds = 1L..(if (proof) 40L else 4L)

/**
 * Callers come at this rate in the busy third of all minutes, else at a third of it.
 *
 * @property cores how many leases the server works on at once; beyond that each takes longer
 */
private class TimedLoad(val perSecond: Double, val millis: Double, val cores: Int = Int.MAX_VALUE) {
    private fun isBusy(second: Int) = second / 60 % 3 == 1

    fun run(size: Int, seed: Long): List<Usage> =
        SimulatedPool(size, seed, { if (isBusy(it)) perSecond else perSecond / 3 }, ::hold).run(QUARTER)

    private fun hold(leases: Int) = millis * MILLI * maxOf(1.0, leases.toDouble() / cores)

    fun advice(size: Int, seed: Long): SizeAdvice = SizeAdvisor.advise(run(size, seed), size)

    /** The smallest size with which one caller in ten has to wait in busy minutes, found by trying. */
    fun need(): Int =
        generateSequence(1) { it + 1 }
            .first { size ->
                val busy = SimulatedPool(size, 7, { perSecond }, ::hold)
                if (perSecond * millis / 1_000 >= size) return@first false
                busy.run(600)
                busy.waited <= 0.1 * busy.callers
            }
}

private val LOADS = listOf(TimedLoad(40.0, 20.0), TimedLoad(60.0, 50.0), TimedLoad(60.0, 120.0), TimedLoad(30.0, 400.0))

/** The advice on simulated loads whose need is known, in virtual time. */
class SizeAdvisorLaws :
    FunSpec({
        for (load in LOADS) {
            val need = load.need()
            val name = "${load.perSecond} callers per second that hold for ${load.millis} ms"

            test("138 the need is right to one connection: $name") {
                for (seed in seeds) for (size in
                    listOf(1, need / 2, need, need + 1, need * 2, need * 4).filter { it > 0 }) {
                    val advice = load.advice(size, seed)
                    withClue("seed $seed, size $size, need $need: $advice") {
                        when (advice.kind) {
                            Kind.TOO_SMALL,
                            Kind.TOO_LARGE -> advice.size shouldBeInRange need - 1..need + 1
                            Kind.FITS -> size shouldBeInRange need - 1..need + maxOf(2, need / 2)
                            // With every connection in use all the time it cannot be seen how large the load is.
                            Kind.UNKNOWN -> size shouldBeLessThanOrEqualTo maxOf(1, need / 2)
                            else -> throw AssertionError("not that kind: seed $seed, size $size, need $need: $advice")
                        }
                    }
                }
            }

            test("138 a load that the server limits is never told to grow: $name") {
                for (seed in seeds) for (cores in 1..2) for (size in listOf(2, 4, 16).map { it * cores }) {
                    // Twice what the server can do in busy minutes.
                    val limited = TimedLoad(2_000 * cores / load.millis, load.millis, cores)
                    val advice = limited.advice(size, seed)
                    withClue("seed $seed, size $size, cores $cores: $advice") {
                        (advice.size <= size) shouldBe true
                        advice.kind shouldBeIn listOf(Kind.SERVER_IS_THE_LIMIT, Kind.UNKNOWN)
                    }
                }
            }
        }

        test("138 a pool that is always full gets no advice to grow, because the server may be the limit") {
            val usage = SimulatedPool(4, 1, { 1_000.0 }, { 20 * MILLI }).run(QUARTER)
            SizeAdvisor.advise(usage, 4).run {
                kind shouldBe Kind.UNKNOWN
                text shouldContain "autoSize"
            }
        }

        test("there is no advice before five minutes and 1,000 leases") {
            val load = LOADS.first()
            SizeAdvisor.advise(load.run(10, 1).take(299), 10).kind shouldBe Kind.UNKNOWN
            SizeAdvisor.advise(load.run(10, 1).take(300), 10).kind shouldBe Kind.TOO_LARGE
            SizeAdvisor.advise(TimedLoad(3.0, 10.0).run(10, 1).take(600), 10).run {
                kind shouldBe Kind.UNKNOWN
                text shouldContain "needs 300 seconds and 1000 leases, and there were 600 seconds"
            }
        }

        test("bursts, slow connects and leaks are told from a size that is too small") {
            val bursts = SimulatedPool(12, 1, { if (it % 20 == 0) 600.0 else 40.0 }, { 50 * MILLI }).run(QUARTER)
            SizeAdvisor.advise(bursts, 12).run {
                kind shouldBe Kind.BURSTS
                size shouldBeInRange 30..45
                evidence.shouldNotBeEmpty()
            }
            val calm = LOADS.first().run(4, 1)
            fun with(change: (Usage) -> Usage) = SizeAdvisor.advise(calm.map(change), 4).kind
            with { it } shouldBe Kind.FITS
            with { it.copyOf(opening = it.nanos() / 10) } shouldBe Kind.CONNECTING
            with { it.copyOf(openFailed = 1) } shouldBe Kind.CONNECTING
            with { it.copyOf(leaked = 1) } shouldBe Kind.LEAK
        }
    })

private fun Usage.copyOf(opening: Long = opening(), openFailed: Long = openFailed(), leaked: Long = leaked()) =
    Usage(nanos(), arrived(), ended(), held(), exhausted(), opening, openFailed, leaked)

package dev.rockpool.internal.core.stats

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.doubles.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlin.math.abs
import kotlin.math.ceil
import kotlin.math.exp
import kotlin.random.Random
import kotlin.random.asJavaRandom

class HistogramTest :
    FunSpec({
        test("percentiles are within 4 % of the exact ones; count, mean and maximum are exact") {
            for (seed in 1L..20L) {
                val random = Random(seed).asJavaRandom()
                val values = LongArray(10_000) { exp(13 + 3 * random.nextGaussian()).toLong() }.apply { sort() }
                val summary = Histogram().apply { values.forEach(::record) }.summary()
                fun exact(share: Double) = values[ceil(values.size * share).toInt() - 1]
                for ((found, share) in
                    listOf(summary.p50 to 0.5, summary.p90 to 0.9, summary.p99 to 0.99, summary.p999 to 0.999)) {
                    withSeed(seed) { (abs(found - exact(share)) / exact(share).toDouble()) shouldBeLessThan 0.04 }
                }
                summary.count shouldBe 10_000
                summary.mean shouldBe values.sum() / 10_000
                summary.max shouldBe values.last()
            }
        }

        test("any duration is counted, from zero to the longest, and negative ones as zero") {
            for (value in listOf(0, 1, 15, 16, 17, 31, 32, 1_000_000_007, Long.MAX_VALUE)) {
                val summary = Histogram().apply { record(value) }.summary()
                (abs(summary.p50 - value) <= value / 32) shouldBe true
                summary.max shouldBe value
            }
            Histogram().apply { record(-5) }.summary() shouldBe Histogram.Summary(1, 0, 0, 0, 0, 0, 0)
        }

        test("an empty histogram is all zero, and zeros can be added without being recorded") {
            Histogram().summary() shouldBe Histogram.Summary(0, 0, 0, 0, 0, 0, 0)
            val summary = Histogram().apply { repeat(10) { record(7) } }.summary(90)
            summary shouldBe Histogram.Summary(100, 0, 0, 0, 7, 7, 7)
        }

        test("no value is lost when many threads record") {
            val histogram = Histogram()
            val start = CountDownLatch(1)
            val threads =
                List(4) { i ->
                    thread {
                        start.await()
                        for (value in 0L until 50_000) histogram.record(value * (i + 1))
                    }
                }
            start.countDown()
            threads.forEach { it.join() }
            histogram.count() shouldBe 200_000
            histogram.summary().max shouldBe 4 * 49_999
        }
    })

private inline fun withSeed(seed: Long, check: () -> Unit) {
    try {
        check()
    } catch (e: AssertionError) {
        throw AssertionError("seed $seed: ${e.message}", e)
    }
}

package dev.rockpool.internal.core.stats

import dev.rockpool.internal.core.slot.Phase
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe

private const val SECOND = 1_000_000_000L

/** The ticket of the lease with this number. */
private fun ticket(lease: Long) = (lease shl 8) + Phase.LEASED.ordinal

private fun Sampling.measures(lease: Long) = ticket(lease) and mask() == 0L

class SamplingTest :
    FunSpec({
        test("all leases are measured up to a thousand per second, above that one in eight or fewer") {
            for (perSecond in listOf(1L, 999L, 1_000L, 1_001L, 3_000L, 1_000_000L, 40_000_000L)) {
                val sampling = Sampling(0)
                sampling.look(SECOND, perSecond)
                val measured = (1..4_000_000L).count(sampling::measures) / 4_000_000.0 * perSecond
                if (perSecond <= 1_000) measured.toLong() shouldBe perSecond
                else measured.toLong() shouldBeInRange minOf(495L, perSecond / 8)..minOf(1_000L, perSecond / 8)
            }
        }

        test("leases are measured in consecutive pairs, so that the idle time between them is known") {
            val sampling = Sampling(0)
            sampling.look(SECOND, 100_000)
            val measured = (0..10_000L).filter(sampling::measures)
            measured.chunked(2).dropLast(1).all { (first, second) -> second == first + 1 } shouldBe true
            (measured.size in 20..200) shouldBe true
        }

        test("a burst thins its own sample before the keeper looks, which makes it denser again afterwards") {
            val sampling = Sampling(0)
            val measured =
                (1..10_000_000L).count { lease ->
                    sampling.measures(lease).also { if (it) sampling.count(lease * 100) }
                }
            (measured in 200..10_000) shouldBe true
            sampling.look(SECOND, 10_000_000)
            sampling.measures(2) shouldBe false
            sampling.look(2 * SECOND, 10_000_010) shouldBe true
            sampling.mask() shouldBe 0
        }

        test("a busy pool without a burst is measured fully until the keeper looks") {
            val sampling = Sampling(0)
            for (lease in 1..9_000L) sampling.count(lease * SECOND / 1_900)
            sampling.mask() shouldBe 0
        }

        test("a burst is thinned before the compiler counts its calls") {
            val sampling = Sampling(0)
            val measured =
                (1..200L).count { lease ->
                    sampling.measures(lease).also { if (it) sampling.count(lease * SECOND / 3_000) }
                }
            sampling.mask() shouldBe (((1L shl 6) - 2) shl 8)
            (measured in 128..134) shouldBe true
        }

        test("looks in quick succession do not change the sample") {
            val sampling = Sampling(0)
            sampling.look(SECOND, 100_000) shouldBe true
            sampling.look(SECOND + 1, 100_000) shouldBe false
            sampling.look(SECOND * 5 / 4, 100_000) shouldBe false
        }
    })

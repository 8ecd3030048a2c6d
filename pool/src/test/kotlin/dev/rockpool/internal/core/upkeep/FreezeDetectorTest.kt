package dev.rockpool.internal.core.upkeep

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

private const val MILLI = 1_000_000L
private const val WINDOW = 1_000 * MILLI

/** Law 49: after the process was frozen, nothing that was idle is lent unproven. */
class FreezeDetectorTest :
    FunSpec({
        test("a keeper that is woken much later than it asked for has stood still") {
            for ((late, expected) in listOf(0L to false, 499L to false, 500L to true, 3_000L to true)) {
                val standstill = FreezeDetector()
                standstill.endedBefore(0, 0, WINDOW) shouldBe false
                standstill.sleepsUntil(100 * MILLI)
                standstill.endedBefore((100 + late) * MILLI, 0, WINDOW) shouldBe expected
                standstill.sleepsUntil((200 + late) * MILLI)
                standstill.endedBefore((200 + late) * MILLI, 0, WINDOW) shouldBe false
            }
        }

        test("a keeper that is woken before its time has not, nor one that sleeps until somebody comes") {
            val standstill = FreezeDetector()
            standstill.sleepsUntil(10_000 * MILLI)
            standstill.endedBefore(MILLI, 0, WINDOW) shouldBe false
            standstill.sleepsUntil(Long.MAX_VALUE)
            standstill.endedBefore(Long.MAX_VALUE / 2, 0, WINDOW) shouldBe false
        }

        test("a wall clock that went further than the timers' clock means that the machine slept") {
            val standstill = FreezeDetector()
            standstill.endedBefore(0, 7_000 * MILLI, WINDOW) shouldBe false
            standstill.endedBefore(100 * MILLI, 7_150 * MILLI, WINDOW) shouldBe false
            standstill.endedBefore(200 * MILLI, 60_000 * MILLI, WINDOW) shouldBe true
            standstill.endedBefore(300 * MILLI, 1_000 * MILLI, WINDOW) shouldBe false // it was set back
        }

        test("with a tiny trust window a few milliseconds are no standstill, and without one nothing is") {
            val standstill = FreezeDetector()
            standstill.sleepsUntil(100 * MILLI)
            standstill.endedBefore(149 * MILLI, 0, 1) shouldBe false
            standstill.sleepsUntil(200 * MILLI)
            standstill.endedBefore(250 * MILLI, 0, 1) shouldBe true
            standstill.sleepsUntil(300 * MILLI)
            standstill.endedBefore(100_000 * MILLI, 0, Long.MAX_VALUE) shouldBe false
        }
    })

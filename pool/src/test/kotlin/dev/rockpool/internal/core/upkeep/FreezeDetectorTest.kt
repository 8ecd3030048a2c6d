package dev.rockpool.internal.core.upkeep

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

private const val MILLI = 1_000_000L
private const val WINDOW = 1_000 * MILLI

/** Law 49: after the process was frozen, nothing that was idle is lent without a probe. */
class FreezeDetectorTest :
    FunSpec({
        test("a keeper that wakes up much later than planned was frozen") {
            for ((late, expected) in listOf(0L to false, 499L to false, 500L to true, 3_000L to true)) {
                val detector = FreezeDetector()
                detector.hasFrozen(0, 0, WINDOW) shouldBe false
                detector.sleepsUntil(100 * MILLI)
                detector.hasFrozen((100 + late) * MILLI, 0, WINDOW) shouldBe expected
                detector.sleepsUntil((200 + late) * MILLI)
                detector.hasFrozen((200 + late) * MILLI, 0, WINDOW) shouldBe false
            }
        }

        test("a keeper that is woken early, or that sleeps without a deadline, was not frozen") {
            val detector = FreezeDetector()
            detector.sleepsUntil(10_000 * MILLI)
            detector.hasFrozen(MILLI, 0, WINDOW) shouldBe false
            detector.sleepsUntil(Long.MAX_VALUE)
            detector.hasFrozen(Long.MAX_VALUE / 2, 0, WINDOW) shouldBe false
        }

        test("a wall clock that advanced further than the timer clock means that the machine slept") {
            val detector = FreezeDetector()
            detector.hasFrozen(0, 7_000 * MILLI, WINDOW) shouldBe false
            detector.hasFrozen(100 * MILLI, 7_150 * MILLI, WINDOW) shouldBe false
            detector.hasFrozen(200 * MILLI, 60_000 * MILLI, WINDOW) shouldBe true
            detector.hasFrozen(300 * MILLI, 1_000 * MILLI, WINDOW) shouldBe false // it was set back
        }

        test(
            "with a tiny trust window a few milliseconds are not a freeze; if connections are trusted for ever, nothing is"
        ) {
            val detector = FreezeDetector()
            detector.sleepsUntil(100 * MILLI)
            detector.hasFrozen(149 * MILLI, 0, 1) shouldBe false
            detector.sleepsUntil(200 * MILLI)
            detector.hasFrozen(250 * MILLI, 0, 1) shouldBe true
            detector.sleepsUntil(300 * MILLI)
            detector.hasFrozen(100_000 * MILLI, 0, Long.MAX_VALUE) shouldBe false
        }
    })

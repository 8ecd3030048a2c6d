package dev.rockpool

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

class DurationsTest :
    FunSpec({
        test("a measured time is printed with three digits, or in whole seconds from one minute on") {
            val words =
                mapOf(
                    1_000_483.microseconds to "1s",
                    1_234_567.microseconds to "1.23s",
                    12_345.milliseconds to "12.3s",
                    999_600.microseconds to "1s",
                    754_321.microseconds to "754ms",
                    83_456.nanoseconds to "83.5us",
                    999.nanoseconds to "999ns",
                    0.seconds to "0s",
                    (-5).seconds to "0s",
                    59_999.milliseconds to "1m",
                    (3.minutes + 499.milliseconds) to "3m",
                    (2.hours + 61_700.milliseconds) to "2h 1m 2s",
                    40.days to "40d",
                    Duration.INFINITE to "Infinity",
                )
            for ((time, text) in words) time.readable() shouldBe text
        }
    })

package dev.rockpool.jdbc.internal.dispatch

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds

class ContentionTest :
    FunSpec({
        var now = 0L
        var yieldTakes = Duration.ZERO
        var yields = 0
        fun contention() =
            Contention(
                { now },
                {
                    yields++
                    now += yieldTakes.inWholeNanoseconds
                },
                { now += it + yieldTakes.inWholeNanoseconds },
            )

        test("a thread polls on while its yields are short") {
            yieldTakes = 100.microseconds
            val contention = contention()
            repeat(100) { contention.yieldBriefly() shouldBe true }
            contention.isHigh shouldBe false
        }

        test("after a yield that takes a time slice, no thread yields for a while") {
            val contention = contention()
            yieldTakes = 3.milliseconds
            contention.yieldBriefly() shouldBe false
            contention.isHigh shouldBe true
            yields = 0
            contention.yieldBriefly() shouldBe false
            yields shouldBe 0
            now += 21.milliseconds.inWholeNanoseconds
            yieldTakes = 1.microseconds
            contention.yieldBriefly() shouldBe true
        }

        test("a nap that ends late counts, however long it was meant to be") {
            val contention = contention()
            yieldTakes = 100.microseconds
            contention.nap(1_000_000_000) shouldBe true
            yieldTakes = 2.milliseconds
            contention.nap(20_000) shouldBe false
            contention.isHigh shouldBe true
        }
    })

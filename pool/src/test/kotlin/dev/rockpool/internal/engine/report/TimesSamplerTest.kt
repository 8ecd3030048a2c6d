package dev.rockpool.internal.engine.report

import dev.rockpool.PoolTimes
import dev.rockpool.internal.core.stats.Bounds
import dev.rockpool.internal.core.stats.LatencyStats
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.should
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.beTheSameInstanceAs
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

class TimesSamplerTest :
    FunSpec({
        fun LatencyStats.after(previous: PoolTimes?, waits: LongArray = Bounds.SHORT) =
            toTimes(previous, waits, Duration.ZERO) { null }

        /** After a wait of 100 ns and a lease. */
        fun stats() =
            LatencyStats(0).apply {
                waited(100)
                released(0, 200, 1)
            }

        fun afterOneSampleAnd(change: LatencyStats.() -> Unit) = stats().run { after(after(null).also { change() }) }

        test("a distribution is made again only if something was recorded") {
            val stats = stats()
            val first = stats.after(null)
            stats.waited(300)
            val second = stats.after(first)

            second.use should beTheSameInstanceAs(first.use)
            second.wait.count shouldBe 2
            second.wait.max shouldBe 300.nanoseconds
        }

        test("callers served at once count as new waits") {
            val times = afterOneSampleAnd { grantedAtOnce(3) }

            times.wait.count shouldBe 4
            times.wait.totalCount shouldBe 4
        }

        test("a reset shows although nothing was recorded") {
            val times = afterOneSampleAnd { reset(1) }

            times.wait.count shouldBe 0
            times.wait.totalCount shouldBe 1
        }

        test("after a reset, as many values as before are new ones") {
            val times = afterOneSampleAnd { reset(1).also { waited(500) } }

            times.wait.max shouldBe 500.nanoseconds
        }

        test("new bounds show although nothing was recorded") {
            val stats = stats()
            val first = stats.after(null)
            val second = stats.after(first, Bounds.shortAnd(7))

            second.wait.buckets.size shouldBe first.wait.buckets.size + 1
        }
    })

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

        test("a distribution is made again only if something was recorded") {
            val stats = LatencyStats(0)
            stats.waited(100)
            stats.released(0, 200, 1)
            val first = stats.after(null)

            stats.waited(300)
            val second = stats.after(first)

            second.use should beTheSameInstanceAs(first.use)
            second.wait.count shouldBe 2
            second.wait.max shouldBe 300.nanoseconds
        }

        test("callers served at once count as new waits") {
            val stats = LatencyStats(0)
            stats.waited(100)
            val first = stats.after(null)

            stats.grantedAtOnce(3)
            val second = stats.after(first)

            second.wait.count shouldBe 4
            second.wait.totalCount shouldBe 4
        }

        test("a reset shows although nothing was recorded") {
            val stats = LatencyStats(0)
            stats.waited(100)
            val first = stats.after(null)

            stats.reset(1)
            val second = stats.after(first)

            second.wait.count shouldBe 0
            second.wait.totalCount shouldBe 1
        }

        test("new bounds show although nothing was recorded") {
            val stats = LatencyStats(0)
            stats.waited(100)
            val first = stats.after(null)

            val second = stats.after(first, Bounds.shortAnd(7))

            second.wait.buckets.size shouldBe first.wait.buckets.size + 1
        }
    })

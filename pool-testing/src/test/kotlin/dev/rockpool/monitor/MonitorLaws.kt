package dev.rockpool.monitor

import dev.rockpool.CloseReason
import dev.rockpool.HealthStatus
import dev.rockpool.balanced
import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.IOException
import kotlin.random.Random
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch

private val proof = System.getProperty("rockpool.proof") == "true"

private fun threadsOf(pool: String) =
    Thread.getAllStackTraces().keys.filter { it.name == "rockpool-monitor-$pool" && it.isAlive }

/** Callers for this many seconds, each for 10 ms. */
private suspend fun PoolTestScope.traffic(seconds: Int, perSecond: Int = 2) =
    repeat(seconds * perSecond) {
        pool.acquire().use { delay(10.milliseconds) }
        delay((1000 / perSecond - 10).milliseconds)
    }

/** Random callers, changes of settings and silence, in steps of a second. */
private suspend fun PoolTestScope.randomly(random: Random, steps: Int) {
    val callers =
        List(steps) {
            delay(1.seconds)
            when (random.nextInt(20)) {
                0 -> pool.control.resetTimes()
                1 -> pool.control.reconfigure { acquireTimeout = random.nextInt(1, 40).seconds }
                2 -> pool.control.reconfigure { maxSize = random.nextInt(1, 5) }
                3 -> if (pool.control.isPaused) pool.control.resume() else pool.control.pause()
                4 -> pool.control.evictAll("by chance")
            }
            launch {
                delay(random.nextInt(900).milliseconds)
                runCatching {
                    pool.acquire(random.nextInt(3000).milliseconds).use { delay(random.nextInt(2000).milliseconds) }
                }
            }
        }
    pool.control.resume()
    callers.joinAll()
}

/** Figures and alerts of a monitored pool, in virtual time. */
class MonitorLaws :
    FunSpec({
        test("125: the p99 of a window forgets an outage once it has left the window") {
            poolTest(settings = { maxSize = 1 }) {
                val watch = VirtualMonitor(this)
                traffic(60)
                watch.last(1.minutes).wait.p99 shouldBeLessThan 1.milliseconds.toJavaDuration()
                val hog = pool.acquire()
                repeat(10) { runCatching { pool.acquire(5.seconds) } }
                hog.release()
                watch.last(1.minutes).wait.p99 shouldBeGreaterThan 2.seconds.toJavaDuration()
                watch.last(1.minutes).errorRate!! shouldBeGreaterThan 0.2
                traffic(70)
                watch.last(1.minutes).wait.p99 shouldBeLessThan 1.milliseconds.toJavaDuration()
                watch.last(1.minutes).errorRate shouldBe 0.0
                pool.snapshot().times.wait.p99 shouldBeGreaterThan 4.seconds
            }
        }

        test("an error rate sees callers that fail fast in an outage") {
            val factory = ScriptedFactory().apply { opens.otherwise = Step.Fail(IOException("refused")) }
            poolTest(factory, { failFastAfter = 1.seconds }) {
                val watch = VirtualMonitor(this)
                repeat(30) {
                    runCatching { pool.acquire() }
                    delay(1.seconds)
                }
                delay(15.seconds)
                watch.last(1.minutes).run {
                    listOf(failed, attempts, timedOut) shouldBe listOf(30L, 30L, 0L)
                    errorRate shouldBe 1.0
                    toJson() shouldContain """"failed":30"""
                }
                watch.monitor.alerts.active.map { it.rule.name } shouldContain "errors"
            }
        }

        test("128: no traffic neither triggers nor resolves a rate") {
            poolTest(settings = { maxSize = 1 }) {
                val watch =
                    VirtualMonitor(this) {
                        builtInAlerts = false
                        alert("errors", AlertLevel.WARNING) { errorRate above 0.05 }
                    }
                advanceTimeBy(2.hours)
                watch.told.now().shouldBeEmpty()
                val hog = pool.acquire()
                repeat(19) { runCatching { pool.acquire(100.milliseconds) } }
                hog.release()
                delay(30.seconds)
                withClue("20 attempts with 19 errors") {
                    watch.told.now() shouldContainExactly listOf("errors WARNING fires")
                }
                advanceTimeBy(2.hours)
                watch.told.now().shouldBeEmpty()
                watch.monitor.alerts.active.single().rule.name shouldBe "errors"
                watch.monitor.alerts.rules.single().value shouldBe null
                traffic(19, perSecond = 1)
                watch.told.now().shouldBeEmpty()
                traffic(120, perSecond = 1)
                watch.told.now() shouldContainExactly listOf("errors WARNING is over")
            }
        }

        test("129: the figures of two ranges that meet add up to those of both, also after changed settings") {
            for (seed in 1L..(if (proof) 200L else 6L)) poolTest(settings = { maxSize = 2 }) {
                val random = Random(seed)
                val watch =
                    VirtualMonitor(this) {
                        interval = 3.seconds
                        retention = 10.minutes
                    }
                randomly(random, 400)
                repeat(50) {
                    val (a, b, c) = List(3) { random.nextLong(-700, 50) }.sorted().map { watch.now().plusSeconds(it) }
                    withClue("seed $seed, ranges $a, $b, $c") {
                        val all = watch.monitor.history(a, c)
                        (watch.monitor.history(a, b) + watch.monitor.history(b, c)).toJson() shouldBe all.toJson()
                        val step = random.nextLong(1, 200).seconds.toJavaDuration()
                        val parts = watch.monitor.series(a, c, step)
                        if (parts.isNotEmpty()) parts.reduce { one, next -> one + next }.toJson() shouldBe all.toJson()
                    }
                }
            }
        }

        test("129: after the retention the memory is constant, and the figures say what they cover") {
            poolTest {
                val watch = VirtualMonitor(this)
                traffic(60)
                advanceTimeBy(59.minutes)
                watch.monitor.kept() shouldBe 361
                watch.last(2.hours).coversFrom shouldBe START
                advanceTimeBy(30.minutes)
                watch.monitor.kept() shouldBe 361
                watch.last(2.hours).run {
                    coversFrom shouldBe START.plusSeconds(30 * 60)
                    served shouldBe 0
                    coversTo shouldBe watch.now()
                }
            }
        }

        test("the present minute begins at the look one minute ago") {
            poolTest {
                val watch = VirtualMonitor(this)
                advanceTimeBy(5.minutes)
                watch.monitor.now().coversFrom shouldBe watch.now().minusSeconds(60)
            }
        }

        test("the figures of a range are those of what happened in it") {
            poolTest(settings = { maxSize = 2 }) {
                val watch = VirtualMonitor(this)
                val one = pool.acquire()
                delay(20.seconds)
                val two = pool.acquire()
                runCatching { pool.acquire(2.seconds) }
                two.evict("broken")
                delay(39.seconds)
                watch.last(1.minutes).run {
                    pool shouldBe "test"
                    served shouldBe 2
                    timedOut shouldBe 1
                    attempts shouldBe 3
                    errorRate!! shouldBeLessThanOrEqualTo 0.34
                    opened shouldBe 2
                    closedBy shouldBe mapOf(CloseReason.EVICTED to 1L)
                    leased shouldBe 1
                    utilization shouldBe 0.5
                    meanUtilization shouldBe 0.5
                    peakLeased shouldBe 2 // the exhaustion was between two looks
                    peakPending shouldBe 1
                    exhaustedFor shouldBe 2.seconds.toJavaDuration()
                    exhaustedShare!! shouldBe 2.0 / 60
                    rate!! shouldBe 2.0 / 60
                    health shouldBe HealthStatus.HEALTHY
                    use.count shouldBe 1
                    lifetime.count shouldBe 1
                    uptime shouldBe 60.seconds.toJavaDuration()
                    toJson() shouldContain """"timedOut":1,"""
                }
                delay(5.seconds)
                withClue("up to this moment, also between two looks") {
                    watch.monitor.now().coversTo shouldBe watch.now()
                }
                one.release()
            }
        }

        test("the built-in rules notice a busy, failing, slow, paused, leaking and unreachable pool") {
            poolTest(
                settings = {
                    maxSize = 1
                    leakThreshold = 20.seconds
                    acquireTimeout = 3.seconds
                }
            ) {
                val watch = VirtualMonitor(this)
                traffic(120)
                watch.told.now().shouldBeEmpty()
                val hog = pool.acquire()
                repeat(30) { runCatching { pool.acquire() } }
                watch.told.now() shouldContainExactlyInAnyOrder
                    listOf(
                        "busy WARNING fires",
                        "busy CRITICAL fires",
                        "errors WARNING fires",
                        "exhausted WARNING fires",
                        "waits WARNING fires",
                        "leaked WARNING fires",
                    )
                hog.release()
                traffic(8 * 60)
                watch.told.now().filter { it.endsWith("fires") }.shouldBeEmpty()
                watch.monitor.alerts.active.shouldBeEmpty()
                pool.control.pause()
                advanceTimeBy(6.minutes)
                watch.told.now() shouldContainExactly listOf("paused WARNING fires")
                pool.control.resume()
                factory.opens.otherwise = Step.Fail(IOException("no route"))
                pool.control.evictAll("the server is gone")
                repeat(10) { runCatching { pool.acquire(2.seconds) } }
                watch.told.now().filter { "down" in it || "paused" in it } shouldContainExactlyInAnyOrder
                    listOf("paused WARNING is over", "down CRITICAL fires")
                factory.opens.otherwise = Step.Succeed
                traffic(120)
                ("down CRITICAL is over" in watch.told.now()) shouldBe true
            }
        }

        test(
            "a listener that throws disturbs neither the others nor later looks, and one that has left hears nothing"
        ) {
            poolTest {
                val heard = ArrayList<PoolFigures>()
                val watch =
                    VirtualMonitor(this) {
                        listener(
                            object : MonitorListener {
                                override fun sampled(figures: PoolFigures) = error("a listener's own fault")
                            }
                        )
                    }
                val registration =
                    watch.monitor.addListener(
                        object : MonitorListener {
                            override fun sampled(figures: PoolFigures) {
                                heard += figures
                            }
                        }
                    )
                delay(35.seconds)
                heard.map { it.coversTo.epochSecond - it.coversFrom.epochSecond } shouldContainExactly
                    listOf(10L, 10L, 10L)
                registration.close()
                delay(35.seconds)
                heard.size shouldBe 3
            }
        }

        test("a closed pool ends its monitor and its thread") {
            val pool = BlockingPool.of(dev.rockpool.Pool("ends", ScriptedFactory().forPool()))
            val monitor = PoolMonitor.start(pool.control())
            pool.acquire().close()
            pool.close()
            while (!monitor.isClosed || threadsOf("ends").isNotEmpty()) Thread.onSpinWait()
            monitor.now().served shouldBe 1
            monitor.toJson() shouldContain """"rules":[{"name":"busy""""
            PoolMonitor.start(pool.control()).isClosed shouldBe true
            threadsOf("ends").shouldBeEmpty()
        }

        test("a monitor of a balanced pool ends with the last member") {
            val members = List(2) { dev.rockpool.Pool("member $it", ScriptedFactory().forPool()) }
            val monitor = PoolMonitor.start(balanced("both", members).control)
            members[0].close()
            monitor.isClosed shouldBe false
            members[1].close()
            while (!monitor.isClosed || threadsOf("both").isNotEmpty()) Thread.onSpinWait()
        }

        test("the example of the page works") {
            poolTest {
                // region monitor
                val monitor =
                    PoolMonitor(pool) {
                        interval = 10.seconds
                        retention = 1.hours
                        alert("busy", AlertLevel.WARNING) {
                            utilization above 0.8
                            holds = 30.seconds
                            clearsBelow = 0.7
                            clearsAfter = 1.minutes
                        }
                    }
                // endregion
                monitor.alerts.rules.count { it.rule.name == "busy" } shouldBe 2
                monitor.close()
            }
        }

        test("a monitor that is configured wrongly is refused with what is allowed") {
            poolTest {
                fun message(settings: MonitorSettings.() -> Unit) =
                    shouldThrow<IllegalArgumentException> { PoolMonitor(pool, settings) }.message
                message { interval = 10.milliseconds } shouldBe
                    "monitor of pool 'test': interval is PT0.01S but must be at least 100 ms"
                message { retention = 1.seconds } shouldBe
                    "monitor of pool 'test': retention is PT1S but must be from one to 100,000 intervals"
                message { alert("x", AlertLevel.WARNING) { holds = 1.seconds } } shouldBe
                    "alert 'x' has no figure: say which, such as 'utilization above 0.8'"
                message {
                    alert("x", AlertLevel.WARNING) {
                        waitP99 above 100.milliseconds
                        window = 2.hours
                    }
                } shouldBe
                    "monitor of pool 'test': the window of WARNING 'x': WAIT_P99 above 0.1 for PT0S is PT2H " +
                        "but must be at most the retention, which is PT1H"
            }
        }
    })

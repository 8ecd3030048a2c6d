package dev.rockpool

import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.assertSoftly
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.doubles.plusOrMinus
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.math.ln
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** A caller that holds a connection for [hold], then does something else for [rest], and so on. */
private fun PoolTestScope.caller(name: String?, hold: Duration, rest: Duration): Job =
    launch(if (name == null) EmptyCoroutineContext else Caller(name)) {
        while (true) {
            pool.withConnection { delay(hold) }
            delay(rest)
        }
    }

/** Who has used the pool, and what it should be like, in virtual time. */
class CallerUsageLaws :
    FunSpec({
        test("132 each name has the time that its callers held connections and waited for them") {
            poolTest(settings = { maxSize = 2 }) {
                pool.control.watchUsage = true
                val callers =
                    listOf(
                        caller("report", 700.milliseconds, 300.milliseconds),
                        caller("search", 200.milliseconds, 800.milliseconds),
                        caller(null, 100.milliseconds, 900.milliseconds),
                    )
                advanceTimeBy(10.minutes)
                val usage = pool.control.callers().associateBy { it.caller }
                assertSoftly {
                    usage.keys shouldBe setOf("report", "search", "unnamed")
                    usage.getValue("report").held.toMillis() shouldBeInRange 400_000L..440_000
                    usage.getValue("search").held.toMillis() shouldBeInRange 105_000L..135_000
                    usage.getValue("unnamed").held.toMillis() shouldBeInRange 45_000L..75_000
                }
                callers.forEach { it.cancel() }
                callers.forEach { it.join() }
            }
        }

        test("132 waiting callers are counted by name, too") {
            poolTest(
                settings = {
                    maxSize = 1
                    acquireTimeout = 10.minutes
                }
            ) {
                pool.control.watchUsage = true
                val held = pool.acquire()
                val waiting = List(3) { launch(Caller("checkout")) { pool.withConnection {} } }
                advanceTimeBy(60.seconds)
                val checkout = pool.control.callers().single { it.caller == "checkout" }
                checkout.waited.toMillis() / 1e3 shouldBe (180.0 plusOrMinus 1.0)
                held.close()
                waiting.forEach { it.join() }
            }
        }

        test("132 names beyond 256 change no total") {
            fun total(names: Int): Long {
                var all = 0L
                poolTest(
                    settings = {
                        maxSize = 400
                        maxConcurrentOpens = 400
                    }
                ) {
                    val callers = List(400) { caller("caller ${it % names}", 1.seconds, 1.milliseconds) }
                    advanceTimeBy(10.milliseconds)
                    pool.control.watchUsage = true
                    advanceTimeBy(950.milliseconds)
                    val usage = pool.control.callers()
                    usage shouldHaveSize minOf(names, 257)
                    if (names > 256) usage.map { it.caller } shouldContain "other"
                    all = usage.sumOf { it.held.toMillis() }
                    callers.forEach { it.cancel() }
                    callers.forEach { it.join() }
                }
                return all
            }
            total(400) / 1e3 shouldBe (total(10) / 1e3 plusOrMinus 60.0)
        }

        test("the slowest leases are known, with their callers, also while they last") {
            poolTest(settings = { maxSize = 3 }) {
                pool.control.watchUsage = true
                val quick = caller("quick", 10.milliseconds, 100.milliseconds)
                withContext(Caller("slow")) { launch { pool.withConnection { delay(20.seconds) } } }.join()
                val last = launch(Caller("slowest")) { pool.withConnection { delay(60.seconds) } }
                advanceTimeBy(40.seconds)
                val slowest = pool.control.slowestLeases()
                slowest.take(2).map { it.caller } shouldBe listOf("slowest", "slow")
                slowest.take(2).map { it.isActive } shouldBe listOf(true, false)
                slowest.first().held.toSeconds() shouldBeInRange 38L..40
                slowest.first().toString() shouldContain "for 'slowest' for"
                slowest.size shouldBeInRange 3..16
                last.cancel()
                quick.cancel()
                last.join()
                quick.join()
            }
        }

        test("what is not watched is not known, and forgotten when the watch ends") {
            poolTest {
                pool.control.advice().toString() shouldContain "UNKNOWN: the usage is not watched: set watchUsage"
                pool.control.watchUsage = true
                pool.control.watchUsage = true
                val held = pool.acquire()
                advanceTimeBy(1.seconds)
                pool.control.callers() shouldHaveSize 1
                held.close()
                pool.control.watchUsage = false
                pool.control.callers().shouldBeEmpty()
                pool.control.slowestLeases().shouldBeEmpty()
                pool.control.watchUsage shouldBe false
            }
        }

        test("138 a running pool is told the size that its callers need") {
            poolTest(
                settings = {
                    maxSize = 20
                    statsInterval = 1.seconds
                }
            ) {
                pool.control.watchUsage = true
                val random = Random(1)
                fun next(mean: Double) = (-ln(1 - random.nextDouble()) * mean).milliseconds
                val load = launch {
                    while (true) {
                        delay(next(100.0))
                        launch { pool.withConnection { delay(next(200.0)) } }
                    }
                }
                advanceTimeBy(8.minutes)
                load.cancel()
                val advice = pool.control.advice()
                advice.kind shouldBe SizeAdvice.Kind.TOO_LARGE
                // Two connections are in use on average. With five of them, one caller in 30 waits, with four one in
                // six.
                advice.size shouldBeInRange 4..6
                load.join()
            }
        }

        test("138 callers that gave up count as load") {
            poolTest(
                settings = {
                    maxSize = 4
                    acquireTimeout = 500.milliseconds
                    statsInterval = 1.seconds
                }
            ) {
                pool.control.watchUsage = true
                val random = Random(1)
                var perSecond = 5.0
                fun next(mean: Double) = (-ln(1 - random.nextDouble()) * mean).milliseconds
                val load = launch {
                    while (true) {
                        delay(next(1000 / perSecond))
                        launch { runCatching { pool.withConnection { delay(next(200.0)) } } }
                    }
                }
                repeat(3) {
                    perSecond = 5.0
                    advanceTimeBy(1.minutes)
                    perSecond = 50.0
                    advanceTimeBy(1.minutes)
                }
                load.cancel()
                val advice = pool.control.advice()
                advice.kind shouldBe SizeAdvice.Kind.TOO_SMALL
                // Ten connections would be in use. With 15 of them, one caller in ten waits.
                advice.size shouldBeInRange 13..17
                load.join()
            }
        }

        test("138 a slow connect counts in its seconds only") {
            poolTest(settings = { maxSize = 2 }) {
                factory.opens.next(Step.After(5.seconds))
                pool.control.watchUsage = true
                val caller = caller("shop", 100.milliseconds, 300.milliseconds)
                advanceTimeBy(10.minutes)
                pool.control.advice().kind shouldBe SizeAdvice.Kind.FITS
                caller.cancel()
                caller.join()
            }
        }

        test("138 to wait for a lease is not to wait for a connect") {
            poolTest(settings = { maxSize = 2 }) {
                pool.control.watchUsage = true
                val callers = List(3) { caller("shop", 100.milliseconds, 1.milliseconds) }
                advanceTimeBy(8.minutes)
                pool.control.advice().kind shouldBe SizeAdvice.Kind.UNKNOWN
                callers.forEach { it.cancel() }
                callers.forEach { it.join() }
            }
        }
    })

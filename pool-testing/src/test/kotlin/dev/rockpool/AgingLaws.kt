package dev.rockpool

import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async

/** Laws 24 to 27 and 34: how connections age. */
class AgingLaws :
    FunSpec({
        test("24: unused connections are closed after the idle timeout, down to minIdle but never below") {
            poolTest(
                settings = {
                    maxSize = 6
                    minIdle = 2
                    idleTimeout = 1.minutes
                }
            ) {
                List(6) { pool.acquire() }.forEach { it.close() }
                advanceTimeBy(59.seconds)
                pool.snapshot().idle shouldBe 6
                advanceTimeBy(3.seconds)
                pool.snapshot().idle shouldBe 2
                advanceTimeBy(1.hours - 2.minutes)
                pool.snapshot().idle shouldBe 2
                factory.opens.calls shouldBeInRange 6..10
            }
        }

        test("24: a leased connection is never touched, however long it is held") {
            poolTest(
                settings = {
                    idleTimeout = 1.minutes
                    maxLifetime = 5.minutes
                    keepaliveInterval = 30.seconds
                }
            ) {
                val held = pool.acquire()
                advanceTimeBy(1.hours)
                held.isActive shouldBe true
                held.connection.run { listOf(probeCount, closeCount) } shouldBe listOf(0, 0)
                held.close()
                runCurrent()
                factory.openConnections.shouldBeEmpty()
            }
        }

        test("25: connections opened together do not retire together") {
            poolTest(
                settings = {
                    maxSize = 20
                    minIdle = 20
                    maxConcurrentOpens = 20
                    maxLifetime = 100.seconds
                }
            ) {
                runCurrent()
                val closedAt =
                    (1..100).map { second ->
                        advanceTimeBy(1.seconds)
                        factory.connections.take(20).count { it.isClosed } to second
                    }
                closedAt.first { (closed, _) -> closed > 0 }.second shouldBeGreaterThanOrEqualTo 75
                closedAt.first { (closed, _) -> closed == 20 }.second shouldBeGreaterThan 80
                closedAt.zipWithNext { (a, _), (b, _) -> b - a }.max() shouldBeLessThanOrEqualTo 8
            }
        }

        test("25: a replacement opens before an idle connection retires, so idle never drops below minIdle") {
            poolTest(
                settings = {
                    maxSize = 6
                    minIdle = 3
                    maxLifetime = 1.minutes
                }
            ) {
                runCurrent()
                factory.opens.otherwise = Step.After(3.seconds)
                val idle = (1..600).map { pool.snapshot().idle.also { advanceTimeBy(500.milliseconds) } }
                idle.min() shouldBe 3
                factory.connections.size shouldBeGreaterThan 9
                pool.snapshot().total shouldBeLessThanOrEqualTo 5
            }
        }

        test("25: without room for a replacement, expired connections retire one at a time") {
            poolTest(
                settings = {
                    maxSize = 4
                    minIdle = 4
                    maxLifetime = 1.minutes
                }
            ) {
                runCurrent()
                factory.opens.otherwise = Step.After(5.seconds)
                val open =
                    (1..240).map { pool.snapshot().run { idle + probing }.also { advanceTimeBy(500.milliseconds) } }
                open.min() shouldBe 3
                factory.connections.size shouldBeGreaterThan 4
            }
        }

        test("25: while connecting fails, expired connections stay, because an old one is better than none") {
            poolTest(
                settings = {
                    minIdle = 2
                    maxLifetime = 1.minutes
                }
            ) {
                runCurrent()
                factory.opens.otherwise = Step.Fail(IllegalStateException("no room"))
                advanceTimeBy(5.minutes)
                pool.snapshot().idle shouldBe 2
                pool.withConnection { it.number shouldBeLessThanOrEqualTo 2 }
                factory.opens.otherwise = Step.Succeed
                advanceTimeBy(20.seconds)
                factory.connections.take(2).map { it.isClosed } shouldContainExactly listOf(true, true)
                pool.snapshot().idle shouldBe 2
            }
        }

        test("25: while connecting fails, an expired connection stays when returned; afterwards it retires") {
            poolTest(
                settings = {
                    minIdle = 1
                    maxLifetime = 1.minutes
                }
            ) {
                val lease = pool.acquire()
                factory.opens.otherwise = Step.Fail(IllegalStateException("no room"))
                advanceTimeBy(5.minutes)
                lease.close()
                pool.withConnection { it.number shouldBe 1 }
                factory.opens.otherwise = Step.Succeed
                advanceTimeBy(20.seconds)
                factory.connections.first().isClosed shouldBe true
                pool.snapshot().idle shouldBe 1
            }
        }

        test("26: minIdle is restored after eviction, breakage and failed refills, without any traffic") {
            poolTest(settings = { minIdle = 3 }) {
                runCurrent()
                factory.opens.next(Step.Fail(IllegalStateException("one")), Step.Fail(IllegalStateException("two")))
                pool.acquire().evict("unfit")
                pool.withConnection { it.isBroken = true }
                advanceTimeBy(5.seconds)
                pool.snapshot().idle shouldBe 3
            }
        }

        test("27: keepalive probes only idle connections, and replaces one that fails") {
            poolTest(
                settings = {
                    maxSize = 3
                    minIdle = 2
                    keepaliveInterval = 1.minutes
                }
            ) {
                val held = pool.acquire()
                runCurrent()
                val idle = factory.openConnections - held.connection
                idle shouldHaveSize 2
                idle[0].isBroken = true
                advanceTimeBy(1.minutes + 7.seconds)
                held.connection.probeCount shouldBe 0
                idle.map { it.isClosed } shouldContainExactly listOf(true, false)
                pool.snapshot().idle shouldBe 2
                held.close()
            }
        }

        test("27: keepalives of connections that went idle together are spread") {
            poolTest(
                settings = {
                    minIdle = 10
                    maxConcurrentOpens = 10
                    keepaliveInterval = 100.seconds
                }
            ) {
                runCurrent()
                factory.probes.otherwise = Step.After(10.milliseconds)
                val together = (1..1_200).maxOf { advanceTimeBy(100.milliseconds).let { pool.snapshot().probing } }
                factory.probes.calls shouldBeGreaterThan 9
                together shouldBeLessThanOrEqualTo 4
            }
        }

        test("27: an acquire during a keepalive takes another idle connection") {
            poolTest(settings = { keepaliveInterval = 10.seconds }) {
                val (first, second) = List(2) { pool.acquire() }
                first.close()
                factory.probes.otherwise = Step.After(2.seconds)
                advanceTimeBy(10.seconds)
                pool.snapshot().probing shouldBe 1
                second.close()
                val began = timeSource.markNow()
                pool.withConnection { it.number shouldBe 2 }
                began.elapsedNow() shouldBe 0.seconds
            }
        }

        test("34: in a year an idle pool opens and closes only what its settings say, and wakes only at deadlines") {
            poolTest(
                settings = {
                    minIdle = 2
                    maxLifetime = null
                    keepaliveInterval = 1.days
                }
            ) {
                runCurrent()
                advanceTimeBy(365.days)
                factory.opens.calls shouldBe 2
                factory.closes.calls shouldBe 0
                factory.probes.calls shouldBeInRange 2 * 330..2 * 400
                pool.snapshot().idle shouldBe 2
            }
        }

        test("34: a stale connection is left alone while no caller needs it") {
            poolTest(settings = { keepaliveInterval = null }) {
                pool.withConnection {}
                advanceTimeBy(5.minutes)
                factory.probes.calls shouldBe 0
                val asked = async { pool.acquire() }
                runCurrent()
                factory.probes.calls shouldBe 1
                asked.await().close()
            }
        }
    })

package dev.rockpool

import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch

private val refused = IllegalStateException("connection refused")

/** Laws 18, 22 and 23, and features 1.13, 1.16 and 2.1 to 2.3: the pool's health, and how it is reported. */
class HealthLaws :
    FunSpec({
        test("18: a connection reported broken is closed, and another is opened for the waiter") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val waiting = async { pool.acquire() }
                runCurrent()
                held.evict("it misbehaves")
                waiting.await().use { it.connection.number shouldBe 2 }
                factory.connections[0].closeCount shouldBe 1
                pool.control.recentlyClosed().single().run {
                    number shouldBe 1
                    reason shouldBe "it misbehaves"
                }
            }
        }

        test("23: if all idle connections died, the next acquire succeeds, and each dead one is closed once") {
            poolTest(settings = { maxSize = 5 }) {
                List(5) { pool.acquire() }.forEach { it.close() }
                factory.connections.forEach { it.isBroken = true }
                advanceTimeBy(2.seconds)
                pool.withConnection { it.number shouldBe 6 }
                List(5) { pool.acquire() }.forEach { it.close() }
                runCurrent()
                factory.connections.take(5).map { it.closeCount } shouldContainExactly List(5) { 1 }
                pool.snapshot().run { total <= 5 } shouldBe true
            }
        }

        test("2.1: an unused pool is healthy; one that cannot connect is unhealthy, with the cause") {
            poolTest {
                pool.control.health().run {
                    isHealthy shouldBe true
                    lastCheckAgo shouldBe null
                }
                factory.opens.otherwise = Step.Fail(refused)
                val caller = async { runCatching { pool.acquire(5.seconds) } }
                advanceTimeBy(5.seconds)
                caller.await().isFailure shouldBe true
                pool.control.health().run {
                    status shouldBe HealthStatus.UNHEALTHY
                    lastFailure shouldBe refused
                    issues.first() shouldContain "no connection is open"
                    toString() shouldContain "UNHEALTHY: no connection is open"
                    (consecutiveFailures > 1) shouldBe true
                }
                factory.opens.otherwise = Step.Succeed
                advanceTimeBy(10.seconds)
                pool.withConnection {}
                pool.control.health().run {
                    consecutiveFailures shouldBe 0
                    status shouldBe HealthStatus.DEGRADED
                    issues.single() shouldContain "failure rate"
                }
            }
        }

        test("2.1: a pool whose every connection is leased while callers wait is exhausted") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val waiting = launch { pool.withConnection {} }
                runCurrent()
                pool.control.health().issues.single() shouldContain "exhausted: all 1 connections are leased"
                held.close()
                waiting.join()
                pool.control.health().issues.shouldBeEmpty()
            }
        }

        test("2.2: each connection is listed with state, age and last probe; those in doubt also separately") {
            poolTest(settings = { maxSize = 3 }) {
                val (first, second) = List(2) { pool.acquire() }
                second.close()
                advanceTimeBy(3.seconds)
                val infos = pool.control.connections().sortedBy { it.number }
                infos.map { it.state } shouldContainExactly listOf(ConnectionState.LEASED, ConnectionState.IDLE)
                infos.map { it.status } shouldContainExactly listOf(ConnectionStatus.TRUSTED, ConnectionStatus.SUSPECT)
                infos.map { it.age } shouldContainExactly listOf(3.seconds, 3.seconds)
                infos[0].lastProbe shouldBe null
                pool.control.unhealthy().map { it.number } shouldContainExactly listOf(2L)
                factory.probes.next(Step.After(30.milliseconds))
                val probe = async { pool.control.check(2) }
                advanceTimeBy(30.milliseconds)
                probe.await().shouldNotBeNull().run { isAlive to took } shouldBe (true to 30.milliseconds)
                pool.control.unhealthy().shouldBeEmpty()
                pool.control.connections().single { it.number == 2L }.lastProbe.shouldNotBeNull().took shouldBe
                    30.milliseconds
                first.close()
            }
        }

        test("2.2: a forced check closes dead connections and leaves leased ones alone") {
            poolTest(settings = { maxSize = 4 }) {
                val leases = List(4) { pool.acquire() }
                leases.drop(1).forEach { it.close() }
                factory.connections[2].isBroken = true
                pool.control.check().lastFailure.shouldNotBeNull()
                runCurrent()
                factory.connections.map { it.isClosed } shouldContainExactly listOf(false, false, true, false)
                factory.probes.calls shouldBe 3
                pool.control.check(1) shouldBe null
                pool.control.check(99) shouldBe null
                leases[0].close()
            }
        }

        test("a closed pool is unhealthy, also when it is checked") {
            poolTest {
                val lease = pool.acquire()
                val closing = launch { pool.close(grace = 1.seconds) }
                runCurrent()
                pool.control.health().status shouldBe HealthStatus.UNHEALTHY
                lease.close()
                closing.join()
                for (health in listOf(pool.control.health(), pool.control.check(), pool.control.checkAsync().await())) {
                    health.isHealthy shouldBe false
                    health.issues shouldContainExactly listOf("the pool has been closed")
                }
            }
        }

        test("2.2: callers can still acquire during a forced check of all connections") {
            poolTest(settings = { maxSize = 4 }) {
                List(4) { pool.acquire() }.forEach { it.close() }
                factory.probes.otherwise = Step.After(1.seconds)
                val check = async { pool.control.check() }
                runCurrent()
                pool.snapshot().run { probing to idle } shouldBe (2 to 2)
                pool.tryAcquire().shouldNotBeNull().close()
                check.await().isHealthy shouldBe true
                factory.probes.calls shouldBe 4
            }
        }

        test("2.3, 1.16: subscribers and listeners get events for outages, recoveries and connections") {
            poolTest(settings = { maxSize = 1 }) {
                val heard = mutableListOf<String>()
                pool.control.addListener { error("a listener that throws affects nothing else") }
                val listening = pool.control.addListener { heard += it.toString() }
                pool.withConnection {}
                factory.connections[0].isBroken = true
                factory.opens.next(Step.Fail(refused))
                advanceTimeBy(2.seconds)
                pool.withConnection {}
                runCurrent()
                heard[0] shouldBe "opened connection 1 in 0s"
                heard shouldContain "closed connection 1 after 2s: found dead: the probe found it dead"
                heard shouldContain "connecting failed: $refused"
                heard.single { it.startsWith("the server is gone") } shouldContain "dead"
                heard.single { it.startsWith("the server is back") } shouldContain "back after"
                heard shouldContain "health changed from HEALTHY to UNHEALTHY"
                listening.close()
                val before = heard.size
                pool.acquire().evict("test")
                runCurrent()
                heard shouldHaveSize before
            }
        }

        test("2.3: a pool that is exhausted for a moment stays healthy; one that stays exhausted changes once") {
            poolTest(settings = { maxSize = 1 }) {
                val heard = mutableListOf<String>()
                suspend fun exhaustedFor(time: Duration) {
                    val held = pool.acquire()
                    val waiting = async { pool.acquire() }
                    runCurrent()
                    advanceTimeBy(time)
                    pool.control.reconfigure {} // wakes the keeper
                    runCurrent()
                    held.close()
                    waiting.await().close()
                    pool.control.reconfigure {}
                    runCurrent()
                }
                pool.control.addListener { if (it is PoolEvent.HealthChanged) heard += it.toString() }
                repeat(20) { exhaustedFor(10.milliseconds) }
                heard.shouldBeEmpty()
                exhaustedFor(1.seconds)
                heard shouldContainExactly
                    listOf("health changed from HEALTHY to DEGRADED", "health changed from DEGRADED to HEALTHY")
            }
        }

        test("1.16: a listener gets every event until the pool is closed") {
            poolTest {
                val heard = mutableListOf<PoolEvent>()
                pool.control.addListener { heard += it }
                pool.withConnection {}
                pool.close()
                heard.map { it::class.simpleName } shouldContainExactly listOf("Opened", "Closed", "PoolClosed")
            }
        }

        test("1.16: timeout events have the time that the caller waited") {
            poolTest(settings = { maxSize = 1 }) {
                val heard = mutableListOf<PoolEvent>()
                pool.control.addListener { heard += it }
                val held = pool.acquire()
                runCatching { pool.acquire(3.seconds) }
                held.close()
                runCurrent()
                heard.filterIsInstance<PoolEvent.TimedOut>().single().waited shouldBe 3.seconds
            }
        }
    })

package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.Script
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.time.Duration.ZERO
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.launch

/** Law 57: for 30 s after a lease one connection is kept fresh, if the pool can peek at it before it lends it. */
class KeptFreshLaws :
    FunSpec({
        test("57: a caller after a pause gets the connection that is kept fresh, and waits for no probe") {
            keptTest {
                val used = pool.withConnection { it }
                for (pause in listOf(3.seconds, 2_500.milliseconds, 29.seconds)) {
                    advanceTimeBy(pause)
                    factory.probes.otherwise = Step.After(50.milliseconds)
                    val peeks = peeks.calls
                    val began = timeSource.markNow()
                    pool.withConnection { it } shouldBe used
                    began.elapsedNow() shouldBe Duration.ZERO
                    this.peeks.calls shouldBe peeks + 1
                    factory.probes.otherwise = Step.Succeed
                }
            }
        }

        test("57: every kind of caller gets the connection that is kept fresh, even one that does not wait") {
            val ways: Map<String, suspend PoolTestScope.() -> Lease<FakeConnection>?> =
                mapOf(
                    "coroutine" to { pool.acquire() },
                    "coroutine that does not wait" to { pool.acquire(Duration.ZERO) },
                    "tryAcquire" to { pool.tryAcquire() },
                    "thread" to { BlockingPool.of(pool).acquire(ZERO) },
                    "thread that tries" to { BlockingPool.of(pool).tryAcquire() },
                    "future" to { BlockingPool.of(pool).acquireAsync(ZERO).getNow(null) },
                )
            for ((kind, way) in ways) withClue(kind) {
                keptTest {
                    val used = pool.withConnection { it }
                    advanceTimeBy(5.seconds)
                    val probes = factory.probes.calls
                    val lease = way().shouldNotBeNull()
                    lease.connection shouldBe used
                    peeks.calls shouldBe 1
                    factory.probes.calls shouldBe probes
                    lease.close()
                    pool.snapshot().acquired shouldBe 2
                }
            }
        }

        test("57: only one connection is kept fresh, the one used last") {
            keptTest(settings = { maxSize = 4 }) {
                val leases = List(4) { pool.acquire() }
                val connections = leases.map { it.connection }
                for (lease in leases) {
                    lease.close()
                    advanceTimeBy(1.seconds)
                }
                val before = connections.map { it.probeCount }
                advanceTimeBy(10.seconds)
                connections.zip(before) { connection, then -> connection.probeCount - then } shouldContainExactly
                    listOf(0, 0, 0, 10)
                pool.control.connections().map { it.status } shouldContainExactly
                    List(3) { ConnectionStatus.SUSPECT } + ConnectionStatus.TRUSTED
            }
        }

        test("57: one is kept fresh although another is in use, and none while another is fresh anyway") {
            keptTest(settings = { maxSize = 2 }) {
                val (busy, returned) = List(2) { pool.acquire() }
                val idle = returned.connection
                returned.close()
                advanceTimeBy(2.minutes)
                idle.probeCount shouldBeInRange 100..120
                val pings = idle.probeCount
                busy.close()
                repeat(100) {
                    advanceTimeBy(100.milliseconds)
                    pool.withConnection { it shouldNotBe idle }
                }
                idle.probeCount shouldBeLessThanOrEqualTo pings + 1
            }
        }

        test("57: half a minute after the last lease every connection is stale, and the pool sleeps") {
            keptTest(settings = { noDeadlines() }) {
                pool.withConnection {}
                advanceTimeBy(29.seconds)
                factory.probes.calls shouldBeInRange 26..29
                advanceTimeBy(4.seconds)
                val pings = factory.probes.calls
                timers().shouldBeEmpty()
                advanceTimeBy(1.hours)
                factory.probes.calls shouldBe pings
                pool.control.connections().single().status shouldBe ConnectionStatus.SUSPECT
                pool.withConnection { it.probeCount } shouldBe pings + 1
                peeks.calls shouldBe 0
            }
        }

        test("57: a connection whose end the peek sees is probed and closed, and the caller gets another") {
            for (canWait in listOf(true, false)) {
                keptTest {
                    val dead = pool.withConnection { it }
                    advanceTimeBy(5.seconds)
                    dead.isBroken = true
                    if (canWait) pool.withConnection { it } shouldNotBe dead else pool.tryAcquire().shouldBeNull()
                    runCurrent()
                    dead.isClosed shouldBe true
                }
            }
        }

        test("57: a peek that throws, or that is not sure, costs a probe and nothing else") {
            for (step in listOf(Step.Fail(IllegalStateException("no")), Step.Fail(AssertionError("no")))) {
                keptTest {
                    val used = pool.withConnection { it }
                    advanceTimeBy(5.seconds)
                    val probes = used.probeCount
                    peeks.next(step)
                    pool.withConnection { it } shouldBe used
                    used.probeCount shouldBe probes + 1
                }
            }
        }

        test("57: what a peek cannot see is found by the next probe, within one trust window") {
            keptTest {
                factory.peekSees = false
                val dead = pool.withConnection { it }
                advanceTimeBy(5.seconds)
                dead.isBroken = true
                advanceTimeBy(1_100.milliseconds)
                dead.isClosed shouldBe true
            }
        }

        test("57: when the server hangs, the probe that keeps a connection fresh delays no caller") {
            keptTest(settings = { maxSize = 2 }) {
                pool.withConnection {}
                factory.probes.next(Step.Hang)
                advanceTimeBy(2.seconds)
                pool.snapshot().probing shouldBe 1
                val began = timeSource.markNow()
                pool.withConnection(2.seconds) { it.number } shouldBe 2
                began.elapsedNow() shouldBeLessThanOrEqualTo 300.milliseconds
                advanceTimeBy(10.seconds)
                factory.connections.first().isClosed shouldBe true
            }
        }

        test("57: a caller that comes during the probe gets the connection when that ends") {
            keptTest(settings = { maxSize = 1 }) {
                factory.probes.otherwise = Step.After(40.milliseconds)
                pool.withConnection {}
                advanceTimeBy(1.seconds)
                while (pool.snapshot().probing == 0) advanceTimeBy(10.milliseconds)
                val first = async { pool.withConnection { timeSource.markNow() } }
                runCurrent()
                pool.tryAcquire().shouldBeNull()
                val began = timeSource.markNow()
                first.await()
                began.elapsedNow() shouldBeLessThanOrEqualTo 40.milliseconds
                peeks.calls shouldBe 0
            }
        }

        test("57: closing the pool during such a probe ends within its bound") {
            keptTest(settings = { closeTimeout = 1.seconds }) {
                pool.withConnection {}
                factory.probes.otherwise = Step.Hang
                advanceTimeBy(2.seconds)
                pool.snapshot().probing shouldBe 1
                val began = timeSource.markNow()
                pool.close(Duration.ZERO)
                began.elapsedNow() shouldBeLessThanOrEqualTo 1.seconds
            }
        }

        test("57: a changed trust window applies to the connection that is kept fresh") {
            keptTest(settings = { maxSize = 1 }) {
                val used = pool.withConnection { it }
                advanceTimeBy(3.seconds)
                pool.control.reconfigure { trustWindow = Duration.ZERO }
                val probes = used.probeCount
                pool.withConnection { it.probeCount } shouldBe probes + 1
                peeks.calls shouldBe 0
                pool.control.reconfigure { trustWindow = 1.seconds }
                advanceTimeBy(3.seconds)
                pool.control.reconfigure { trustWindow = null }
                advanceTimeBy(10.seconds)
                val before = used.probeCount
                pool.withConnection {}
                advanceTimeBy(1.hours)
                pool.withConnection {}
                used.probeCount shouldBeInRange before..before + 1
            }
        }

        test("57: with a very short trust window, none, or an infinite one, nothing is probed without a caller") {
            for (window in listOf(99.milliseconds, Duration.ZERO, null)) {
                keptTest(settings = { trustWindow = window }) {
                    pool.withConnection {}
                    advanceTimeBy(1.minutes)
                    factory.probes.calls shouldBe 0
                }
            }
        }

        test("57: with probeOnReturn a connection is probed on return and then kept fresh") {
            keptTest(settings = { probeOnReturn = true }) {
                val used = pool.withConnection { it }
                runCurrent()
                used.probeCount shouldBe 1
                advanceTimeBy(5.seconds)
                used.probeCount shouldBeInRange 4..6
                pool.withConnection { it } shouldBe used
                peeks.calls shouldBe 1
            }
        }

        test("57: a connection that is kept fresh still ages, and its idle time counts from its last lease") {
            keptTest(settings = { idleTimeout = 10.seconds }) {
                pool.withConnection {}
                advanceTimeBy(9.seconds)
                pool.control.connections().single().inState shouldBe 9.seconds
                advanceTimeBy(3.seconds)
                pool.snapshot().total shouldBe 0
            }
            keptTest(settings = { maxLifetime = 20.seconds }) {
                val old = pool.withConnection { it }
                repeat(5) {
                    advanceTimeBy(4.seconds)
                    pool.withConnection {}
                }
                advanceTimeBy(3.seconds)
                old.isClosed shouldBe true
            }
        }

        test("57: a connection that is kept fresh needs no keepalive, and is evicted like any other") {
            keptTest(settings = { keepaliveInterval = 3.seconds }) {
                val used = pool.withConnection { it }
                advanceTimeBy(20.seconds)
                used.probeCount shouldBeInRange 17..20
                pool.control.evictAll()
                pool.withConnection { it } shouldNotBe used
            }
        }

        test("57: when another connection dies, the one that was kept fresh is probed before it is lent") {
            keptTest(settings = { maxSize = 2 }) {
                val (dying, returned) = List(2) { pool.acquire() }
                val kept = returned.connection
                returned.close()
                advanceTimeBy(5.seconds)
                val probes = kept.probeCount
                dying.evict("dead")
                pool.withConnection { it.probeCount } shouldBe probes + 1
                peeks.calls shouldBe 0
            }
        }

        test("57: during a pause nothing is kept fresh, and nothing is lent") {
            keptTest {
                val used = pool.withConnection { it }
                advanceTimeBy(3.seconds)
                pool.control.pause()
                pool.tryAcquire().shouldBeNull()
                advanceTimeBy(2.seconds)
                val probes = used.probeCount
                advanceTimeBy(10.seconds)
                used.probeCount shouldBe probes
                val waiting = launch { pool.withConnection { it.probeCount shouldBe probes + 1 } }
                runCurrent()
                pool.control.resume()
                waiting.join()
            }
        }

        test("57: a pool that cannot peek probes nothing while no caller needs it") {
            poolTest {
                pool.withConnection {}
                advanceTimeBy(20.seconds)
                factory.probes.calls shouldBe 0
            }
        }

        test("57: the numbers add up while a connection is kept fresh") {
            keptTest(settings = { maxSize = 2 }) {
                repeat(3) {
                    pool.withConnection {}
                    advanceTimeBy(3.seconds)
                    pool.snapshot().run { listOf(idle, leased, probing, pending) } shouldContainExactly
                        listOf(1, 0, 0, 0)
                }
                pool.snapshot().acquired shouldBe 3
                pool.control.health().status shouldBe HealthStatus.HEALTHY
            }
        }
    })

private val PoolTestScope.peeks: Script
    get() = checkNotNull(factory.peeks)

private fun PoolSettings.noDeadlines() {
    idleTimeout = null
    maxLifetime = null
    keepaliveInterval = null
}

/** A test of a pool that can peek at its connections. The trust window is 1 s. */
private fun keptTest(settings: PoolSettings.() -> Unit = {}, body: suspend PoolTestScope.() -> Unit) =
    poolTest(
        ScriptedFactory().apply { peeks = Script() },
        {
            keepaliveInterval = null
            settings()
        },
        body = body,
    )

package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay

/** Law 52: `trustWindow = 0` probes a connection before every lease, and `probeOnReturn` after every lease. */
class ProvingLaws :
    FunSpec({
        for (policy in ReusePolicy.entries) {
            test("52: without a trust window each lease begins with a probe, $policy") {
                poolTest(
                    settings = {
                        maxSize = 2
                        trustWindow = Duration.ZERO
                        reusePolicy = policy
                    }
                ) {
                    val connection = pool.withConnection { it }
                    connection.probeCount shouldBe 0 // opened for this lease
                    repeat(5) { n ->
                        pool.withConnection { it } shouldBe connection
                        connection.probeCount shouldBe n + 1
                    }
                }
            }
        }

        test("52: without a trust window a queue is served with one probe per lease, and no caller starves") {
            poolTest(
                settings = {
                    maxSize = 2
                    trustWindow = Duration.ZERO
                    acquireTimeout = 5.seconds
                }
            ) {
                val callers = List(40) { async { pool.withConnection { delay(10.milliseconds) } } }
                callers.awaitAll()
                pool.snapshot().acquired shouldBe 40
                factory.connections.sumOf { it.probeCount } shouldBe 40 - factory.opens.calls
            }
        }

        test("52: without a trust window a dead connection is never lent, however short it was idle") {
            poolTest(
                settings = {
                    maxSize = 3
                    trustWindow = Duration.ZERO
                }
            ) {
                repeat(10) {
                    val leases = List(3) { pool.acquire() }
                    val connections = leases.map { it.connection }
                    connections.forEach { it.isBroken shouldBe false }
                    leases.forEach { it.close() }
                    connections.forEach { it.isBroken = true } // right after the pool inspected it
                }
            }
        }

        test("52: without a trust window an idle pool sleeps") {
            poolTest(
                settings = {
                    minIdle = 2
                    trustWindow = Duration.ZERO
                    acquireTimeout = null
                    idleTimeout = null
                    keepaliveInterval = null
                    maxLifetime = null
                }
            ) {
                pool.withConnection {}
                advanceTimeBy(10.seconds)
                timers().shouldContainExactly()
                advanceTimeBy(1.hours)
                factory.probes.calls shouldBe 0
            }
        }

        test("52: removing the trust window applies at once to idle connections") {
            poolTest(settings = { maxSize = 1 }) {
                val connection = pool.withConnection { it }
                pool.control.reconfigure { trustWindow = Duration.ZERO }
                runCurrent()
                pool.withConnection { it.probeCount } shouldBe 1
                pool.control.reconfigure { trustWindow = 1.seconds }
                runCurrent()
                pool.withConnection {}
                pool.withConnection {}
                connection.probeCount shouldBe 2
            }
        }

        test("52: threads get a probed connection too") {
            val factory = ScriptedFactory()
            val config = PoolConfig {
                maxSize = 2
                minIdle = 0
                trustWindow = Duration.ZERO
                acquireTimeout = 20.seconds
            }
            BlockingPool.create(factory.blocking(), config).use { pool ->
                val threads = Executors.newFixedThreadPool(6)
                try {
                    val all =
                        List(6) { threads.submit<Unit> { repeat(50) { pool.withConnection<Unit, Exception> {} } } }
                    all.forEach { it.get(30, TimeUnit.SECONDS) }
                } finally {
                    threads.shutdownNow()
                }
                pool.snapshot().acquired shouldBe 300
                factory.connections.sumOf { it.probeCount } shouldBeGreaterThanOrEqual 300 - factory.opens.calls
            }
        }

        test("with probeOnReturn a connection is probed on return, before it is lent again") {
            poolTest(
                settings = {
                    maxSize = 1
                    probeOnReturn = true
                }
            ) {
                val connection = pool.withConnection { it }
                factory.probes.next(Step.After(20.milliseconds))
                pool.withConnection {}
                pool.snapshot().probing shouldBe 1
                pool.withConnection { it } shouldBe connection
                runCurrent()
                connection.probeCount shouldBe 3
                pool.snapshot().idle shouldBe 1
                connection.isBroken = false
            }
        }

        test("with probeOnReturn a connection that died in use is detected on return, before anyone waits") {
            poolTest(settings = { probeOnReturn = true }) {
                val connection = dyingOnReturn()
                advanceTimeBy(10.milliseconds)
                connection.isClosed shouldBe true
                pool.withConnection { it } shouldNotBe connection
            }
        }
    })

private suspend fun PoolTestScope.dyingOnReturn(): FakeConnection {
    val lease = pool.acquire()
    val connection = lease.connection
    lease.close()
    connection.isBroken = true // the probe has not started, because nothing ran since
    runCurrent()
    return connection
}

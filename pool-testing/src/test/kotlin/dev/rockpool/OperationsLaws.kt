package dev.rockpool

import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.launch

private suspend fun PoolTestScope.lend(count: Int) = List(count) { pool.acquire() }

/** Operations on a running pool: laws 26 and 30, and features 1.9 and 1.10. */
class OperationsLaws :
    FunSpec({
        test("30: evictAll closes idle connections at once and leased ones on return, and lends nothing older") {
            poolTest(settings = { maxSize = 4 }) {
                val leases = lend(3)
                leases[0].close()
                pool.control.evictAll()
                runCurrent()
                factory.connections[0].isClosed shouldBe true
                pool.withConnection { it.number shouldBe 4 }
                leases[1].connection.isClosed shouldBe false
                leases[1].close()
                leases[2].close()
                runCurrent()
                factory.openConnections.map { it.number } shouldContainExactly listOf(4)
            }
        }

        test("30: a connection being opened during evictAll is closed, and its caller gets a newer one") {
            poolTest(settings = { maxSize = 1 }) {
                factory.opens.next(Step.After(100.milliseconds))
                val waiting = async { pool.acquire() }
                runCurrent()
                pool.control.evictAll()
                advanceTimeBy(100.milliseconds)
                waiting.await().use { it.connection.number shouldBe 2 }
                factory.connections[0].closeCount shouldBe 1
            }
        }

        test("30: a connection being probed during evictAll is closed after the probe") {
            poolTest(settings = { keepaliveInterval = 5.seconds }) {
                pool.withConnection {}
                factory.probes.next(Step.After(3.seconds))
                advanceTimeBy(6.seconds)
                pool.snapshot().probing shouldBe 1
                pool.control.evictAll()
                advanceTimeBy(3.seconds)
                factory.openConnections.shouldBeEmpty()
            }
        }

        test("30: acquire keeps working during evictAll, also for waiters") {
            poolTest(settings = { maxSize = 2 }) {
                val leases = lend(2)
                val waiting = List(4) { launch { pool.withConnection { c -> (c.number > 2) shouldBe true } } }
                runCurrent()
                pool.control.evictAll()
                leases.forEach { it.close() }
                waiting.forEach { it.join() }
                factory.connections shouldHaveSize 4
            }
        }

        test("evict closes one connection and returns whether it existed") {
            poolTest(settings = { maxSize = 2 }) {
                val (first, second) = lend(2)
                second.close()
                pool.control.evict(1, "suspicious") shouldBe true
                pool.control.evict(2, "suspicious") shouldBe true
                pool.control.evict(7, "suspicious") shouldBe false
                runCurrent()
                factory.connections.map { it.isClosed } shouldContainExactly listOf(false, true)
                first.close()
                runCurrent()
                factory.openConnections.shouldBeEmpty()
                pool.control.recentlyClosed().map { it.reason } shouldContain "suspicious"
            }
        }

        test("26: minIdle is restored after evictAll without any traffic") {
            poolTest(settings = { minIdle = 3 }) {
                runCurrent()
                pool.control.evictAll()
                runCurrent()
                factory.openConnections.map { it.number } shouldContainExactly listOf(4, 5, 6)
            }
        }

        test("clear closes idle connections and leaves leased ones alone") {
            poolTest(settings = { maxSize = 3 }) {
                val leases = lend(3)
                leases[0].close()
                leases[2].close()
                pool.control.clear() shouldBe 2
                runCurrent()
                leases[1].close()
                runCurrent()
                factory.openConnections.map { it.number } shouldContainExactly listOf(2)
            }
        }

        test("a paused pool lends nothing, callers wait up to their timeout, and resume serves them in order") {
            poolTest(settings = { maxSize = 2 }) {
                val held = pool.acquire()
                pool.withConnection {}
                pool.control.pause()
                pool.control.isPaused shouldBe true
                pool.tryAcquire() shouldBe null
                val order = mutableListOf<Int>()
                val impatient = async { runCatching { pool.acquire(1.seconds) }.exceptionOrNull() }
                val waiting = List(3) { i -> launch { pool.withConnection { order += i } }.also { runCurrent() } }
                held.close()
                advanceTimeBy(1.seconds)
                impatient.await()!!.message shouldContain "paused"
                pool.snapshot().run { leased to pending } shouldBe (0 to 3)
                pool.control.resume()
                waiting.forEach { it.join() }
                order shouldContainExactly listOf(0, 1, 2)
            }
        }

        test("a paused pool opens nothing for waiters, and can be closed") {
            poolTest {
                pool.control.pause()
                val waiting = async { runCatching { pool.acquire() }.exceptionOrNull() }
                runCurrent()
                factory.opens.calls shouldBe 0
                pool.close()
                (waiting.await() is PoolClosedException) shouldBe true
            }
        }

        test("enlarging the pool serves waiters at once") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val waiting = List(3) { async { pool.acquire() } }
                runCurrent()
                pool.control.reconfigure { maxSize = 3 }
                runCurrent()
                pool.snapshot().run { listOf(maxSize, leased, pending) } shouldBe listOf(3, 3, 1)
                held.close()
                waiting.forEach { it.await().close() }
            }
        }

        test(
            "shrinking the pool closes idle connections at once and leased ones on return, and opens none beyond its size"
        ) {
            poolTest(settings = { maxSize = 5 }) {
                val leases = lend(5)
                leases.take(2).forEach { it.close() }
                pool.control.reconfigure { maxSize = 2 }
                runCurrent()
                pool.snapshot().total shouldBe 3
                leases.drop(2).forEach { it.close() }
                runCurrent()
                pool.snapshot().total shouldBe 2
                val again = lend(2)
                pool.tryAcquire() shouldBe null
                pool.snapshot().total shouldBe 2
                again.forEach { it.close() }
            }
        }

        test("a pool that was shrunk and enlarged works as before") {
            poolTest(settings = { maxSize = 6 }) {
                repeat(3) {
                    pool.control.reconfigure { maxSize = 2 }
                    runCurrent()
                    lend(2).forEach { it.close() }
                    pool.control.reconfigure { maxSize = 8 }
                    runCurrent()
                    lend(8).forEach { it.close() }
                    pool.snapshot().total shouldBeLessThanOrEqualTo 8
                }
            }
        }

        test("several settings can change at once while the pool runs") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                pool.control.reconfigure {
                    acquireTimeout = 1.seconds
                    maxPending = 1
                    minIdle = 1
                    idleTimeout = 5.seconds
                    reusePolicy = ReusePolicy.LIFO
                }
                val waiting = async { runCatching { pool.acquire(pool.config.acquireTimeout) }.exceptionOrNull() }
                runCurrent()
                shouldThrow<PoolExhaustedException> { pool.acquire() }
                advanceTimeBy(1.seconds)
                (waiting.await() is AcquireTimeoutException) shouldBe true
                held.close()
                pool.control.reconfigure { maxSize = 4 }
                lend(4).forEach { it.close() }
                advanceTimeBy(8.seconds)
                pool.snapshot().idle shouldBe 1
            }
        }

        test("settings are validated together before any of them changes, and the name cannot change") {
            poolTest(settings = { maxSize = 3 }) {
                val before = pool.config
                val wrong =
                    shouldThrow<InvalidConfigException> {
                        pool.control.reconfigure {
                            maxSize = 0
                            connectTimeout = 0.seconds
                        }
                    }
                wrong.problems shouldHaveSize 2
                shouldThrow<InvalidConfigException> { pool.control.reconfigure { name = "another" } }
                    .message shouldContain "must stay 'test'"
                pool.config shouldBe before
                pool.config.toBuilder().build() shouldBe before
                pool.config shouldNotBe PoolConfig { maxSize = 4 }
            }
        }
    })

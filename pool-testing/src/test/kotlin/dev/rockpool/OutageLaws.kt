package dev.rockpool

import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.util.concurrent.CountDownLatch
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.TimeUnit
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking

private val refused = IOException("connection refused")

private fun down() = ScriptedFactory().apply { opens.otherwise = Step.Fail(refused) }

/** Waiting callers, and when and how each of them failed. */
private fun PoolTestScope.failing(count: Int): List<Deferred<Pair<Duration, Throwable?>>> {
    val start = timeSource.markNow()
    return List(count) {
        async {
            val failure = runCatching { pool.acquire(1.hours) }.exceptionOrNull()
            start.elapsedNow() to failure
        }
    }
}

/** Opens the breaker: connecting has failed for `failFastAfter` with nothing open. */
private suspend fun PoolTestScope.breakDown() {
    shouldThrow<ConnectFailedException> { pool.acquire(1.hours) }
}

/** Laws 20 to 22 of the pool: the server is down and comes back. */
class OutageLaws :
    FunSpec({
        test("20: a transient connect failure is retried within the waiter's deadline") {
            poolTest {
                factory.opens.next(Step.Fail(refused), Step.Fail(refused))
                pool.acquire(1.seconds).close()
                pool.snapshot().openFailed shouldBe 2
            }
        }

        test("20: connects that fail at the same moment are told once") {
            val together = CyclicBarrier(2)
            val failed = CountDownLatch(2)
            val log = logged {
                val pool =
                    Pool("test", down()) {
                        maxSize = 2
                        minIdle = 2
                        backoff =
                            Backoff.Custom {
                                together.await(30, TimeUnit.SECONDS)
                                failed.countDown()
                                1.hours
                            }
                    }
                failed.await(30, TimeUnit.SECONDS) shouldBe true
                runBlocking { pool.close() }
            }
            log.lines().count { "failed to connect and retries" in it } shouldBe 1
        }

        test("21: after failFastAfter with nothing open, all waiters fail at that moment, with the cached cause") {
            poolTest(down(), { failFastAfter = 7.seconds }) {
                val failed = failing(100).awaitAll()
                failed.map { it.first }.toSet() shouldBe setOf(7.seconds)
                for ((_, failure) in failed) {
                    (failure as ConnectFailedException).cause shouldBeSameInstanceAs refused
                    failure.failure shouldBe ConnectFailure.TRANSIENT
                    failure.message shouldContain "pool 'test' has been down for 7s"
                    failure.message shouldContain "connects failed, last error: connection refused"
                    failure.message shouldContain "Try: check that the server runs"
                }
                (factory.opens.calls <= 7 * 10 + 50) shouldBe true // every 100 ms, more often in the first seconds
                pool.snapshot().pending shouldBe 0
            }
        }

        test("21: newcomers fail at once, and a hundred of them do not cause a hundred attempts") {
            poolTest(down(), { failFastAfter = 1.seconds }) {
                breakDown()
                val before = factory.opens.calls
                val failed = failing(100).awaitAll()
                failed.map { it.first }.toSet() shouldBe setOf(Duration.ZERO)
                failed.forEach { (it.second is ConnectFailedException) shouldBe true }
                (factory.opens.calls - before <= 1) shouldBe true
                pool.tryAcquire().shouldBeNull()
            }
        }

        test("21: while callers keep acquiring, connects are tried every 100 ms; otherwise by backoff") {
            poolTest(
                down(),
                {
                    failFastAfter = 1.seconds
                    backoff = Backoff.Fixed(20.seconds)
                },
            ) {
                breakDown()
                val before = factory.opens.calls
                repeat(100) {
                    runCatching { pool.acquire() }
                    advanceTimeBy(100.milliseconds)
                }
                (factory.opens.calls - before in 90..101) shouldBe true
                val asked = factory.opens.calls
                advanceTimeBy(1.minutes)
                (factory.opens.calls - asked) shouldBe 3
            }
        }

        test("21: without failFastAfter, callers wait until their own timeouts") {
            poolTest(down(), { failFastAfter = null }) {
                shouldThrow<AcquireTimeoutException> { pool.acquire(3.minutes) }.cause shouldBeSameInstanceAs refused
                shouldThrow<AcquireTimeoutException> { pool.acquire(1.minutes) }
            }
        }

        test("21: while one connection is open, no caller fails fast although connecting fails") {
            poolTest(settings = { failFastAfter = 1.seconds }) {
                val held = pool.acquire()
                factory.opens.otherwise = Step.Fail(refused)
                shouldThrow<AcquireTimeoutException> { pool.acquire(10.seconds) }
                held.evict("the last one goes")
                val start = timeSource.markNow()
                breakDown()
                start.elapsedNow() shouldBe 1.seconds
            }
        }

        test("21: for failFastAfter, a connect that hangs counts from its start") {
            poolTest(
                settings = {
                    failFastAfter = 12.seconds
                    connectTimeout = 10.seconds
                }
            ) {
                factory.opens.otherwise = Step.Hang
                failing(1).awaitAll().single().first shouldBe 12.seconds
            }
        }

        test("22: one success closes the breaker and serves all waiters, without a restart") {
            for (asking in listOf(true, false)) {
                poolTest(
                    down(),
                    {
                        failFastAfter = 1.seconds
                        maxSize = 2
                    },
                ) {
                    breakDown()
                    advanceTimeBy(1.hours)
                    factory.opens.otherwise = Step.Succeed
                    if (asking) runCatching { pool.acquire() } // triggers a connect without delay
                    advanceTimeBy(if (asking) 100.milliseconds else 12.seconds)
                    pool.snapshot().idle shouldBe 1
                    val callers = List(20) { async { pool.withConnection { it.number } } }
                    callers.awaitAll()
                    pool.snapshot().acquired shouldBe 20
                }
            }
        }

        test("22: callers waiting when the server is back are served within 100 ms") {
            poolTest(down(), { failFastAfter = 1.minutes }) {
                val waiter = async { pool.acquire(1.hours) }
                advanceTimeBy(40.seconds)
                factory.opens.otherwise = Step.Succeed
                advanceTimeBy(100.milliseconds)
                waiter.isCompleted shouldBe true
                waiter.await().close()
            }
        }

        test("22: a success clears the cause, and the next outage starts afresh") {
            poolTest(down(), { failFastAfter = 2.seconds }) {
                breakDown()
                factory.opens.otherwise = Step.Succeed
                runCatching { pool.acquire() }
                advanceTimeBy(1.seconds)
                val lease = pool.acquire()
                val other = IOException("no route")
                factory.opens.otherwise = Step.Fail(other)
                lease.evict("the test wants it closed")
                val (after, failure) = failing(1).awaitAll().single()
                after shouldBe 2.seconds
                failure?.cause shouldBeSameInstanceAs other
                failure?.message shouldContain "down for 2s"
            }
        }

        test("22: a connect that began before the last success and fails after it does not count") {
            poolTest(settings = { maxSize = 3 }) {
                factory.opens.next(Step.After(1500.milliseconds, Step.Fail(refused)), Step.Succeed)
                val lease = pool.acquire()
                val all = mutableListOf<Lease<FakeConnection>>(lease)
                advanceTimeBy(1.seconds)
                pool.snapshot().openFailed shouldBe 1
                repeat(2) { all += pool.acquire() }
                shouldThrow<AcquireTimeoutException> { pool.acquire(1.seconds) }.cause.shouldBeNull()
                all.forEach { it.close() }
            }
        }

        test("22: such a connect does not fail waiters, even if its failure is permanent") {
            poolTest(settings = { maxSize = 3 }) {
                factory.failure = ConnectFailure.PERMANENT
                factory.opens.next(
                    Step.After(1500.milliseconds, Step.Fail(refused)),
                    Step.After(1.milliseconds),
                    Step.After(3.seconds),
                )
                val callers = List(2) { async { pool.acquire(10.seconds) } }
                advanceTimeBy(1.seconds)
                callers.count { it.isCompleted } shouldBe 1
                pool.snapshot().openFailed shouldBe 0
                advanceTimeBy(1.seconds)
                pool.snapshot().openFailed shouldBe 1
                callers.awaitAll().forEach { it.close() }
            }
        }

        test("a closed pool stays closed, whatever its state was") {
            poolTest(down(), { failFastAfter = 1.seconds }) {
                breakDown()
                pool.close(Duration.ZERO)
                shouldThrow<PoolClosedException> { pool.acquire() }
            }
        }
    })

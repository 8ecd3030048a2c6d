package dev.rockpool

import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeInstanceOf
import java.io.IOException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch

/** Laws 6, 7 and 11 of the pool: timeouts. */
class TimeoutLaws :
    FunSpec({
        test(
            "6: a timeout of T fails at exactly T, without a CancellationException, and the caller's job stays active"
        ) {
            poolTest(
                settings = {
                    maxSize = 1
                    acquireTimeout = 250.milliseconds
                }
            ) {
                val held = pool.acquire()
                val start = timeSource.markNow()
                val timeout: Throwable = shouldThrow<AcquireTimeoutException> { pool.acquire() }
                start.elapsedNow() shouldBe 250.milliseconds
                timeout.shouldNotBeInstanceOf<CancellationException>()
                currentCoroutineContext().isActive shouldBe true
                pool.snapshot().timedOut shouldBe 1
                pool.snapshot().pending shouldBe 0
                held.close()
            }
        }

        test("6: callers with different timeouts each fail at their own time, whatever their order") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val start = timeSource.markNow()
                val timeouts = listOf(500, 100, 300, 900, 200, 700).map { it.milliseconds }
                val failedAfter =
                    timeouts.map { timeout ->
                        async {
                            shouldThrow<AcquireTimeoutException> { pool.acquire(timeout) }
                            start.elapsedNow()
                        }
                    }
                failedAfter.map { it.await() } shouldBe timeouts
                held.close()
            }
        }

        test("6: acquire waits for ever without a timeout, and not at all with a timeout of zero") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val patient = async { pool.acquire(null) }
                advanceTimeBy(60.minutes)
                patient.isActive shouldBe true
                shouldThrow<AcquireTimeoutException> { pool.acquire(0.seconds) }
                held.close()
                patient.await().close()
            }
        }

        test("7: the message and fields say what the pool was doing, how long it took, and what to try") {
            poolTest(
                settings = {
                    maxSize = 2
                    acquireTimeout = 3.seconds
                }
            ) {
                val apart = CoroutineScope(coroutineContext + Job() + CoroutineName("report"))
                val held = List(2) { apart.async { pool.acquire() }.await() }
                launch { shouldThrow<AcquireTimeoutException> { pool.acquire(1.minutes) } }
                val timeout = shouldThrow<AcquireTimeoutException> { pool.acquire() }
                timeout.poolName shouldBe "test"
                timeout.waited shouldBe 3.seconds
                timeout.stats.leased shouldBe 2
                timeout.longestLease shouldBe 3.seconds
                timeout.cause.shouldBeNull()
                timeout.message shouldContain "pool 'test': no connection after 3000 ms"
                timeout.message shouldContain "active=2, idle=0, opening=0, pending=1, total=2, max=2"
                timeout.message shouldContain "longest lease at least 3s: connection 1 by coroutine 'report'"
                timeout.longest?.connection shouldBe 1
                timeout.own.shouldBeNull()
                timeout.message shouldContain
                    "Try: hold connections for a shorter time, raise maxSize or acquireTimeout"
                advanceTimeBy(1.minutes)
                held.forEach { it.close() }
            }
        }

        test("7: the message says whether opening, probing or closing occupies the slots") {
            poolTest(
                settings = {
                    maxSize = 1
                    trustWindow = Duration.ZERO
                    acquireTimeout = 1.seconds
                }
            ) {
                factory.opens.next(Step.After(2.seconds))
                shouldThrow<AcquireTimeoutException> { pool.acquire() }.message shouldContain
                    "max=1. Try: find out why opening takes so long, or raise acquireTimeout"
                delay(2.seconds)
                factory.probes.next(Step.After(2.seconds))
                shouldThrow<AcquireTimeoutException> { pool.acquire() }.message shouldContain
                    "max=1, probing=1. Try: find out why probes take so long, or lower probeTimeout"
                delay(2.seconds)
                factory.closes.next(Step.After(2.seconds))
                pool.acquire().evict("test")
                shouldThrow<AcquireTimeoutException> { pool.acquire() }.message shouldContain
                    "max=1, closing=1. Try: find out why closing takes so long, or lower closeTimeout"
                delay(2.seconds)
            }
        }

        test("7: the cause is the latest connect failure, and null once connecting works again") {
            poolTest(
                settings = {
                    maxSize = 1
                    acquireTimeout = 2.seconds
                }
            ) {
                val refused = IOException("connection refused.")
                factory.opens.otherwise = Step.Fail(refused)
                val down = shouldThrow<AcquireTimeoutException> { pool.acquire() }
                down.cause shouldBeSameInstanceAs refused
                down.message shouldContain "connecting fails: connection refused. Try: "
                factory.opens.otherwise = Step.Succeed
                val held = pool.acquire()
                shouldThrow<AcquireTimeoutException> { pool.acquire() }.cause.shouldBeNull()
                held.close()
            }
        }

        test("11: a release at exactly T gives exactly one of lease and timeout") {
            for (releaseAfter in listOf(99, 100, 101)) {
                poolTest(settings = { maxSize = 1 }) {
                    val held = pool.acquire()
                    launch {
                        delay(releaseAfter.milliseconds)
                        held.close()
                    }
                    val outcome = runCatching { pool.acquire(100.milliseconds) }
                    outcome.onSuccess { it.close() }
                    if (releaseAfter < 100) outcome.isSuccess shouldBe true
                    if (releaseAfter > 100) (outcome.exceptionOrNull() is AcquireTimeoutException) shouldBe true
                    advanceTimeBy(10.milliseconds)
                    pool.snapshot().idle shouldBe 1
                }
            }
        }

        test("a connect that exceeds connectTimeout is abandoned, and its slot is used for the next attempt") {
            poolTest(
                settings = {
                    maxSize = 1
                    connectTimeout = 1.seconds
                }
            ) {
                factory.opens.next(Step.Hang)
                val start = timeSource.markNow()
                pool.acquire().close()
                (start.elapsedNow() in 1.seconds..1500.milliseconds) shouldBe true
                pool.snapshot().openFailed shouldBe 1
            }
        }

        test("a connect that cannot be cancelled and arrives late is closed and never lent") {
            poolTest(
                settings = {
                    maxSize = 1
                    connectTimeout = 1.seconds
                }
            ) {
                val slow = Step.Block()
                factory.opens.next(slow)
                measureTime { pool.acquire().close() }
                slow.finish()
                runCurrent()
                factory.connections.size shouldBe 2
                factory.openConnections.size shouldBe 1
            }
        }

        test("a permanent connect failure fails all waiters at once, with its cause") {
            poolTest(settings = { maxSize = 1 }) {
                factory.failure = ConnectFailure.PERMANENT
                factory.opens.otherwise = Step.Fail(IOException("no such user"))
                val start = timeSource.markNow()
                val failed = List(3) { async { shouldThrow<ConnectFailedException> { pool.acquire() } } }
                failed.forEach { it.await().message shouldContain "pool 'test' cannot connect: no such user" }
                start.elapsedNow() shouldBe 0.seconds
            }
        }
    })

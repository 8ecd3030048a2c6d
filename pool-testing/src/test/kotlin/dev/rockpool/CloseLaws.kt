package dev.rockpool

import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withContext

/** Laws 32 to 35 of the pool: close, forced close, and the numbers at every point. */
class CloseLaws :
    FunSpec({
        test("32: close fails newcomers and waiters at once, and closes idle connections at once") {
            poolTest(settings = { maxSize = 2 }) {
                val held = List(2) { pool.acquire() }
                held[1].close()
                held[1].isActive shouldBe false
                val last = pool.acquire()
                val waiter = async { shouldThrow<PoolClosedException> { pool.acquire() } }
                runCurrent()
                val closing = launch { pool.close(grace = 10.seconds) }
                runCurrent()
                waiter.isCompleted shouldBe true
                shouldThrow<PoolClosedException> { pool.acquire() }.message shouldBe
                    "pool 'test' has been closed: no connection can be acquired from it"
                shouldThrow<PoolClosedException> { pool.tryAcquire() }
                shouldThrow<PoolClosedException> { pool.acquire(0.seconds) }
                closing.isCompleted shouldBe false
                held[0].close()
                last.close()
                closing.join()
                pool.snapshot().total shouldBe 0
            }
        }

        test("32: leased connections are aborted when the grace is over") {
            poolTest(settings = { maxSize = 2 }) {
                val kept = pool.acquire()
                val connection = kept.connection
                val start = timeSource.markNow()
                pool.close(grace = 3.seconds)
                start.elapsedNow() shouldBe 3.seconds
                connection.abortCount shouldBe 1
                connection.closeCount shouldBe 1
                shouldThrow<LeaseMisuseException> { kept.connection }
                kept.close()
                connection.closeCount shouldBe 1
            }
        }

        test("32: a connect in flight does not delay the close; if it still arrives, it is closed") {
            poolTest {
                val slow = Step.Block()
                factory.opens.next(slow)
                val waiter = async { shouldThrow<PoolClosedException> { pool.acquire() } }
                runCurrent()
                val closing = launch { pool.close(Duration.ZERO) }
                runCurrent()
                pool.snapshot().total shouldBe 0
                slow.finish()
                closing.join()
                waiter.await()
                factory.connections.single().closeCount shouldBe 1
            }
        }

        test("32: a second close waits for the first one") {
            poolTest {
                val lease = pool.acquire()
                val ends = List(3) { async { pool.close(5.seconds).also { _ -> } } }
                delay(1.seconds)
                ends.count { it.isCompleted } shouldBe 0
                lease.close()
                runCurrent()
                ends.count { it.isCompleted } shouldBe 3
                ends.awaitAll()
            }
        }

        test("32: a second close may shorten the grace of the first one, but not extend it") {
            poolTest {
                val lease = pool.acquire()
                val ends = listOf(10, 2, 20).map { grace -> async { pool.close(grace.seconds) } }
                advanceTimeBy(1.9.seconds)
                lease.isActive shouldBe true
                advanceTimeBy(0.2.seconds)
                lease.isActive shouldBe false
                ends.count { it.isCompleted } shouldBe 3
            }
        }

        test("32: cancelling the coroutine that closes does not stop the close") {
            poolTest {
                val lease = pool.acquire()
                val closing = launch { pool.close(5.seconds) }
                runCurrent()
                closing.cancelAndJoin()
                shouldThrow<PoolClosedException> { pool.acquire() }
                advanceTimeBy(5.seconds)
                pool.snapshot().total shouldBe 0
                lease.isActive shouldBe false
            }
        }

        test("32: a connection's close that hangs is bounded, and the pool still closes") {
            poolTest(settings = { closeTimeout = 2.seconds }) {
                val connection = pool.withConnection { it }
                val hang = Step.Block()
                factory.closes.next(hang)
                val start = timeSource.markNow()
                val end = async {
                    pool.close(Duration.ZERO)
                    start.elapsedNow()
                }
                advanceTimeBy(2.seconds)
                pool.snapshot().total shouldBe 0
                advanceTimeBy(10.seconds)
                hang.finish()
                (end.await() <= 4.seconds) shouldBe true
                runCurrent()
                connection.closeCount shouldBe 1
            }
        }

        test("32: when close returns, every coroutine of the pool has ended, and its parent can complete") {
            runTest {
                val parent = Job()
                val pool = Pool("ends", ScriptedFactory(), testContext(parent), testScheduler.timeSource)
                pool.withConnection {}
                parent.children.count() shouldBe 1
                pool.close()
                parent.children.count() shouldBe 0
                parent.complete()
                parent.isCompleted shouldBe true
            }
        }

        test("32: a listener that closes its pool waits for the end of everything but itself") {
            val closed = CountDownLatch(2)
            val pool = Pool("closed by listeners", ScriptedFactory()) { closeTimeout = 1.hours }
            val lease = pool.acquire()
            repeat(2) {
                pool.control.addListener { event ->
                    if (event !is PoolEvent.Paused) return@addListener
                    runBlocking { pool.close(grace = Duration.ZERO) }
                    pool.snapshot().total shouldBe 0
                    closed.countDown()
                }
            }
            pool.control.pause()
            withContext(Dispatchers.IO) { closed.await(30, TimeUnit.SECONDS) } shouldBe true
            lease.isActive shouldBe false
        }

        test("listeners that block do not delay the pool") {
            val factory = ScriptedFactory()
            val release = CountDownLatch(1)
            val pool =
                Pool("blocked listeners", factory) {
                    acquireTimeout = 30.seconds
                    minIdle = 0
                }
            try {
                repeat(8) { pool.control.addListener { release.await() } }
                val first = pool.acquire()
                pool.acquire().close()
                first.close()
                factory.opens.calls shouldBe 2
            } finally {
                release.countDown()
                pool.close()
            }
        }

        test("33: cancelling the parent is a forced close: leases are aborted, callers fail, everything is closed") {
            runTest {
                val parent = Job()
                val factory = ScriptedFactory()
                val pool =
                    Pool("forced", factory, testContext(parent), testScheduler.timeSource) {
                        maxSize = 1
                        minIdle = 1
                    }
                val lease = pool.acquire()
                val connection = lease.connection
                val waiter = async { shouldThrow<PoolClosedException> { pool.acquire() } }
                delay(1.milliseconds)
                parent.cancelAndJoin()
                waiter.await()
                connection.abortCount shouldBe 1
                connection.closeCount shouldBe 1
                shouldThrow<PoolClosedException> { pool.acquire() }
                pool.snapshot().total shouldBe 0
            }
        }

        test("34: an idle pool sleeps until its next deadline") {
            runTest {
                val parent = Job()
                val pool =
                    Pool("idle", ScriptedFactory(), testContext(parent), testScheduler.timeSource) {
                        minIdle = 2
                        keepaliveInterval = null
                        maxLifetime = null
                    }
                pool.withConnection {}
                delay(5.seconds)
                val published = pool.stats.value
                delay(24.hours)
                pool.stats.value shouldBe published
                pool.snapshot().idle shouldBe 2
                pool.close()
                (currentTime >= 24.hours.inWholeMilliseconds) shouldBe true
            }
        }

        test("35: at every point the phases add up and stay within maxSize, and counters never fall") {
            poolTest(
                settings = {
                    maxSize = 4
                    maxConcurrentOpens = 2
                    trustWindow = 20.milliseconds
                }
            ) {
                factory.opens.otherwise = Step.After(7.milliseconds)
                factory.probes.otherwise = Step.After(3.milliseconds)
                factory.closes.otherwise = Step.After(5.milliseconds)
                val callers =
                    List(30) { i ->
                        launch {
                            repeat(20) { round ->
                                pool.withConnection {
                                    delay((i + round) % 9 + 1L)
                                    it.isBroken = (i * round) % 17 == 16
                                }
                                delay(((i * 7 + round * 13) % 50).toLong())
                            }
                        }
                    }
                var before = pool.snapshot()
                while (callers.any { it.isActive }) {
                    delay(1.milliseconds)
                    val now = pool.snapshot()
                    (now.total in 0..4) shouldBe true
                    (now.pending in 0..30) shouldBe true
                    (now.acquired >= before.acquired &&
                        now.opened >= before.opened &&
                        now.closed >= before.closed) shouldBe true
                    val usable = now.idle + now.leased + now.probing
                    (factory.openConnections.size in usable..usable + now.closing) shouldBe true
                    before = now
                }
                val quiet = pool.snapshot()
                quiet.acquired shouldBe 600
                quiet.leased shouldBe 0
                quiet.pending shouldBe 0
            }
        }

        test("35: stats publishes the numbers within statsInterval, and again when they change") {
            poolTest(settings = { statsInterval = 1.seconds }) {
                val lease = pool.acquire()
                delay(2.seconds)
                pool.stats.value.leased shouldBe 1
                lease.close()
                delay(2.seconds)
                pool.stats.value.leased shouldBe 0
                pool.stats.value.acquired shouldBe 1
            }
        }
    })

private fun kotlinx.coroutines.test.TestScope.testContext(parent: Job) =
    parent + (coroutineContext[kotlin.coroutines.ContinuationInterceptor] ?: error("no dispatcher"))

package dev.rockpool

import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** Laws 1, 2, 3 and 8 of the pool: what an acquire opens, and which connection it gets. */
class AcquireLaws :
    FunSpec({
        test("1: the first acquire opens one connection, and a concurrent second one opens another") {
            poolTest {
                val first = pool.acquire()
                factory.opens.calls shouldBe 1
                val second = pool.acquire()
                factory.opens.calls shouldBe 2
                first.close()
                second.close()
            }
        }

        test("1: never more than maxSize are open or opening") {
            poolTest(settings = { maxSize = 3 }) {
                factory.opens.otherwise = Step.After(100.milliseconds)
                val callers = List(10) { async { pool.withConnection { pool.snapshot().total } } }
                callers.awaitAll().max() shouldBe 3
                factory.opens.calls shouldBe 3
            }
        }

        test("1: a closing connection counts until its close has returned") {
            poolTest(settings = { maxSize = 1 }) {
                val close = Step.Block()
                factory.closes.next(close)
                pool.acquire().evict("the test wants it closed")
                val next = async { pool.acquire() }
                runCurrent()
                pool.snapshot().closing shouldBe 1
                factory.opens.calls shouldBe 1
                close.finish()
                next.await().close()
                factory.opens.calls shouldBe 2
            }
        }

        test("1: connects run concurrently, but never more than maxConcurrentOpens") {
            poolTest(
                settings = {
                    maxSize = 10
                    maxConcurrentOpens = 3
                }
            ) {
                factory.opens.otherwise = Step.After(1.seconds)
                val callers = List(10) { async { pool.acquire() } }
                runCurrent()
                pool.snapshot().opening shouldBe 3
                callers.awaitAll().forEach { it.close() }
            }
        }

        test("1: while connections are in use, one more is opened, and others only as waiters keep waiting") {
            poolTest(
                settings = {
                    maxSize = 20
                    maxConcurrentOpens = 4
                }
            ) {
                val held = List(5) { async { pool.acquire() } }.awaitAll()
                factory.opens.otherwise = Step.After(150.milliseconds)
                val callers = List(20) { async { pool.acquire() } }
                for ((millis, opening) in listOf(0 to 1, 24 to 1, 2 to 2, 25 to 3, 25 to 4, 70 to 4)) {
                    advanceTimeBy(millis.milliseconds)
                    runCurrent()
                    withClue("$millis ms later") { pool.snapshot().opening shouldBe opening }
                }
                held.forEach { it.close() }
                callers.forEach { it.await().close() }
                pool.snapshot().total shouldBeLessThan 20
            }
        }

        test("1: while all connections are in use, the keeper does not wake often, however many callers wait") {
            poolTest(settings = { maxSize = 2 }) {
                val callers = List(8) { launch { while (true) pool.withConnection { delay(10.milliseconds) } } }
                runCurrent()
                var timers = 0
                var passed = Duration.ZERO
                while (passed < 2.seconds) {
                    passed += advanceToNextTimer() ?: 2.seconds
                    timers++
                }
                timers shouldBeLessThan 20
                callers.forEach { it.cancelAndJoin() }
            }
        }

        test("2: acquire, release, acquire gives the same connection and opens nothing") {
            poolTest {
                val first = pool.withConnection { it }
                val again = pool.withConnection { it }
                again shouldBeSameInstanceAs first
                factory.opens.calls shouldBe 1
            }
        }

        for (policy in ReusePolicy.entries) {
            test("3: of several idle connections, $policy lends the right one") {
                poolTest(settings = { reusePolicy = policy }) {
                    val leases = List(3) { pool.acquire() }
                    val (a, b, c) = leases.map { it.connection }
                    leases[1].close()
                    leases[2].close()
                    leases[0].close()
                    val expected = if (policy == ReusePolicy.FIFO) listOf(b, c, a) else listOf(a, c, b)
                    val next = List(3) { pool.acquire() }
                    if (policy == ReusePolicy.AFFINE) next[0].connection shouldBe a
                    else next.map { it.connection } shouldBe expected
                    next.forEach { it.close() }
                }
            }
        }

        test("8: tryAcquire gives a lease when one is idle, and null when none is, without suspending") {
            poolTest(settings = { maxSize = 1 }) {
                pool.tryAcquire().shouldBeNull()
                pool.withConnection {}
                val lease = pool.tryAcquire().shouldNotBeNull()
                pool.tryAcquire().shouldBeNull()
                lease.close()
            }
        }

        test("8: tryAcquire does not overtake a waiting caller") {
            poolTest(settings = { maxSize = 1 }) {
                val lease = pool.acquire()
                val waiter = async { pool.acquire() }
                runCurrent()
                lease.close()
                pool.tryAcquire().shouldBeNull()
                waiter.await().close()
            }
        }

        test("minIdle connections are opened without callers, and again after an eviction") {
            val factory = ScriptedFactory()
            poolTest(factory, { minIdle = 3 }) {
                runCurrent()
                pool.snapshot().idle shouldBe 3
                pool.acquire().evict("the test wants it closed")
                runCurrent()
                pool.snapshot().idle shouldBe 3
                factory.opens.calls shouldBe 4
            }
        }
    })

package dev.rockpool

import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** A lease inside a call that does not return. */
private suspend fun PoolTestScope.inCall(lost: Boolean = false): Lease<FakeConnection> =
    pool.acquire().also {
        it.connection.callUnderWay = 1
        it.connection.isLost = lost
    }

/** A network that silently drops connections: no lease stays stuck for ever, and no long-running call is cut off. */
class SilenceLaws :
    FunSpec({
        test("the pool asks the server about a stuck call, and aborts and replaces one whose connection is lost") {
            poolTest(settings = { maxSize = 2 }) {
                val lost = inCall(lost = true)
                val slow = inCall()
                advanceTimeBy(9.seconds)
                factory.questions.calls shouldBe 0
                advanceTimeBy(3.seconds)
                lost.isActive shouldBe false
                shouldThrow<LeaseMisuseException> { lost.connection }
                factory.connections[0].run { listOf(abortCount, closeCount) } shouldBe listOf(1, 1)
                pool.control.recentlyClosed().map { it.reason }.last() shouldContain "silent"
                slow.isActive shouldBe true
                pool.withConnection { it.number shouldBeGreaterThan 2 }
                slow.close()
            }
        }

        test("a long-running call is left alone, however long it takes, and the server is seldom asked") {
            poolTest(settings = { maxSize = 3 }) {
                val slow = inCall()
                advanceTimeBy(10.minutes)
                slow.isActive shouldBe true
                factory.questions.calls shouldBeLessThanOrEqualTo 600 / 2
                slow.close()
            }
        }

        test("the server is not asked about a lease in no call, or in a new call each time") {
            poolTest(settings = { maxSize = 3 }) {
                val thinking = pool.acquire()
                val busy = inCall()
                repeat(100) {
                    advanceTimeBy(5.seconds)
                    busy.connection.callUnderWay++
                }
                factory.questions.calls shouldBe 0
                thinking.close()
                busy.close()
            }
        }

        test("when every call is stuck, a connection is opened just to ask, and waiters are served") {
            poolTest(settings = { maxSize = 2 }) {
                val lost = List(2) { inCall(lost = true) }
                val waiting = async { pool.acquire() }
                advanceTimeBy(13.seconds)
                lost.map { it.isActive } shouldContainExactly listOf(false, false)
                waiting.await().use { it.connection.number shouldBeGreaterThan 3 }
                factory.connections[2].isClosed shouldBe true
                pool.snapshot().total shouldBeLessThanOrEqualTo 2
            }
        }

        test("while every call runs long, a connection is opened to ask no more often than the limit") {
            poolTest(settings = { maxSize = 2 }) {
                val slow = List(2) { inCall() }
                advanceTimeBy(5.minutes)
                slow.map { it.isActive } shouldContainExactly listOf(true, true)
                (factory.connections.size - 2) shouldBeLessThanOrEqualTo 30
                slow.forEach { it.close() }
            }
        }

        test("a busy pool asks through a returned connection, in turn with its callers") {
            poolTest(settings = { maxSize = 2 }) {
                val lost = inCall(lost = true)
                val callers = List(3) { launch { repeat(40) { pool.withConnection { delay(200.milliseconds) } } } }
                advanceTimeBy(15.seconds)
                lost.isActive shouldBe false
                callers.forEach { it.join() }
                factory.connections.size shouldBeLessThanOrEqualTo 3
            }
        }

        for ((what, step) in
            mapOf(
                "fails" to Step.Fail(IllegalStateException("lost, too")),
                "hangs" to Step.Hang,
                "is slow" to Step.After(3.seconds),
            )) {
            test("a findLost that $what costs only the connection it ran on, and is repeated") {
                poolTest(settings = { maxSize = 3 }) {
                    factory.questions.next(step)
                    val lost = inCall(lost = true)
                    advanceTimeBy(30.seconds)
                    lost.isActive shouldBe false
                    pool.snapshot().leased shouldBe 0
                }
            }
        }

        test("a call that returns while the server is asked is left alone") {
            poolTest(settings = { maxSize = 2 }) {
                factory.questions.next(Step.After(2.seconds))
                val lease = inCall(lost = true)
                advanceTimeBy(11.seconds)
                lease.connection.callUnderWay = 2
                advanceTimeBy(3.seconds)
                lease.isActive shouldBe true
                lease.close()
            }
        }

        test("without stuckCallTimeout the server is never asked") {
            poolTest(settings = { stuckCallTimeout = null }) {
                val lost = inCall(lost = true)
                advanceTimeBy(10.minutes)
                factory.questions.calls shouldBe 0
                lost.close()
            }
        }

        test("the pool can be closed while findLost is running") {
            poolTest(settings = { maxSize = 1 }) {
                factory.questions.otherwise = Step.Hang
                inCall(lost = true)
                advanceTimeBy(11.seconds)
                pool.close(Duration.ZERO)
                factory.connections.all { it.isClosed } shouldBe true
            }
        }
    })

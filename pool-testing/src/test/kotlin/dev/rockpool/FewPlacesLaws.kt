package dev.rockpool

import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

private const val HOLD = 20

private fun places(count: Int) = ScriptedFactory().apply { places = count }

/** Callers that use connections one after another, each for [HOLD] milliseconds. */
private fun PoolTestScope.callers(count: Int, served: () -> Unit = {}): List<Job> =
    List(count) {
        launch {
            while (true) {
                pool.withConnection { delay(HOLD.milliseconds) }
                served()
            }
        }
    }

private fun List<Job>.end() = forEach { it.cancel() }

private val steady = Backoff.Exponential(jitter = 0.0)

/** The server allows fewer sessions than the pool's maxSize. */
class FewPlacesLaws :
    FunSpec({
        test("callers share the open connections, and the pool seldom tries to open more") {
            poolTest(places(3), { maxSize = 8 }) {
                var served = 0
                val callers = callers(16) { served++ }
                advanceTimeBy(1.minutes)
                callers.end()
                pool.snapshot().total shouldBe 3
                served shouldBeGreaterThan 60_000 / HOLD * 3 * 97 / 100
                pool.snapshot().openFailed shouldBeLessThanOrEqualTo 20L
            }
        }

        test("a session that becomes free is used within one backoff pause, then all others at once") {
            poolTest(
                places(3),
                {
                    maxSize = 8
                    backoff = steady
                },
            ) {
                val callers = callers(16)
                advanceTimeBy(2.minutes)
                factory.places = 8
                advanceTimeBy(12.seconds)
                pool.snapshot().total shouldBe 8
                callers.end()
            }
        }

        test("when a connection ends, its session is opened again at once") {
            poolTest(places(3), { maxSize = 8 }) {
                val callers = callers(16)
                advanceTimeBy(2.minutes)
                pool.withConnection { it.isBroken = true }
                advanceTimeBy(100.milliseconds)
                pool.snapshot().run { idle + leased } shouldBe 3
                callers.end()
            }
        }

        test("an expired connection is replaced, whether in use or idle") {
            for (busy in listOf(true, false)) {
                poolTest(
                    places(3),
                    {
                        maxSize = 8
                        minIdle = 3
                        maxLifetime = 1.minutes
                    },
                ) {
                    val callers = callers(16)
                    advanceTimeBy(30.seconds)
                    if (!busy) callers.end()
                    advanceTimeBy(5.minutes)
                    val youngest = pool.snapshot().opened
                    youngest shouldBeGreaterThan 12L
                    // Between the end of one and the success of the next, two are open for a moment.
                    val open =
                        List(20) {
                            advanceTimeBy(100.milliseconds)
                            pool.snapshot().run { idle + leased }
                        }
                    open.count { it == 3 } shouldBeGreaterThan 15
                    open.all { it in 2..3 } shouldBe true
                    callers.end()
                }
            }
        }

        test("with no open connection, connects are tried as usual, and callers fail after failFastAfter") {
            poolTest(
                places(0),
                {
                    maxSize = 8
                    failFastAfter = 7.seconds
                },
            ) {
                val waiting = async { runCatching { pool.acquire(10.seconds) } }
                advanceTimeBy(3.seconds)
                factory.opens.calls shouldBeGreaterThan 30
                advanceTimeBy(5.seconds)
                shouldThrow<ConnectFailedException> { waiting.await().getOrThrow() }.failure shouldBe
                    ConnectFailure.FULL
                factory.places = 2
                advanceTimeBy(1.minutes) // without callers, the pauses are those of the backoff
                pool.withConnection {}
            }
        }

        test("a full server counts even if another connect succeeded, and callers wait for open connections") {
            poolTest(places(1), { maxSize = 8 }) {
                val first = pool.acquire()
                val others = List(4) { async { pool.acquire(2.seconds) } }
                advanceTimeBy(1.seconds)
                pool.snapshot().pending shouldBe 4
                first.close()
                others.forEach { it.await().close() }
                pool.snapshot().timedOut shouldBe 0
            }
        }

        test("after other failures, connects are retried ten times a second while connections are open") {
            poolTest(settings = { maxSize = 2 }) {
                val lease = pool.acquire()
                factory.opens.otherwise = Step.Fail(IllegalStateException("away"))
                val waiting = async { runCatching { pool.acquire(10.seconds) } }
                advanceTimeBy(9.seconds)
                factory.opens.calls shouldBeGreaterThan 90
                factory.opens.otherwise = Step.Succeed
                waiting.await().getOrThrow().close()
                lease.close()
                pool.close(Duration.ZERO)
            }
        }
    })

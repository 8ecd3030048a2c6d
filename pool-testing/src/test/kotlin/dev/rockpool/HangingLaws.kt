package dev.rockpool

import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.IOException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async

/** Laws 17, 23 and 27 of the pool: a connect or a probe that hangs delays no other caller. */
class HangingLaws :
    FunSpec({
        test("17: while a caller waits, another connect starts beside a hung one every 1 s, up to the limit") {
            poolTest(
                settings = {
                    maxConcurrentOpens = 3
                    connectTimeout = 10.seconds
                    failFastAfter = null
                }
            ) {
                factory.opens.otherwise = Step.Hang
                val waiter = async { pool.acquire(1.minutes) }
                val attempts =
                    List(6) {
                        runCurrent()
                        factory.opens.calls.also { advanceTimeBy(1.seconds) }
                    }
                attempts shouldBe listOf(1, 2, 3, 3, 3, 3)
                factory.opens.otherwise = Step.Succeed
                advanceTimeBy(4250.milliseconds)
                waiter.isCompleted shouldBe true
                waiter.await().close()
            }
        }

        test("17: after failures a hung connect does not stop the next one, so a recovered server is found soon") {
            poolTest(settings = { connectTimeout = 10.seconds }) {
                factory.opens.next(Step.Fail(IOException("refused")), Step.Hang)
                val waiter = async { pool.acquire() }
                advanceTimeBy(1500.milliseconds)
                waiter.isCompleted shouldBe true
                waiter.await().close()
                factory.opens.calls shouldBe 3
            }
        }

        test("17: while no caller waits, no other connect starts beside a hung one") {
            poolTest(
                ScriptedFactory().apply { opens.otherwise = Step.Hang },
                {
                    minIdle = 1
                    connectTimeout = 10.seconds
                },
            ) {
                advanceTimeBy(9.seconds)
                factory.opens.calls shouldBe 1
            }
        }

        test("23: when a probe hangs while a caller waits, a connect starts beside it after 250 ms") {
            poolTest(settings = { probeTimeout = 5.seconds }) {
                pool.withConnection {}
                advanceTimeBy(5.seconds)
                factory.probes.otherwise = Step.Hang
                val waiter = async { pool.acquire() }
                advanceTimeBy(249.milliseconds)
                waiter.isCompleted shouldBe false
                advanceTimeBy(1.milliseconds)
                waiter.isCompleted shouldBe true
                waiter.await().close()
                factory.opens.calls shouldBe 2
                advanceTimeBy(5.seconds)
                factory.connections.first().closeCount shouldBe 1
            }
        }

        test("23: when all idle connections hang, the first hung probe is enough to start a connect") {
            poolTest(settings = { maxSize = 6 }) {
                List(5) { pool.acquire() }.forEach { it.close() }
                advanceTimeBy(5.seconds)
                factory.probes.otherwise = Step.Hang
                val start = timeSource.markNow()
                pool.acquire().close()
                start.elapsedNow() shouldBe 250.milliseconds
            }
        }

        test("27: a hung keepalive probe does not stop a caller from getting another connection") {
            poolTest(
                settings = {
                    maxSize = 2
                    keepaliveInterval = 10.seconds
                    trustWindow = null
                }
            ) {
                pool.withConnection {}
                factory.probes.otherwise = Step.Hang
                advanceTimeBy(11.seconds)
                pool.snapshot().probing shouldBe 1
                val start = timeSource.markNow()
                pool.acquire().close()
                (start.elapsedNow() <= 250.milliseconds) shouldBe true
            }
        }
    })

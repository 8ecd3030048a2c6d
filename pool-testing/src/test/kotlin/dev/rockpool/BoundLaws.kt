package dev.rockpool

import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async

/** Law 17: a call that hangs is bounded by its own timeout, whether or not it can be cancelled. */
class BoundLaws :
    FunSpec({
        for ((how, hang) in mapOf("hangs" to { Step.Hang }, "blocks" to { Step.Block() })) {
            test("17: a close that $how frees its slot after closeTimeout") {
                poolTest(
                    settings = {
                        maxSize = 1
                        closeTimeout = 2.seconds
                    }
                ) {
                    val step = hang()
                    factory.closes.next(step)
                    pool.acquire().evict("test")
                    val began = timeSource.markNow()
                    pool.withConnection { it.number shouldBe 2 }
                    began.elapsedNow() shouldBe 2.seconds
                    if (step is Step.Block) step.finish() else factory.close(factory.connections[0])
                }
            }

            test("17: a probe that $how costs its connection after probeTimeout, and others are served meanwhile") {
                poolTest(
                    settings = {
                        maxSize = 2
                        probeTimeout = 2.seconds
                        maxPending = null
                    }
                ) {
                    val step = hang()
                    factory.probes.next(step)
                    pool.withConnection {}
                    advanceTimeBy(5.seconds)
                    val first = async { pool.acquire() }
                    runCurrent()
                    pool.snapshot().probing shouldBe 1
                    first.await().use { it.connection.number shouldBe 2 }
                    advanceTimeBy(2.seconds)
                    factory.connections[0].isClosed shouldBe true
                    if (step is Step.Block) step.finish()
                }
            }

            test("17: a reset that $how costs its connection after resetTimeout, and others are served meanwhile") {
                poolTest(
                    settings = {
                        maxSize = 2
                        resetTimeout = 2.seconds
                    }
                ) {
                    val step = hang()
                    factory.resets.next(step)
                    val lease = pool.acquire()
                    lease.connection.isDirty = true
                    lease.close()
                    pool.withConnection { it.number shouldBe 2 }
                    advanceTimeBy(2.seconds)
                    factory.connections.map { it.isClosed } shouldContainExactly listOf(true, false)
                    if (step is Step.Block) step.finish()
                }
            }

            test("17: a connect that $how counts as failed after connectTimeout, and is closed if it still arrives") {
                poolTest(
                    settings = {
                        maxSize = 1
                        connectTimeout = 2.seconds
                    }
                ) {
                    val step = hang()
                    factory.opens.next(step)
                    pool.withConnection { it.number shouldBe 1 }
                    if (step is Step.Block) {
                        step.finish()
                        runCurrent()
                        factory.connections.map { it.isClosed } shouldContainExactly listOf(false, true)
                    }
                    pool.snapshot().openFailed shouldBe 1
                }
            }
        }
    })

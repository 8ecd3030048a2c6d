package dev.rockpool

import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout

/** Laws 14 to 16 and 31 of the pool: how a lease ends. */
class BlockLaws :
    FunSpec({
        test("14: withTimeout around withConnection leaves nothing leased, and the block's finally ran first") {
            poolTest(settings = { maxSize = 1 }) {
                var leasedInFinally = -1
                shouldThrow<TimeoutCancellationException> {
                    withTimeout(100.milliseconds) {
                        pool.withConnection {
                            try {
                                awaitCancellation()
                            } finally {
                                leasedInFinally = pool.snapshot().leased
                            }
                        }
                    }
                }
                leasedInFinally shouldBe 1
                pool.snapshot().leased shouldBe 0
                pool.snapshot().idle shouldBe 1
            }
        }

        test("15: a block that throws returns its connection, and the same exception is rethrown") {
            poolTest {
                val failure = IOException("of the block")
                shouldThrow<IOException> { pool.withConnection { throw failure } } shouldBeSameInstanceAs failure
                pool.snapshot().idle shouldBe 1
            }
        }

        test("15: a broken connection is discarded, and a replacement serves the waiter") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val waiter = async { pool.acquire() }
                runCurrent()
                held.connection.isBroken = true
                held.close()
                val replacement = waiter.await()
                replacement.connection.number shouldBe 2
                factory.connections[0].closeCount shouldBe 1
                replacement.close()
            }
        }

        test("15: a failure of the release is added as suppressed") {
            poolTest {
                val reset = IOException("of the reset")
                factory.resets.next(Step.Fail(reset))
                val thrown =
                    shouldThrow<IllegalStateException> {
                        pool.withConnection {
                            it.isDirty = true
                            error("of the block")
                        }
                    }
                thrown.suppressed.toList() shouldContainExactly listOf(reset)
                runCurrent()
                pool.snapshot().total shouldBe 0
            }
        }

        test("15: returning out of the block from an enclosing function ends the lease too") {
            suspend fun Pool<dev.rockpool.testing.FakeConnection>.firstNumber(): Int {
                withConnection {
                    return it.number
                }
            }
            poolTest {
                pool.firstNumber() shouldBe 1
                pool.snapshot().leased shouldBe 0
            }
        }

        test("16: when the block is cancelled, its dirty connection is still reset and reused") {
            poolTest(settings = { maxSize = 1 }) {
                factory.resets.otherwise = Step.After(50.milliseconds)
                val caller = launch {
                    pool.withConnection {
                        it.isDirty = true
                        awaitCancellation()
                    }
                }
                runCurrent()
                caller.cancel()
                pool.withConnection { it.isDirty shouldBe false }
                factory.connections.single().resetCount shouldBe 1
            }
        }

        test("16: a reset that hangs is bounded, and its connection is closed") {
            poolTest(
                settings = {
                    maxSize = 1
                    resetTimeout = 2.seconds
                }
            ) {
                factory.resets.next(Step.Hang)
                val start = timeSource.markNow()
                shouldThrow<java.util.concurrent.TimeoutException> { pool.withConnection { it.isDirty = true } }
                start.elapsedNow() shouldBe 2.seconds
                pool.withConnection { it.number shouldBe 2 }
            }
        }

        test("31: a second release is a no-op, and never touches the next caller's lease") {
            poolTest(settings = { maxSize = 1 }) {
                val first = pool.acquire()
                first.close()
                val second = pool.acquire()
                first.close()
                first.release()
                first.evict("a stale handle says so")
                second.isActive shouldBe true
                pool.snapshot().leased shouldBe 1
                pool.tryAcquire() shouldBe null
                second.close()
                pool.snapshot().closed shouldBe 0
            }
        }

        test("31: an ended lease does not return its connection, and the error says what to do") {
            poolTest {
                val lease = pool.acquire()
                lease.close()
                shouldThrow<LeaseMisuseException> { lease.connection }.message shouldBe
                    "pool 'test': this lease has ended; acquire a new one, and do not use a connection after its lease"
            }
        }

        test("31: ending a dirty lease twice resets its connection once") {
            poolTest(settings = { maxSize = 1 }) {
                factory.resets.otherwise = Step.After(10.milliseconds)
                val lease = pool.acquire()
                lease.connection.isDirty = true
                List(5) { async { lease.release() } }.awaitAll()
                lease.close()
                pool.withConnection { it.resetCount shouldBe 1 }
            }
        }

        test("a connection idle for longer than the trust window is probed before it is lent, and replaced if dead") {
            poolTest(
                settings = {
                    maxSize = 1
                    trustWindow = 1.seconds
                    keepaliveInterval = null
                }
            ) {
                pool.withConnection {}
                delay(5.seconds)
                pool.withConnection { it.probeCount shouldBe 1 }
                pool.withConnection { it.probeCount shouldBe 1 }
                factory.connections[0].isBroken = true
                delay(5.seconds)
                pool.withConnection { it.number shouldBe 2 }
                factory.connections[0].closeCount shouldBe 1
            }
        }
    })

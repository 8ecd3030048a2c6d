package dev.rockpool

import dev.rockpool.testing.Step
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** Law 155: exclusive leases of a shared pool, in virtual time. */
class ExclusiveLaws :
    FunSpec({
        test("155: an exclusive caller waits for the streams to end, and none joins meanwhile") {
            manyPools {
                val shared = Shared(this, streams = 3, base = { maxSize = 1 })
                val leases = shared.lease(2)
                val alone = async { shared.pool.acquireExclusive() }
                pass(1.seconds)
                val later = async { shared.pool.acquire() }
                leases[0].release()
                pass(1.seconds)
                alone.isCompleted shouldBe false
                later.isCompleted shouldBe false
                leases[1].release()
                pass(Duration.ZERO)
                alone.await().connection.number shouldBe 1
                pass(1.seconds)
                later.isCompleted shouldBe false
                alone.await().release()
                later.await().run {
                    connection.number shouldBe 1
                    release()
                }
                shared.end()
            }
        }

        test("155: an exclusive caller gets a connection without active streams at once, if there is one") {
            manyPools {
                val shared = Shared(this, streams = 2)
                val leases = shared.lease(4)
                leases.drop(2).forEach { it.release() }
                leases[1].release()
                val alone = shared.pool.acquireExclusive(1.milliseconds)
                alone.connection.number shouldBe 2
                shared.pool.acquire(1.milliseconds).run {
                    connection.number shouldBe 1
                    release()
                }
                alone.release()
                leases[0].release()
                shared.end()
            }
        }

        test("155: while one connection is waited for, other callers get another one") {
            manyPools {
                val shared = Shared(this, streams = 2)
                val lease = shared.pool.acquire()
                val alone = async { shared.pool.acquireExclusive() }
                pass(1.seconds)
                val other = shared.pool.acquire(1.seconds)
                other.connection.number shouldBe 2
                lease.release()
                alone.await().release()
                other.release()
                shared.end()
            }
        }

        test("155: exclusive callers of the same connection have it one after the other") {
            manyPools {
                val shared = Shared(this, streams = 4, base = { maxSize = 1 })
                val held = shared.lease(1)
                val order = mutableListOf<String>()
                val callers =
                    List(3) { caller ->
                        async {
                                shared.pool.withExclusive {
                                    order += "$caller begins"
                                    delay(10.milliseconds)
                                    order += "$caller ends"
                                }
                            }
                            .also { pass(1.milliseconds) }
                    }
                held.forEach { it.release() }
                callers.awaitAll()
                order shouldContainExactly (0..2).flatMap { listOf("$it begins", "$it ends") }
                shared.end()
            }
        }

        test("157: of two callers that hold streams of a connection and want it alone, one can give up") {
            manyPools {
                val shared = Shared(this, streams = 2, base = { maxSize = 1 })
                val leases = shared.lease(2)
                val first = async { shared.pool.acquireExclusive() }
                val second = async { shared.pool.acquireExclusive() }
                pass(1.milliseconds)
                leases.forEach { it.release() } // both get a stream before either asks for the connection
                pass(1.milliseconds)
                val alone = first.await()
                second.isCompleted shouldBe false
                second.cancel()
                val waiting = async { shared.pool.acquire() }
                pass(1.seconds)
                waiting.isCompleted shouldBe false
                alone.release()
                waiting.await().release()
                shared.end()
            }
        }

        test("155: an exclusive caller that times out or is cancelled leaves the connection to the others") {
            manyPools {
                val shared = Shared(this, streams = 3, base = { maxSize = 1 })
                val held = shared.pool.acquire()
                val began = testScheduler.currentTime
                shouldThrow<AcquireTimeoutException> { shared.pool.acquireExclusive(2.seconds) }
                testScheduler.currentTime - began shouldBe 2_000
                val cancelled = launch { shared.pool.acquireExclusive() }
                pass(1.seconds)
                val waiting = async { shared.pool.acquire() }
                pass(1.seconds)
                waiting.isCompleted shouldBe false
                cancelled.cancel()
                waiting.await().release()
                held.isActive shouldBe true
                held.release()
                shared.end()
            }
        }

        test("155: what an exclusive caller changed is reset before others use the connection") {
            manyPools {
                val shared = Shared(this, streams = 2, base = { maxSize = 1 })
                shared.factory.resets.otherwise = Step.After(50.milliseconds)
                suspend fun CoroutineScope.change(ends: suspend (Lease<*>) -> Unit) {
                    val alone = shared.pool.acquireExclusive()
                    alone.connection.isDirty = true
                    val next = async { shared.pool.acquire() }
                    pass(1.milliseconds)
                    ends(alone)
                    next.await().connection.isDirty shouldBe false
                    next.await().release()
                }
                change { it.release() }
                change { it.close() }
                shared.factory.connections.single().resetCount shouldBe 2
                shared.factory.resets.otherwise = Step.Fail(IllegalStateException("no reset"))
                val alone = shared.pool.acquireExclusive()
                alone.connection.isDirty = true
                shouldThrow<IllegalStateException> { alone.release() }.message shouldBe "no reset"
                shared.pool.withConnection { it.number } shouldBe 2
                shared.end()
            }
        }

        test("155: what a caller of a stream changed is not reset while others use the connection") {
            manyPools {
                val shared = Shared(this, streams = 2) { idleTimeout = 1.seconds }
                val leases = shared.lease(2)
                val connection = leases[0].connection
                connection.isDirty = true
                leases[0].release()
                pass(1.milliseconds)
                connection.resetCount shouldBe 0
                leases[1].release()
                pass(3.seconds)
                connection.resetCount shouldBe 1
                shared.end()
            }
        }

        test("155: an exclusive caller whose connection dies while it waits gets another one") {
            manyPools {
                val shared = Shared(this, streams = 2)
                val held = shared.pool.acquire()
                val alone = async { shared.pool.acquireExclusive() }
                pass(1.seconds)
                held.connection.isBroken = true
                held.release()
                alone.await().run {
                    connection.number shouldBe 2
                    release()
                }
                shared.end()
            }
        }

        test("155: the timeout of an exclusive caller names who uses the connection, and not the caller itself") {
            manyPools {
                val shared = Shared(this, streams = 3, base = { maxSize = 1 })
                val other = launch { shared.pool.withConnection { delay(1.minutes) } }
                pass(1.milliseconds)
                val error = shouldThrow<AcquireTimeoutException> { shared.pool.acquireExclusive(2.seconds) }
                error.own shouldBe null
                error.longest?.connection shouldBe 1
                error.message.orEmpty() shouldContain "no connection alone after 2000 ms, because others still use it"
                other.cancelAndJoin()
                shared.end()
            }
        }

        test("155: closing the pool ends the wait of an exclusive caller, even if it has no timeout") {
            manyPools {
                val shared = Shared(this, streams = 2, base = { maxSize = 1 })
                val held = shared.pool.acquire()
                val alone = async { runCatching { shared.pool.acquireExclusive(null) } }
                pass(1.seconds)
                alone.isCompleted shouldBe false
                shared.pool.close(Duration.ZERO)
                pass(Duration.ZERO)
                alone.isCompleted shouldBe true
                alone.await().exceptionOrNull().shouldBeInstanceOf<PoolClosedException>()
                held.isActive shouldBe false
            }
        }
    })

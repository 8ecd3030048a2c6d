package dev.rockpool

import dev.rockpool.testing.Step
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeSorted
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.launch

/** Laws 151 to 160: leases that share connections, in virtual time. */
class SharedLaws :
    FunSpec({
        test("151: a connection has at most its streams, and no caller gets more than the base has connections for") {
            manyPools {
                val shared = Shared(this, streams = 3)
                val leases = shared.lease(9)
                leases.numbers.groupingBy { it }.eachCount() shouldBe mapOf(1 to 3, 2 to 3, 3 to 3)
                shouldThrow<AcquireTimeoutException> { shared.pool.acquire(1.seconds) }
                leases.forEach { it.release() }
                shared.end()
            }
        }

        test("151: a shared pool and its base are pools as any other") {
            manyPools {
                val clients = Shared(this).base
                // region shared
                val shared = SharedPool(clients, streams = 32) { maxPending = 1_000 }
                val answer = shared.withConnection { client -> client.number } // with up to 31 others
                shared.withExclusive { client -> client.isDirty = true } // alone
                // endregion
                answer shouldBe 1
                shared.config.maxSize shouldBe 96
                shared.config.name shouldBe "base-shared"
                shared.callers("jobs", max = 1).withConnection { it.number } shouldBe 1
                shared.base shouldBe clients
                shared.streams shouldBe 32
                shared.close()
                shouldThrow<PoolClosedException> { clients.acquire() }
            }
        }

        test("151: bad arguments are named") {
            manyPools {
                val shared = Shared(this)
                shouldThrow<InvalidConfigException> { SharedPool(shared.base, streams = 0) }.message shouldContain
                    "streams is 0 but must be at least 1"
                shouldThrow<InvalidConfigException> { SharedPool(shared.base, streams = 400_000) }.message shouldContain
                    "streams is 400000 but must be at most 333333 for a base with maxSize 3; or set maxSize"
                shouldThrow<IllegalArgumentException> { SharedPool(shared.pool) }.message shouldContain
                    "the base is not a pool created by Pool(...)"
                shared.end()
            }
        }

        test("151: more streams than a pool has places are possible with a maxSize that is set") {
            manyPools {
                val shared = Shared(this, streams = 400_000) { maxSize = 2 }
                shared.lease(2).forEach { it.release() }
                shouldThrow<InvalidConfigException> { SharedPool(shared.base, streams = 1) { maxSize = 0 } }
                shared.end()
            }
        }

        test("152: no second connection is leased while the first one has room, even for callers that come together") {
            manyPools {
                val shared = Shared(this, streams = 3)
                shared.factory.opens.otherwise = Step.After(100.milliseconds)
                val leases = List(3) { async { shared.pool.acquire() } }.awaitAll()
                leases.numbers shouldContainExactly listOf(1, 1, 1)
                shared.factory.connections shouldHaveSize 1
                leases[1].release()
                shared.pool.acquire().run {
                    connection.number shouldBe 1
                    release()
                }
                shared.pool.carriersInUse shouldBe 1
                leases.forEach { it.release() }
                shared.end()
            }
        }

        test("152: while several connections are needed they are opened together") {
            manyPools {
                val shared = Shared(this, streams = 2) { maxConcurrentOpens = 6 }
                shared.factory.opens.otherwise = Step.After(1.seconds)
                val leases = List(6) { async { shared.pool.acquire() } }
                pass(1.seconds)
                leases.awaitAll().numbers.groupingBy { it }.eachCount() shouldBe mapOf(1 to 2, 2 to 2, 3 to 2)
                leases.awaitAll().forEach { it.release() }
                shared.end()
            }
        }

        test("153: a connection that was found broken ends all its streams, each once, and is closed once") {
            manyPools {
                val shared = Shared(this, streams = 3)
                val closed = mutableListOf<CloseReason>()
                shared.pool.control.addListener { if (it is PoolEvent.Closed) closed += it.kind }
                val leases = shared.lease(4)
                leases[2].release() // an idle stream
                leases[0].connection.isBroken = true
                leases[0].release()
                pass(Duration.ZERO)
                leases.map { it.isActive } shouldContainExactly listOf(false, false, false, true)
                shouldThrow<LeaseMisuseException> { leases[1].connection }
                closed shouldContainExactlyInAnyOrder listOf(CloseReason.BROKEN, CloseReason.DEAD, CloseReason.DEAD)
                shared.factory.connections[0].closeCount shouldBe 1
                leases.forEach { it.release() }
                pass(1.seconds)
                closed shouldHaveSize 3
                shared.end()
            }
        }

        test("153: a connection that a probe finds dead ends all its streams, and is probed once for all") {
            manyPools {
                val shared = Shared(this, streams = 3, base = { trustWindow = 1.seconds })
                shared.lease(3).forEach { it.release() }
                pass(2.seconds)
                val dead = shared.factory.connections.single()
                dead.isBroken = true
                shared.factory.probes.otherwise = Step.After(10.milliseconds)
                val leases = List(3) { async { shared.pool.acquire() } }.awaitAll()
                leases.numbers shouldContainExactly listOf(2, 2, 2)
                dead.probeCount shouldBe 1
                dead.closeCount shouldBe 1
                leases.forEach { it.release() }
                shared.end()
            }
        }

        test("153: a connection that its client reports lost, or that the base aborts, ends all its streams") {
            manyPools {
                val shared = Shared(this, streams = 2)
                val leases = shared.lease(4)
                shared.pool.connectionLost(leases[0].connection, "the client saw it close")
                leases.map { it.isActive } shouldContainExactly listOf(false, false, true, true)
                pass(Duration.ZERO)
                shared.pool.control.recentlyClosed().first().reason shouldBe "the client saw it close"
                shared.pool.connectionLost(leases[3].connection, "lost, too")
                pass(Duration.ZERO)
                shared.base.snapshot().leased shouldBe 0
                shared.factory.connections.map { it.closeCount } shouldContainExactly listOf(1, 1)
                shared.end()
            }
        }

        test("154: when a connection carries fewer streams, none begins until fewer are active") {
            manyPools {
                var carries = 3
                val shared = Shared(this, streams = 3, streamsOf = { carries }, base = { maxSize = 1 })
                val leases = shared.lease(3)
                carries = 1
                shared.pool.streamsChanged(leases[0].connection)
                val waiting = async { shared.pool.acquire() }
                leases[0].release()
                leases[1].release()
                pass(1.seconds)
                waiting.isCompleted shouldBe false
                leases[2].release()
                pass(1.seconds)
                val served = waiting.await()
                shouldThrow<AcquireTimeoutException> { shared.pool.acquire(1.seconds) }
                carries = 3
                shared.pool.streamsChanged(served.connection)
                val more = shared.lease(2)
                shouldThrow<AcquireTimeoutException> { shared.pool.acquire(1.seconds) }
                (more + served).forEach { it.release() }
                shared.end()
            }
        }

        test("154: idle streams above the lower number close, and a change is also noticed without a call") {
            manyPools {
                var carries = 3
                val shared = Shared(this, streams = 3, streamsOf = { carries }, base = { maxSize = 1 })
                val leases = shared.lease(3)
                leases.drop(1).forEach { it.release() }
                carries = 2
                pass(1.seconds)
                shared.pool.snapshot().total shouldBe 2
                leases[0].isActive shouldBe true
                val second = shared.pool.acquire()
                shouldThrow<AcquireTimeoutException> { shared.pool.acquire(1.seconds) }
                leases[0].release()
                second.release()
                shared.end()
            }
        }

        test("154: a connection that carries no more streams is closed after the last one") {
            manyPools {
                val shared = Shared(this, streams = 3, streamsOf = { if (it.isDirty) 0 else 3 })
                val leases = shared.lease(2)
                val going = leases[0].connection
                going.isDirty = true
                shared.pool.streamsChanged(going)
                val other = shared.pool.acquire()
                other.connection.number shouldBe 2
                leases[0].release()
                pass(1.seconds)
                going.closeCount shouldBe 0
                leases[1].release()
                pass(1.milliseconds)
                going.closeCount shouldBe 1
                other.release()
                shared.end()
            }
        }

        test("154: a new connection that carries no streams is closed, and callers wait for another") {
            manyPools {
                val shared = Shared(this, streams = 3, streamsOf = { if (it.number == 1) 0 else 3 })
                val lease = shared.pool.acquire(5.seconds)
                lease.connection.number shouldBe 2
                shared.factory.connections[0].closeCount shouldBe 1
                lease.release()
                shared.end()
            }
        }

        test("156: idle streams close after idleTimeout, and their connection goes back to the base") {
            manyPools {
                val shared = Shared(this, streams = 3)
                shared.lease(3).forEach { it.release() }
                pass(59.seconds)
                shared.base.snapshot().leased shouldBe 1
                pass(3.seconds)
                shared.pool.carriersInUse shouldBe 0
                shared.base.snapshot().run {
                    leased shouldBe 0
                    idle shouldBe 1
                }
                shared.end()
            }
        }

        test("156: a connection whose streams fit on others is freed, too") {
            manyPools {
                val shared = Shared(this, streams = 3) { idleTimeout = 1.seconds }
                val leases = shared.lease(6)
                val kept = listOf(leases[0], leases[5])
                leases.filter { it !in kept }.forEach { it.release() }
                pass(3.seconds)
                shared.pool.carriersInUse shouldBe 2
                kept[1].release()
                pass(1.seconds)
                shared.pool.carriersInUse shouldBe 1
                kept[0].isActive shouldBe true
                kept[0].release()
                shared.end()
            }
        }

        test("157: a lease that was released or closed twice affects no other stream") {
            manyPools {
                val shared = Shared(this, streams = 2)
                val first = shared.pool.acquire()
                val other = shared.pool.acquire()
                first.release()
                val next = shared.pool.acquire()
                first.release()
                first.close()
                first.evict("again")
                pass(1.seconds)
                listOf(first, other, next).map { it.isActive } shouldContainExactly listOf(false, true, true)
                shared.pool.snapshot().leased shouldBe 2
                listOf(other, next).forEach { it.release() }
                shared.end()
            }
        }

        test("157: an exclusive lease that was ended twice leaves the next one alone") {
            manyPools {
                val shared = Shared(this, streams = 2, base = { maxSize = 1 })
                val first = shared.pool.acquireExclusive()
                first.release()
                val second = shared.pool.acquireExclusive()
                first.close()
                first.release()
                second.isActive shouldBe true
                shouldThrow<AcquireTimeoutException> { shared.pool.acquire(1.seconds) }
                second.close()
                shared.end()
            }
        }

        test("158: cancelled callers leave the connection usable, whether they wait, open a stream or hold one") {
            manyPools {
                val shared = Shared(this, streams = 2, base = { maxSize = 1 })
                shared.factory.opens.otherwise = Step.After(1.seconds)
                val early = List(4) { launch { shared.pool.withConnection { awaitCancellation() } } }
                pass(500.milliseconds)
                early[0].cancel()
                pass(1.seconds)
                early.drop(1).forEach { it.cancel() }
                pass(Duration.ZERO)
                shared.lease(2).also { it.numbers shouldContainExactly listOf(1, 1) }.forEach { it.release() }
                shared.factory.connections.single().closeCount shouldBe 0
                shared.end()
            }
        }

        test("158: an evicted lease spares the other streams, and the connection closes after the last one") {
            manyPools {
                val shared = Shared(this, streams = 3)
                val leases = shared.lease(3)
                leases[0].evict("the client is confused")
                pass(1.seconds)
                leases.map { it.isActive } shouldContainExactly listOf(false, true, true)
                shared.pool.acquire().run {
                    connection.number shouldBe 2
                    release()
                }
                leases.forEach { it.release() }
                pass(1.milliseconds)
                shared.factory.connections[0].closeCount shouldBe 1
                shared.factory.connections[0].abortCount shouldBe 0
                shared.end()
            }
        }

        test(
            "158: a stream whose holder ended without returning it is reclaimed, and its connection is not used again"
        ) {
            manyPools {
                val shared = Shared(this, streams = 2) { leakThreshold = 1.minutes }
                launch { shared.pool.acquire() }
                pass(Duration.ZERO)
                val other = shared.pool.acquire()
                pass(2.minutes)
                shared.pool.snapshot().leased shouldBe 1
                other.isActive shouldBe true
                shared.pool.withConnection { it.number } shouldBe 2
                other.release()
                pass(1.seconds)
                shared.factory.connections.map { it.closeCount } shouldContainExactly listOf(1, 0)
                shared.end()
            }
        }

        test("154: a caller is served as soon as there is room, also after no other connection could be leased") {
            manyPools {
                var carries = 2
                val shared =
                    Shared(
                        this,
                        streams = 2,
                        streamsOf = { carries },
                        base = {
                            maxSize = 1
                            acquireTimeout = 1.seconds
                        },
                    ) {
                        acquireTimeout = 1.minutes
                        backoff = Backoff.Fixed(1.minutes)
                    }
                val leases = shared.lease(2)
                carries = 1
                shared.pool.streamsChanged(leases[0].connection)
                val waiting = async { shared.pool.acquire() }
                leases[0].release()
                pass(20.seconds)
                waiting.isCompleted shouldBe false
                carries = 2
                shared.pool.streamsChanged(leases[1].connection)
                pass(1.milliseconds)
                waiting.isCompleted shouldBe true
                waiting.await().release()
                leases[1].release()
                shared.end()
            }
        }

        test("159: callers are served in order of arrival, whichever connection comes free") {
            manyPools {
                val shared = Shared(this, streams = 2, base = { maxSize = 2 })
                val leases = shared.lease(4)
                val served = mutableListOf<Int>()
                val callers =
                    List(12) { caller ->
                        launch {
                                if (caller % 4 == 3) shared.pool.withExclusive { served += caller }
                                else shared.pool.withConnection { served += caller }
                            }
                            .also { pass(1.milliseconds) }
                    }
                listOf(3, 0, 2, 1).forEach { leases[it].release() }
                callers.forEach { it.join() }
                served shouldHaveSize 12
                served.filter { it % 4 != 3 }.shouldBeSorted()
                served.filter { it % 4 == 3 }.shouldBeSorted()
                shared.end()
            }
        }

        test("160: the limits of the base hold for others that use it, and it is given back to them") {
            manyPools {
                val shared = Shared(this, streams = 2, base = { maxSize = 2 })
                val own = shared.base.acquire()
                val leases = shared.lease(2)
                val third = async { shared.pool.acquire() }
                pass(1.seconds)
                third.isCompleted shouldBe false
                own.release()
                third.await().connection.number shouldBe 1
                shouldThrow<AcquireTimeoutException> { shared.base.acquire(1.seconds) }
                third.await().release()
                leases.forEach { it.release() }
                pass(2.minutes)
                shared.base.withConnection(1.seconds) {}
                shared.end()
            }
        }

        test(
            "160: a connection at the end of its lifetime, or evicted by the base, is replaced without ending streams"
        ) {
            manyPools {
                val shared = Shared(this, streams = 2, base = { maxLifetime = 1.minutes })
                val leases = shared.lease(2)
                pass(1.minutes)
                leases[0].release()
                leases[1].isActive shouldBe true
                val next = shared.pool.acquire()
                next.connection.number shouldBe 2
                leases[1].release()
                pass(1.seconds)
                shared.factory.connections[0].closeCount shouldBe 1
                next.release() // idle, so only the timer can see it
                shared.base.control.evictAll()
                pass(1.seconds)
                shared.pool.carriersInUse shouldBe 0
                shared.factory.connections[1].closeCount shouldBe 1
                shared.end()
            }
        }

        test("160: a failed connect of the base is the cause of the timeout, and a closed base fails callers at once") {
            manyPools {
                val shared =
                    Shared(this, streams = 2, base = { acquireTimeout = 1.seconds }) { acquireTimeout = 5.seconds }
                shared.factory.opens.otherwise = Step.Fail(IllegalStateException("refused"))
                val timeout = shouldThrow<AcquireTimeoutException> { shared.pool.acquire() }
                timeout.cause.shouldBeInstanceOf<AcquireTimeoutException>().cause?.message shouldBe "refused"
                shared.factory.opens.otherwise = Step.Succeed
                shared.base.close()
                val closed = shouldThrow<ConnectFailedException> { shared.pool.acquire() }
                closed.message shouldContain "pool 'base' has been closed"
                shared.end()
            }
        }

        test("160: a connection in use here is no leak of the base, and closing the base ends the streams") {
            manyPools {
                val shared = Shared(this, streams = 2, base = { leakThreshold = 1.minutes }) { leakThreshold = null }
                val lease = shared.pool.acquire()
                pass(5.minutes)
                shared.base.snapshot().leaked shouldBe 0
                shared.base.close(2.seconds)
                pass(1.seconds)
                lease.isActive shouldBe false
                shared.end()
            }
        }
    })

package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import java.lang.ref.WeakReference
import java.time.Duration.ZERO
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** Acquires in a coroutine of this name, which ends without releasing. */
private suspend fun PoolTestScope.forget(name: String = "importer"): Lease<FakeConnection> =
    async(CoroutineName(name)) { pool.acquire() }.await()

/** Acquires on a thread of this name, which ends without releasing. */
private suspend fun PoolTestScope.forgetOnThread(): Lease<FakeConnection> {
    pool.withConnection {}
    lateinit var lease: Lease<FakeConnection>
    thread(name = "nightly") { lease = BlockingPool.of(pool).acquire(ZERO) }.join()
    return lease
}

private fun Collection<PoolEvent>.leaks() = filterIsInstance<PoolEvent.Leaked>()

/** Leases that last too long, or whose holder has ended. */
class LeakLaws :
    FunSpec({
        test("a lease longer than leakThreshold is reported once, with its holder, and stays active") {
            poolTest(settings = { leakThreshold = 10.seconds }) {
                val heard = hear()
                val release = CompletableDeferred<Unit>()
                launch(CoroutineName("importer")) {
                    pool.withConnection {
                        release.await()
                        it.isClosed shouldBe false
                    }
                }
                advanceTimeBy(9.seconds)
                heard.leaks().shouldBeEmpty()
                advanceTimeBy(3.seconds)
                val leak = heard.leaks().single()
                leak.connection shouldBe 1
                leak.holder shouldContain "coroutine 'importer'"
                (leak.held in 10.seconds..12.seconds) shouldBe true
                leak.reclaimed shouldBe false
                advanceTimeBy(10.minutes)
                heard.leaks().size shouldBe 1
                pool.snapshot().leaked shouldBe 1
                pool.snapshot().reclaimed shouldBe 0
                heard.filterIsInstance<PoolEvent.LeakEnded>().shouldBeEmpty()
                release.complete(Unit)
                advanceTimeBy(2.seconds)
                heard.filterIsInstance<PoolEvent.LeakEnded>().single().connection shouldBe 1
                advanceTimeBy(1.minutes)
                heard.filterIsInstance<PoolEvent.LeakEnded>().size shouldBe 1
            }
        }

        test("the log names connection, holder and time, and the acquire stack if captured") {
            for (traces in listOf(false, true)) {
                val log = logged {
                    poolTest(
                        settings = {
                            leakThreshold = 2.seconds
                            leakStackTraces = traces
                        }
                    ) {
                        val lease = pool.acquire()
                        advanceTimeBy(4.seconds)
                        lease.close()
                    }
                }
                log shouldContain "WARN dev.rockpool.Pool - pool 'test': connection 1 held by coroutine"
                if (traces) log shouldContain "LeakLaws" else log shouldNotContain "LeakLaws"
            }
        }

        test("a lease from the queue names the waiter as its holder and the stack where it began to wait") {
            val log = logged {
                poolTest(
                    settings = {
                        maxSize = 1
                        leakThreshold = 5.seconds
                        leakStackTraces = true
                    }
                ) {
                    val first = async(CoroutineName("first")) { pool.withConnection { delay(1.seconds) } }
                    launch(CoroutineName("second")) { pool.withConnection { delay(8.seconds) } }
                    first.await()
                    advanceTimeBy(8.seconds)
                }
            }
            log shouldContain "held by coroutine 'second'"
            log shouldContain "LeakLaws"
        }

        test("a lease whose coroutine or thread has ended is reclaimed: aborted, closed, and its slot reused") {
            val forgets: List<suspend PoolTestScope.() -> Lease<FakeConnection>> =
                listOf({ forget() }, { forgetOnThread() })
            for (forgetting in forgets) {
                poolTest(
                    settings = {
                        maxSize = 1
                        leakThreshold = 10.seconds
                    }
                ) {
                    val heard = hear()
                    val lost = forgetting()
                    val connection = lost.connection
                    val waiter = async { pool.acquire() }
                    advanceTimeBy(12.seconds)
                    val next = waiter.await()
                    connection.abortCount shouldBe 1
                    connection.closeCount shouldBe 1
                    heard.leaks().single().reclaimed shouldBe true
                    pool.snapshot().leaked shouldBe 1
                    pool.snapshot().reclaimed shouldBe 1

                    lost.isActive shouldBe false
                    shouldThrow<LeaseMisuseException> { lost.connection }.message shouldContain
                        "this lease has ended: its holder ended without returning it; acquire a new one"
                    lost.close()
                    lost.release()
                    lost.evict("late")
                    next.isActive shouldBe true
                    next.connection.isClosed shouldBe false
                    next.close()
                }
            }
        }

        test("the log says how a reported lease ended: returned, or closed and why") {
            val ends =
                mapOf<String, (Lease<FakeConnection>) -> Unit>(
                    "was returned" to { it.close() },
                    "has ended: returned broken" to
                        {
                            it.connection.isBroken = true
                            it.close()
                        },
                    "has ended: not needed" to { it.evict("not needed") },
                )
            for ((words, end) in ends) {
                val log = logged {
                    poolTest(settings = { leakThreshold = 2.seconds }) {
                        val lease = pool.acquire()
                        advanceTimeBy(5.seconds)
                        end(lease)
                        advanceTimeBy(5.seconds)
                    }
                }
                log shouldContain "the lease of connection 1, reported as overdue, $words"
            }
        }

        test("with reclaimLeaks off, a leak is only reported, even if its holder has ended") {
            poolTest(
                settings = {
                    leakThreshold = 2.seconds
                    reclaimLeaks = false
                }
            ) {
                val heard = hear()
                val lost = forget()
                advanceTimeBy(60.seconds)
                heard.leaks().map { it.reclaimed } shouldContainExactly listOf(false)
                pool.snapshot().reclaimed shouldBe 0
                lost.isActive shouldBe true
                pool.control.reconfigure { reclaimLeaks = true }
                advanceTimeBy(4.seconds)
                heard.leaks().map { it.reclaimed } shouldContainExactly listOf(false, true)
                lost.isActive shouldBe false
            }
        }

        test("a holder that ends after the report is noticed then, and counts as one leak") {
            poolTest(settings = { leakThreshold = 2.seconds }) {
                val heard = hear()
                lateinit var lost: Lease<FakeConnection>
                launch {
                    lost = pool.acquire()
                    delay(10.seconds)
                }
                advanceTimeBy(9.seconds)
                heard.leaks().map { it.reclaimed } shouldContainExactly listOf(false)
                advanceTimeBy(3.seconds)
                heard.leaks().map { it.reclaimed } shouldContainExactly listOf(false, true)
                lost.close()
                advanceTimeBy(10.seconds)
                heard.filterIsInstance<PoolEvent.LeakEnded>().shouldBeEmpty() // it was never returned
                pool.snapshot().leaked shouldBe 1
                pool.snapshot().reclaimed shouldBe 1
                pool.snapshot().leased shouldBe 0
            }
        }

        test("after a hand-over to a thread, the holder is that thread, not the previous one") {
            poolTest(
                settings = {
                    maxSize = 1
                    leakThreshold = 10.seconds
                }
            ) {
                val blocking = BlockingPool.of(pool)
                val first = forget()
                advanceTimeBy(9.seconds)
                first.close()
                blocking.acquire().use {
                    val timeout = shouldThrow<AcquireTimeoutException> { pool.acquire(5.seconds) }
                    timeout.longest.shouldNotBeNull().holder shouldContain "thread '"
                    advanceTimeBy(30.seconds)
                    it.isActive shouldBe true
                }
            }
        }

        test("leases of futures and tryAcquire have no known holder: reported, but never reclaimed") {
            poolTest(settings = { leakThreshold = 2.seconds }) {
                pool.withConnection { pool.acquire().close() }
                val heard = hear()
                val leases = listOf(BlockingPool.of(pool).acquireAsync().get(), pool.tryAcquire()!!)
                advanceTimeBy(60.seconds)
                heard.leaks().map { it.reclaimed } shouldContainExactly listOf(false, false)
                heard.leaks().map { it.holder }.toSet() shouldBe setOf("a future", "an unknown caller")
                leases.forEach {
                    it.isActive shouldBe true
                    it.close()
                }
            }
        }

        test("a connection being reset after its user ended is neither reported nor reclaimed") {
            poolTest(
                settings = {
                    leakThreshold = 1.seconds
                    resetTimeout = 20.seconds
                }
            ) {
                val heard = hear()
                factory.resets.next(Step.After(10.seconds))
                launch { pool.acquire().use { it.connection.isDirty = true } }
                advanceTimeBy(9.seconds)
                pool.snapshot().leased shouldBe 1
                advanceTimeBy(2.seconds)
                pool.snapshot().idle shouldBe 1
                heard.leaks().shouldBeEmpty()
                factory.connections.single().abortCount shouldBe 0
            }
        }

        test("without leakThreshold nothing is reported or reclaimed") {
            poolTest {
                val heard = hear()
                val lost = forget()
                advanceTimeBy(10.minutes)
                heard.leaks().shouldBeEmpty()
                lost.isActive shouldBe true
                lost.close()
            }
        }

        test("a leak is noticed in time after the pool was idle, however long the trust window is") {
            for (trust in listOf(100.milliseconds, 10.minutes, null)) {
                poolTest(
                    settings = {
                        minIdle = 1
                        trustWindow = trust
                        leakThreshold = 5.seconds
                    }
                ) {
                    val heard = hear()
                    advanceTimeBy(60.seconds)
                    val lease = pool.acquire()
                    advanceTimeBy(7.seconds)
                    heard.leaks().size shouldBe 1
                    lease.close()
                }
            }
        }

        test("the log names the holders of leases that close aborts, with the stack if captured") {
            val log = logged {
                poolTest(
                    settings = {
                        leakThreshold = 1.hours
                        leakStackTraces = true
                    }
                ) {
                    val lost = forget("exporter")
                    pool.close(grace = 2.seconds)
                    lost.isActive shouldBe false
                }
            }
            log shouldContain "closing: connection 1 held by coroutine 'exporter'"
            log shouldContain "was not returned in time, so it is aborted"
            log shouldContain "acquired here"
        }

        test("neither an idle nor a closed connection keeps a job reachable for long") {
            poolTest(settings = { maxSize = 1 }) {
                fun start(): WeakReference<Job> = WeakReference(launch { pool.withConnection {} })
                val job = start()
                advanceTimeBy(3.seconds)
                pool.snapshot().idle shouldBe 1
                var rounds = 0
                while (job.get() != null && rounds++ < 100) System.gc()
                job.get() shouldBe null
            }
        }
    })

private operator fun ClosedRange<Duration>.contains(value: Duration) = value >= start && value <= endInclusive

package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

private infix fun Duration.shouldBeAbout(expected: Duration) {
    if (this < expected * 0.96 || this > expected * 1.04) throw AssertionError("$this is not about $expected")
}

/** The pool's latencies and timestamps, and its lease events. */
class NumbersLaws :
    FunSpec({
        test("the durations of opens, waits, uses, idle times and lifetimes are recorded") {
            poolTest(settings = { maxSize = 1 }) {
                factory.opens.next(Step.After(50.milliseconds))
                val first = async { pool.withConnection { delay(200.milliseconds) } }
                advanceTimeBy(100.milliseconds)
                pool.withConnection { delay(400.milliseconds) } // waits for 150 ms
                first.await()
                delay(300.milliseconds)
                pool.withConnection {}
                pool.tryAcquire()?.evict("enough")
                runCurrent()
                val times = pool.snapshot().times
                times.open.count shouldBe 1
                times.open.max shouldBe 50.milliseconds
                times.wait.count shouldBe 4
                times.wait.max shouldBe 150.milliseconds
                times.wait.p50 shouldBe Duration.ZERO
                times.wait.p90 shouldBeAbout 150.milliseconds
                times.wait.mean shouldBe 50.milliseconds
                times.use.count shouldBe 4
                times.use.max shouldBe 400.milliseconds
                times.use.mean shouldBe 150.milliseconds
                times.idle.max shouldBe 300.milliseconds
                times.lifetime.count shouldBe 1
                times.lifetime.max shouldBe 900.milliseconds
                times.recordedFor shouldBe 950.milliseconds
            }
        }

        test("threads and futures are recorded like coroutines") {
            poolTest(settings = { maxSize = 1 }) {
                val blocking = BlockingPool.of(pool)
                pool.withConnection {}
                blocking.acquire().use { advanceTimeBy(100.milliseconds) }
                val future = blocking.acquireAsync()
                val second = blocking.acquireAsync()
                advanceTimeBy(300.milliseconds)
                future.get().close()
                second.get().close()
                val times = pool.snapshot().times
                times.use.count shouldBe 4
                times.use.max shouldBe 300.milliseconds
                times.wait.count shouldBe 4
                times.wait.max shouldBe 300.milliseconds
            }
        }

        test("the time since something last happened is known, and null before it happened") {
            poolTest {
                with(pool.snapshot().times) {
                    listOf(lastOpenedAgo, lastClosedAgo, lastAcquiredAgo, lastReleasedAgo) shouldContainExactly
                        listOf(null, null, null, null)
                }
                val lease = pool.acquire()
                advanceTimeBy(1.seconds)
                lease.close()
                advanceTimeBy(1.seconds)
                with(pool.snapshot().times) {
                    lastOpenedAgo shouldBe 2.seconds
                    lastAcquiredAgo shouldBe 2.seconds
                    lastReleasedAgo shouldBe 1.seconds
                    lastClosedAgo.shouldBeNull()
                }
                pool.acquire().evict("test")
                advanceTimeBy(3.seconds)
                pool.snapshot().times.lastClosedAgo shouldBe 3.seconds
            }
        }

        test("a reset clears the times and keeps the counters") {
            poolTest {
                repeat(5) { pool.withConnection { delay(10.milliseconds) } }
                pool.control.resetTimes()
                with(pool.snapshot()) {
                    acquired shouldBe 5
                    times.wait.count shouldBe 0
                    times.use.count shouldBe 0
                    times.open.count shouldBe 0
                    times.recordedFor shouldBe Duration.ZERO
                }
                advanceTimeBy(1.seconds)
                pool.withConnection { delay(20.milliseconds) }
                with(pool.snapshot().times) {
                    wait.count shouldBe 1
                    use.mean shouldBe 20.milliseconds
                    recordedFor shouldBe 1020.milliseconds
                }
            }
        }

        test("published samples and their JSON have the times, which do not make an idle pool publish") {
            poolTest(settings = { minIdle = 1 }) {
                pool.withConnection { delay(100.milliseconds) }
                advanceTimeBy(10.seconds)
                val published = pool.stats.value
                published.times.use.count shouldBe 1
                published.toJson() shouldContain "\"use\":{\"count\":1,\"mean\":\"PT0.100S\""
                advanceTimeBy(1.minutes)
                pool.stats.value shouldBeSameInstanceAs published
            }
        }

        test("stats are published within their interval after the pool was idle, however long the trust window") {
            poolTest(
                settings = {
                    minIdle = 1
                    trustWindow = 1.hours
                }
            ) {
                advanceTimeBy(10.minutes)
                pool.withConnection {}
                advanceTimeBy(2.seconds)
                pool.stats.value.acquired shouldBe 1
            }
        }

        test("callers that time out share one sample of the times, because they may be many") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val failed =
                    List(100) { async { shouldThrow<AcquireTimeoutException> { pool.acquire(5.seconds) } } }.awaitAll()
                failed.map { it.stats.times }.distinct().size shouldBe 1
                held.close()
            }
        }

        test("each lease of any caller sends events while leaseEvents is set, and none otherwise") {
            poolTest(settings = { maxSize = 1 }) {
                val heard = hear()
                fun leases() = heard.filter { it is PoolEvent.Acquired || it is PoolEvent.Released }.map { "$it" }
                val one = listOf("acquired connection 1", "released connection 1")
                val blocking = BlockingPool.of(pool)
                val ways: List<suspend () -> Unit> =
                    listOf(
                        { pool.withConnection {} },
                        { blocking.acquire().close() },
                        { blocking.acquireAsync().get().close() },
                        { pool.tryAcquire()!!.close() },
                        { blocking.tryAcquire().close() },
                        { pool.acquire().also { it.connection.isDirty = true }.release() },
                    )
                pool.withConnection {}
                pool.control.leaseEvents = true
                for (way in ways) {
                    way()
                    runCurrent()
                    leases() shouldContainExactly one
                    heard.clear()
                }
                val held = pool.acquire()
                launch { pool.withConnection {} }
                runCurrent()
                held.close()
                held.close()
                runCurrent()
                leases() shouldContainExactly one + one
                heard.clear()
                pool.acquire().evict("enough")
                runCurrent()
                leases() shouldContainExactly one
                heard.clear()
                pool.control.leaseEvents = false
                pool.withConnection {}
                runCurrent()
                leases() shouldContainExactly emptyList()
            }
        }
    })

package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.longs.shouldBeInRange
import io.kotest.matchers.shouldBe
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicLong
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.TimeMark
import kotlin.time.TimeSource
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

/** Counts how often the time is read. A pool that does not read the time is asleep. */
private class CountingTime(private val real: TimeSource) : TimeSource {
    val reads = AtomicLong()

    override fun markNow(): TimeMark {
        val mark = real.markNow()
        return object : TimeMark {
            override fun elapsedNow(): Duration {
                reads.incrementAndGet()
                return mark.elapsedNow()
            }
        }
    }
}

private fun TestScope.let(time: Duration) {
    testScheduler.advanceTimeBy(time)
    testScheduler.runCurrent()
}

/** Laws 24 and 34: a pool with little load has few connections, and an idle pool sleeps. */
class IdlenessLaws :
    FunSpec({
        test("34: an idle pool without deadlines never wakes") {
            runTest {
                val time = CountingTime(testScheduler.timeSource)
                val pool =
                    Pool("idle", ScriptedFactory(), backgroundScope.coroutineContext, time) {
                        idleTimeout = null
                        maxLifetime = null
                        keepaliveInterval = null
                    }
                let(1.minutes)
                pool.withConnection {}
                let(1.minutes)
                val before = time.reads.get()
                let(365.days)
                time.reads.get() shouldBe before
                pool.close()
            }
        }

        test("34: an idle pool wakes only at its deadlines") {
            runTest {
                val time = CountingTime(testScheduler.timeSource)
                val pool =
                    Pool("idle", ScriptedFactory(), backgroundScope.coroutineContext, time) {
                        minIdle = 1
                        idleTimeout = null
                        maxLifetime = null
                        keepaliveInterval = 10.minutes
                    }
                let(1.minutes)
                val before = time.reads.get()
                let(100.hours)
                // About one probe every ten minutes. Each needs three wake-ups: to start it, when it ends, and when the
                // connection is no longer trusted.
                (time.reads.get() - before) / 600 shouldBeInRange 1L..40L
                pool.close()
            }
        }

        test("24: under light load from many threads the pool uses few connections and shrinks") {
            val factory = ScriptedFactory()
            val pool =
                BlockingPool.of(
                    Pool("packing", factory) {
                        maxSize = 8
                        minIdle = 1
                        statsInterval = 20.milliseconds
                        idleTimeout = 200.milliseconds
                        trustWindow = null
                    }
                )
            List(8) { pool.acquire() }.forEach(Lease<FakeConnection>::close)
            pool.snapshot().idle shouldBe 8
            val enough = AtomicBoolean()
            val atATime = Semaphore(2)
            val threads =
                List(8) {
                    thread {
                        while (!enough.get()) {
                            atATime.acquire()
                            pool.withConnection<Unit, RuntimeException> { Thread.onSpinWait() }
                            atATime.release()
                        }
                    }
                }
            val patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(30)
            while (pool.snapshot().total > 4 && System.nanoTime() < patience) Thread.onSpinWait()
            pool.snapshot().total shouldBeLessThanOrEqualTo 4
            enough.set(true)
            threads.forEach { it.join() }
            pool.close()
        }
    })

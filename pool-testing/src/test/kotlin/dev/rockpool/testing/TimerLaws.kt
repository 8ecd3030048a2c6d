package dev.rockpool.testing

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.io.IOException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** How many connections of three had been opened, every 100 ms, while they reach their lifetimes. */
private fun replacements(): List<Long> {
    val opened = mutableListOf<Long>()
    poolTest(
        settings = {
            maxSize = 3
            minIdle = 3
            maxLifetime = 1.minutes
        }
    ) {
        repeat(900) {
            advanceTimeBy(100.milliseconds)
            opened += pool.snapshot().opened
        }
    }
    return opened
}

class TimerLaws :
    FunSpec({
        test("lifetimes are spread in the same way in each run") {
            val first = replacements()
            first.last() shouldBe 6L
            first.distinct().size shouldBeGreaterThan 2
            List(3) { replacements() } shouldBe List(3) { first }
        }

        test("a pool with nothing to watch has no timer") {
            poolTest {
                nextTimer().shouldBeNull()
                advanceToNextTimer().shouldBeNull()
            }
        }

        test("a waiter's deadline is a timer, which is gone once the waiter is served") {
            poolTest(
                settings = {
                    maxSize = 1
                    acquireTimeout = 70.seconds
                }
            ) {
                val held = pool.acquire()
                launch { pool.acquire().close() }
                timers() shouldContain 70.seconds
                advanceTimeBy(20.seconds)
                timers() shouldContain 50.seconds
                held.close()
                runCurrent()
                pool.snapshot().leased shouldBe 0
            }
        }

        test("a test can wait until the pool has set a timer, while other coroutines run") {
            poolTest(settings = { connectTimeout = 7.minutes }) {
                launch {
                    delay(3.seconds)
                    factory.opens.next(Step.Hang)
                    pool.tryAcquire().shouldBeNull()
                    runCatching { pool.acquire(8.minutes) }.getOrNull()?.close()
                }
                awaitTimer { it == 7.minutes } shouldBe 7.minutes
                factory.opens.calls shouldBe 1
                advanceTimeBy(7.minutes + 1.seconds)
                factory.opens.calls shouldBe 2
            }
        }

        test("time can advance from timer to timer, here the pauses between failed connects") {
            val backoff = dev.rockpool.Backoff(20.milliseconds, 2.0, 10.seconds, 0.0)
            poolTest(
                factory = ScriptedFactory().apply { opens.otherwise = Step.Fail(IOException("down")) },
                settings = {
                    minIdle = 1
                    this.backoff = backoff
                },
            ) {
                runCurrent()
                val pauses = List(4) { advanceToNextTimer() }
                pauses shouldBe listOf(20.milliseconds, 40.milliseconds, 80.milliseconds, 160.milliseconds)
                factory.opens.calls shouldBe 5
            }
        }

        test("a delay in the factory's script is a timer") {
            poolTest {
                factory.opens.next(Step.After(4.seconds))
                launch { pool.acquire().close() }
                timers() shouldContain 4.seconds
                advanceTimeBy(4.seconds)
                nextTimer() shouldNotBe 4.seconds
            }
        }
    })

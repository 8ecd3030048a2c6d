package dev.rockpool

import dev.rockpool.Priority.HIGH
import dev.rockpool.Priority.LOW
import dev.rockpool.Priority.NORMAL
import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.poolTest
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.util.Collections
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.launch

private suspend fun PoolTestScope.servedOrder(callers: List<Priority>): List<Int> {
    val held = pool.acquire()
    val order = mutableListOf<Int>()
    val jobs =
        callers.mapIndexed { i, priority ->
            launch { pool.withConnection(priority = priority) { order += i } }.also { runCurrent() }
        }
    held.close()
    jobs.forEach { it.join() }
    return order
}

/** Laws 4, 6, 9, 28 and 36 of the pool with priorities. */
class PriorityLaws :
    FunSpec({
        test("4: a higher priority goes first, and one priority is served in order of arrival") {
            poolTest(settings = { maxSize = 1 }) {
                servedOrder(listOf(LOW, NORMAL, HIGH, LOW, NORMAL, HIGH)) shouldContainExactly listOf(2, 5, 1, 4, 0, 3)
            }
        }

        test("4: one of every eight hand-overs goes to a lower priority, so no caller starves") {
            poolTest(settings = { maxSize = 1 }) {
                val order = servedOrder(List(3) { NORMAL } + List(21) { HIGH })
                order.indexOf(0) shouldBe 7
                order.indexOf(1) shouldBe 15
                order.indexOf(2) shouldBe 23
            }
        }

        test("4: while all three priorities wait, 64 hand-overs go 56 to high, 7 to normal and 1 to low") {
            poolTest(settings = { maxSize = 1 }) {
                val callers = List(2) { LOW } + List(20) { NORMAL } + List(200) { HIGH }
                val served = servedOrder(callers).map { callers[it] }.take(64)
                Priority.entries.map { p -> served.count { it == p } } shouldContainExactly listOf(56, 7, 1)
            }
        }

        test("9: a cancelled caller of any priority frees its place and uses up no turn") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val doomed = List(3) { async { pool.acquire(priority = HIGH) } }
                val normal = async { pool.acquire() }
                runCurrent()
                doomed.forEach { it.cancel() }
                pool.snapshot().pending shouldBe 1
                held.close()
                normal.await().close()
            }
        }

        test("6: each caller times out at its own deadline, whatever its priority") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val start = timeSource.markNow()
                val timeouts = listOf(500 to LOW, 100 to HIGH, 300 to NORMAL, 200 to LOW, 400 to HIGH, 50 to NORMAL)
                val failed =
                    timeouts.map { (timeout, priority) ->
                        async {
                            shouldThrow<AcquireTimeoutException> { pool.acquire(timeout.milliseconds, priority) }
                            start.elapsedNow()
                        }
                    }
                failed.map { it.await() } shouldBe timeouts.map { it.first.milliseconds }
                held.close()
            }
        }

        test("28: maxPending counts callers of all priorities, and rejects a high one too") {
            poolTest(
                settings = {
                    maxSize = 1
                    maxPending = 3
                }
            ) {
                val held = pool.acquire()
                val waiters = Priority.entries.map { async { pool.acquire(priority = it) } }
                runCurrent()
                shouldThrow<PoolExhaustedException> { pool.acquire(priority = HIGH) }
                waiters[2].cancel()
                val admitted = async { pool.acquire(priority = LOW) }
                runCurrent()
                held.close()
                for (waiter in listOf(waiters[0], waiters[1], admitted)) waiter.await().close()
            }
        }

        test("36: threads and futures have priorities in the same queue") {
            realPool({ maxSize = 1 }) { pool, blocking ->
                val order = Collections.synchronizedList(mutableListOf<Int>())
                val held = pool.acquire()
                val low = blocking.acquireAsync(LOW).thenAccept { it.use { order += 3 } }
                waiting(pool, 1)
                val normal = thread { blocking.acquire(java.time.Duration.ofSeconds(20), NORMAL).use { order += 2 } }
                waiting(pool, 2)
                val high = thread { blocking.acquire(java.time.Duration.ofSeconds(20), HIGH).use { order += 1 } }
                waiting(pool, 3)
                held.close()
                listOf(normal, high).forEach { it.join() }
                low.join()
                order shouldContainExactly listOf(1, 2, 3)
            }
        }

        test("36: threads of all priorities are served while newcomers barge") {
            realPool({ maxSize = 2 }) { _, blocking -> storm(blocking) }
        }
    })

private suspend fun waiting(pool: Pool<*>, count: Int) =
    eventually(20.seconds) { pool.snapshot().pending shouldBe count }

private fun storm(pool: BlockingPool<*>) {
    val threads =
        List(12) { i ->
            thread { repeat(2_000) { pool.acquire(java.time.Duration.ofSeconds(20), Priority.entries[i % 3]).close() } }
        }
    threads.forEach { it.join() }
    pool.snapshot().timedOut shouldBe 0
    pool.snapshot().pending shouldBe 0
}

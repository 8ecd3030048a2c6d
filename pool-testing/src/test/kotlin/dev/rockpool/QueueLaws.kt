package dev.rockpool

import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.PoolTestScope
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch

private fun PoolTestScope.waiter(): Deferred<Lease<FakeConnection>> = async { pool.acquire() }.also { runCurrent() }

/** Laws 4, 5, 9 to 13 and 28 of the pool: order, cancellation and the length of the queue. */
class QueueLaws :
    FunSpec({
        test("4: waiters are served in order of arrival") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val served = mutableListOf<Int>()
                val waiters = List(20) { i -> launch { pool.withConnection { served += i } }.also { runCurrent() } }
                held.close()
                waiters.forEach { it.join() }
                served shouldContainExactly (0 until 20).toList()
            }
        }

        test("5: a release followed at once by an acquire serves the waiter") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val order = mutableListOf<String>()
                launch { pool.withConnection { order += "waiter" } }
                runCurrent()
                held.close()
                pool.withConnection { order += "newcomer" }
                order shouldContainExactly listOf("waiter", "newcomer")
            }
        }

        test("9: a waiter cancelled in the queue throws at once, and the next release serves the next waiter") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val first = waiter()
                val second = waiter()
                first.cancel()
                pool.snapshot().pending shouldBe 1
                shouldThrow<CancellationException> { first.await() }
                held.close()
                second.await().close()
                factory.opens.calls shouldBe 1
                factory.closes.calls shouldBe 0
                pool.snapshot().cancelled shouldBe 1
            }
        }

        for (releaseFirst in listOf(true, false)) {
            for (another in listOf(true, false)) {
                val order = if (releaseFirst) "released, then cancelled" else "cancelled, then released"
                test("10: $order in one tick, ${if (another) "with" else "without"} another waiter: nothing is lost") {
                    poolTest(settings = { maxSize = 1 }) {
                        val held = pool.acquire()
                        val doomed = waiter()
                        val next = if (another) waiter() else null
                        if (releaseFirst) held.close()
                        doomed.cancel()
                        if (!releaseFirst) held.close()
                        runCurrent()
                        if (next == null) pool.snapshot().idle shouldBe 1 else next.await().close()
                        pool.snapshot().idle shouldBe 1
                        doomed.isCancelled shouldBe true
                        factory.opens.calls shouldBe 1
                    }
                }
            }
        }

        test("12: acquire in a cancelled job throws, and nothing is opened or leased") {
            poolTest {
                val caller = launch {
                    currentCoroutineContext().cancel()
                    pool.acquire()
                }
                runCurrent()
                caller.isCancelled shouldBe true
                factory.opens.calls shouldBe 0
                pool.snapshot().acquired shouldBe 0
            }
        }

        test("12: acquire in a cancelled job leaves an idle connection idle") {
            poolTest {
                pool.withConnection {}
                launch {
                    currentCoroutineContext().cancel()
                    pool.acquire()
                }
                runCurrent()
                pool.snapshot().idle shouldBe 1
                pool.snapshot().acquired shouldBe 1
            }
        }

        test("13: a caller cancelled while its connection opens fails at once, and the connection becomes idle") {
            poolTest {
                factory.opens.next(Step.After(100.milliseconds))
                val caller = waiter()
                caller.cancel()
                caller.isCancelled shouldBe true
                pool.snapshot().opening shouldBe 1
                advanceTimeBy(100.milliseconds)
                pool.snapshot().idle shouldBe 1
                factory.opens.calls shouldBe 1
            }
        }

        test("13: when a caller is cancelled while its connection opens, the connection serves the next waiter") {
            poolTest(settings = { maxSize = 1 }) {
                factory.opens.next(Step.After(100.milliseconds))
                val caller = waiter()
                val next = waiter()
                caller.cancel()
                next.await().close()
                factory.opens.calls shouldBe 1
            }
        }

        test(
            "28: with maxPending callers waiting, another fails at once, and a cancelled one frees its place at once"
        ) {
            poolTest(
                settings = {
                    maxSize = 1
                    maxPending = 2
                }
            ) {
                val held = pool.acquire()
                val waiters = List(2) { waiter() }
                val refused = shouldThrow<PoolExhaustedException> { pool.acquire() }
                refused.message shouldContain "2 callers already wait (maxPending)"
                refused.stats.pending shouldBe 2
                pool.snapshot().rejected shouldBe 1
                waiters[0].cancel()
                val admitted = waiter()
                held.close()
                waiters[1].await().close()
                admitted.await().close()
            }
        }

        test("a caller cancelled with its whole scope loses nothing") {
            poolTest(settings = { maxSize = 2 }) {
                val scope = Job()
                val crowd =
                    List(50) {
                        launch(context = kotlinx.coroutines.CoroutineName("caller $it")) {
                            coroutineScope { pool.withConnection { kotlinx.coroutines.delay(1.milliseconds) } }
                        }
                    }
                advanceTimeBy(5.milliseconds)
                crowd.forEach { it.cancel() }
                scope.cancel()
                runCurrent()
                pool.snapshot().leased shouldBe 0
                pool.snapshot().pending shouldBe 0
            }
        }
    })

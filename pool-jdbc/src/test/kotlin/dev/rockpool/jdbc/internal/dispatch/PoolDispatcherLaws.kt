package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.jdbc.FakeDatabase
import dev.rockpool.jdbc.fakePool
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

private fun PoolDispatcher.run(task: () -> Unit) = dispatch(EmptyCoroutineContext) { task() }

private fun CountDownLatch.comes() = await(20, SECONDS) shouldBe true

/** Every task runs soon, on at most the allowed number of threads. */
class PoolDispatcherLaws :
    FunSpec({
        // Without an open pool each task would start a thread.
        val open = fakePool(FakeDatabase())

        afterSpec { open.close() }

        test("every task runs, also those that tasks start, and never more at a time than the current size") {
            var size = 4
            val dispatcher = PoolDispatcher { size }
            val running = AtomicInteger()
            val most = AtomicInteger()
            val count = AtomicInteger()
            suspend fun step() {
                most.accumulateAndGet(running.incrementAndGet(), ::maxOf)
                count.incrementAndGet()
                running.decrementAndGet()
                yield()
            }
            for (now in listOf(4, 1, 8)) {
                size = now
                count.set(0)
                most.set(0)
                withTimeout(60.seconds) {
                    withContext(dispatcher) {
                        repeat(100) { launch { repeat(100) { launch { repeat(3) { step() } } } } }
                    }
                }
                count.get() shouldBe 30_000
                most.get() shouldBeLessThanOrEqualTo now
            }
        }

        test("when the size shrinks under constant load, it soon uses only the allowed threads and leaves no task") {
            val size = AtomicInteger(4)
            val dispatcher = PoolDispatcher(size::get)
            val running = AtomicInteger()
            val alone = CountDownLatch(1_000)
            val over = CountDownLatch(4)
            fun again() {
                val now = running.incrementAndGet()
                if (size.get() == 1 && now == 1) alone.countDown()
                running.decrementAndGet()
                if (alone.count > 0) dispatcher.run { again() } else over.countDown()
            }
            repeat(4) { dispatcher.run { again() } }
            size.set(1)
            alone.comes()
            over.comes()
        }

        test("a task started by a busy thread runs on an idle one") {
            val dispatcher = PoolDispatcher { 2 }
            val done = CountDownLatch(1)
            dispatcher.run {
                val other = CountDownLatch(1)
                dispatcher.run { other.countDown() }
                other.comes()
                done.countDown()
            }
            done.comes()
        }

        test("a task kept by a busy thread is taken over by a thread that becomes idle") {
            repeat(200) {
                val dispatcher = PoolDispatcher { 2 }
                val busy = CountDownLatch(2)
                val done = CountDownLatch(1)
                val leave = CountDownLatch(1)
                dispatcher.run {
                    busy.countDown()
                    leave.comes()
                }
                dispatcher.run {
                    busy.countDown()
                    busy.comes()
                    val other = CountDownLatch(1)
                    dispatcher.run { other.countDown() } // both threads are busy, so the task is kept
                    leave.countDown()
                    other.comes()
                    done.countDown()
                }
                done.comes()
            }
        }

        test("a task kept by a busy thread is taken over although the other threads never become idle") {
            val dispatcher = PoolDispatcher { 2 }
            val busy = CountDownLatch(1)
            val done = CountDownLatch(1)
            fun again() {
                busy.countDown()
                if (done.count > 0) dispatcher.run { again() } // kept by the same thread each time
            }
            dispatcher.run {
                dispatcher.run { again() }
                busy.comes()
                val other = CountDownLatch(1)
                dispatcher.run { other.countDown() }
                other.comes()
                done.countDown()
            }
            done.comes()
        }

        test("a thread that has left the dispatcher keeps no task when it later runs other work") {
            val dispatcher = PoolDispatcher { 1 }
            repeat(2_000) {
                val done = CountDownLatch(2)
                dispatcher.run { done.countDown() }
                PoolThreads.execute { dispatcher.run { done.countDown() } }
                done.comes()
            }
        }

        test("a task that only yields lets other tasks run") {
            withTimeout(20.seconds) {
                withContext(PoolDispatcher { 1 }) {
                    coroutineScope {
                        var over = false
                        launch { while (!over) yield() }
                        launch { while (!over) yield() }
                        launch { over = true }
                    }
                }
            }
        }

        test("a task that fails does not affect other tasks") {
            val dispatcher = PoolDispatcher { 1 }
            val done = CountDownLatch(1)
            dispatcher.run { throw AssertionError("planned") }
            dispatcher.run { done.countDown() }
            done.comes()
        }
    })

package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.internal.base.PoolThreads
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

/** Every task is run, soon, by no more threads than there may be; whoever starts it, and whatever the others do. */
class PoolDispatcherLaws :
    FunSpec({
        test("every task is run, those that tasks start too, and never more at a time than the size is now") {
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

        test(
            "made smaller while it has always something to do, it soon uses no more threads than it may, and leaves no task"
        ) {
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

        test("what a busy thread has started is run by one that rests") {
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

        test("what a thread has kept for itself is taken over by one that has nothing more to do") {
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
                    dispatcher.run { other.countDown() } // both are at work, so it is kept
                    leave.countDown()
                    other.comes()
                    done.countDown()
                }
                done.comes()
            }
        }

        test("what a thread has kept is taken over although the others always have something to do") {
            val dispatcher = PoolDispatcher { 2 }
            val busy = CountDownLatch(1)
            val done = CountDownLatch(1)
            fun again() {
                busy.countDown()
                if (done.count > 0) dispatcher.run { again() } // kept by its own thread, each time
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

        test("a thread that was here keeps nothing back later, when it works for others") {
            val dispatcher = PoolDispatcher { 1 }
            repeat(2_000) {
                val done = CountDownLatch(2)
                dispatcher.run { done.countDown() }
                PoolThreads.execute { dispatcher.run { done.countDown() } }
                done.comes()
            }
        }

        test("a task that does nothing but let others go first does let them") {
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

        test("a task that fails costs nobody else anything") {
            val dispatcher = PoolDispatcher { 1 }
            val done = CountDownLatch(1)
            dispatcher.run { throw AssertionError("planned") }
            dispatcher.run { done.countDown() }
            done.comes()
        }
    })

package dev.rockpool.internal.engine.acquire

import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.queue.Waiter
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch

class DeadlinesTest :
    FunSpec({
        test("deadlines are still watched after the watch failed once, and a waiter times out") {
            val core = CoreFixture(filled = false)
            val told = CompletableDeferred<Waiter.Outcome>()
            val waiter =
                object : Waiter<String>(0, 5) {
                    override fun parks() = false

                    override fun wake() {
                        told.complete(outcome())
                    }
                }
            core.pool.enqueue(waiter)
            val looks = AtomicInteger()
            val deadlines =
                Deadlines(
                    core.state.waiters().failed(),
                    {
                        if (looks.incrementAndGet() <= 3) throw OutOfMemoryError("unable to create native thread")
                        else 10
                    },
                    { core.run(it) },
                )
            val watch = launch(Dispatchers.Default) { deadlines.watch() }
            told.await() shouldBe Waiter.Outcome.TIMED_OUT
            watch.cancelAndJoin()
        }
    })

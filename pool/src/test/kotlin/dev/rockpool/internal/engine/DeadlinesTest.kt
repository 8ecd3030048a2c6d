package dev.rockpool.internal.engine

import dev.rockpool.ReusePolicy
import dev.rockpool.internal.core.lending.PoolState
import dev.rockpool.internal.core.lending.Signals
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Slot
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch

class DeadlinesTest :
    FunSpec({
        test("the watch goes on after it failed, and who waits times out") {
            val silent =
                object : Signals<String> {
                    override fun demand() = Unit

                    override fun retired(slot: Slot<String>) = Unit
                }
            val lending = PoolState(1, ReusePolicy.AFFINE, Int.MAX_VALUE, 0, { 0L }, silent)
            val told = CompletableDeferred<Waiter.Outcome>()
            val waiter =
                object : Waiter<String>(0, 5) {
                    override fun parks() = false

                    override fun wake() {
                        told.complete(outcome())
                    }
                }
            lending.enqueue(waiter)
            val looks = AtomicInteger()
            val deadlines =
                Deadlines(lending.waiters()) {
                    if (looks.incrementAndGet() <= 3) throw OutOfMemoryError("unable to create native thread") else 10
                }
            val watch = launch(Dispatchers.Default) { deadlines.watch() }
            told.await() shouldBe Waiter.Outcome.TIMED_OUT
            watch.cancelAndJoin()
        }
    })

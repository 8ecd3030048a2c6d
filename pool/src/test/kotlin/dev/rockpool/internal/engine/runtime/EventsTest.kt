package dev.rockpool.internal.engine.runtime

import dev.rockpool.PoolEvent.Paused
import dev.rockpool.internal.base.PoolThreads
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull

class EventsTest :
    FunSpec({
        test("the end does not wait for a listener that closes the pool while the end already waits for it") {
            val events = Events("closed late", PoolThreads.atMost(2), ownThreads = true)
            val runs = CountDownLatch(1)
            val mayClose = CountDownLatch(1)
            val leave = CountDownLatch(1)
            try {
                events.add { event ->
                    if (event !is Paused) return@add
                    runs.countDown()
                    mayClose.await()
                    events.closedByThisThread()
                    leave.await()
                }
                events.send { Paused("test") }
                runs.await()
                coroutineScope {
                    val end = launch(start = CoroutineStart.UNDISPATCHED) { events.end(limit = 1.hours) }
                    end.isCompleted shouldBe false
                    mayClose.countDown()
                    withTimeoutOrNull(20.seconds) { end.join() }
                    val inTime = end.isCompleted
                    end.cancel()
                    inTime shouldBe true
                }
            } finally {
                mayClose.countDown()
                leave.countDown()
                events.cancel()
            }
        }
    })

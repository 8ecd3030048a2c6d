package dev.rockpool.internal.core.connectivity

import dev.rockpool.ConnectFailure
import dev.rockpool.internal.core.failed
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

class ConnectivityTrackerTest :
    FunSpec({
        fun tracker(jitter: Double = 0.0) = ConnectivityTracker(ExponentialBackoff(100, 2.0, 1_000, jitter))
        fun ConnectivityTracker.due() = failing().shouldNotBeNull().due()
        fun ConnectivityTracker.dueEagerly(atMost: Long) = failing().shouldNotBeNull().dueEagerly(atMost)
        fun ConnectivityTracker.isFull(open: Int) = failing()?.isFull(open) ?: false

        test("pauses grow by the factor up to the maximum, and start again after a success") {
            val tracker = tracker()
            val dues =
                List(6) {
                    tracker.failed(0)
                    tracker.due()
                }
            dues shouldBe listOf(100, 200, 400, 800, 1_000, 1_000)
            tracker.succeeded(5)
            tracker.isFailing shouldBe false
            tracker.failed(10)
            tracker.due() shouldBe 110
        }

        test("jitter shortens or lengthens a pause by up to its share") {
            val dues =
                listOf(0.0, 0.5, 1.0).map { random ->
                    tracker(jitter = 0.2).run {
                        failed(0, random = random)
                        due()
                    }
                }
            dues shouldBe listOf(80, 100, 120)
        }

        test("a pause is never zero, and one too long to count never ends") {
            ExponentialBackoff(1, 1.0, 1, 1.0).after(1, 0.0) shouldBe 1
            val tracker = ConnectivityTracker { _, _ -> Long.MAX_VALUE }
            tracker.failed(7)
            tracker.due() shouldBe Long.MAX_VALUE
            tracker.dueEagerly(250) shouldBe 257
        }

        test("while callers wait, a pause is a twentieth of the outage, from 10 ms to the longest") {
            val tracker =
                ConnectivityTracker(ExponentialBackoff(10.seconds.inWholeNanoseconds, 1.0, Long.MAX_VALUE, 0.0))
            val pauses =
                listOf(0, 50, 400, 1_000, 60_000).map {
                    val at = it.milliseconds.inWholeNanoseconds
                    tracker.failed(at)
                    (tracker.dueEagerly(100.milliseconds.inWholeNanoseconds) - at).nanoseconds
                }
            pauses shouldBe listOf(10, 10, 20, 50, 100).map { it.milliseconds }
        }

        test("no pause while callers wait is longer than the others") {
            val tracker = tracker()
            tracker.failed(0)
            tracker.dueEagerly(Long.MAX_VALUE) shouldBe 100
        }

        test("failing begins when the first failed connect began; a failure from before a success does not count") {
            val tracker = tracker()
            tracker.failed(10, 40) shouldBe true
            tracker.failed(20, 60) shouldBe true
            tracker.failing()?.since shouldBe 10
            tracker.failing()?.failures shouldBe 2
            tracker.succeeded(70)
            tracker.failed(50, 80) shouldBe false
            tracker.isFailing shouldBe false
            tracker.failed(70, 90) shouldBe true
            tracker.failing()?.since shouldBe 70
        }

        test("the server is full while as many are open as when it refused, until another connect ends") {
            val tracker = tracker()
            fun full(began: Long, now: Long, open: Int) =
                tracker.failed(began, now, kind = ConnectFailure.FULL, open = open)
            tracker.isFull(8) shouldBe false
            full(10, 20, 3)
            listOf(0, 2, 3, 4).filter(tracker::isFull) shouldBe listOf(3, 4)
            tracker.due() shouldBe 120
            tracker.failing()?.since shouldBe 10
            tracker.failed(120, 130, open = 3)
            tracker.isFull(3) shouldBe false
            full(130, 140, 0)
            tracker.isFull(0) shouldBe false
            tracker.isFull(1) shouldBe true
            tracker.succeeded(150)
            tracker.isFull(1) shouldBe false
            full(140, 160, 1) // beside the success
            tracker.isFull(1) shouldBe true
        }

        test("the breaker opens only while connects fail, and a later failure keeps it open") {
            val tracker = tracker()
            tracker.openBreaker(5)
            tracker.down().shouldBeNull()
            tracker.failed(10)
            tracker.openBreaker(15)
            tracker.failed(20)
            tracker.openBreaker(25)
            val down = tracker.down().shouldNotBeNull()
            down.since shouldBe 15
            down.failing.failures shouldBe 2
            tracker.failing() shouldBe down.failing
            tracker.closeBreaker()
            tracker.down().shouldBeNull()
            tracker.failing() shouldBe down.failing
        }

        test("a success ends an outage, tells what it was, and forgets requests for a retry") {
            val tracker = tracker()
            tracker.failed(10)
            tracker.openBreaker(15)
            val down = tracker.down()
            tracker.requestRetry() shouldBe true
            tracker.requestRetry() shouldBe false
            tracker.succeeded(20) shouldBe down
            tracker.isRetryRequested shouldBe false
            tracker.current().failing().shouldBeNull()
        }
    })

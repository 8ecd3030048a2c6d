package dev.rockpool.internal.core.upkeep

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

class ConnectBackoffTest :
    FunSpec({
        fun retry(jitter: Double = 0.0) = ConnectBackoff(ConnectBackoff.BackoffSettings(100, 2.0, 1_000, jitter))

        test("pauses grow by the factor up to the maximum, and begin anew after a success") {
            val retry = retry()
            val dues =
                List(6) {
                    retry.failed(0, 0.5)
                    retry.due()
                }
            dues shouldBe listOf(100, 200, 400, 800, 1_000, 1_000)
            retry.succeeded(5)
            retry.isFailing shouldBe false
            retry.failed(10, 0.5)
            retry.due() shouldBe 110
        }

        test("jitter shortens or lengthens a pause by up to its share") {
            val dues =
                listOf(0.0, 0.5, 1.0).map { random ->
                    retry(jitter = 0.2).run {
                        failed(0, random)
                        due()
                    }
                }
            dues shouldBe listOf(80, 100, 120)
        }

        test("a pause is never zero, and one longer than can be counted is never over") {
            ConnectBackoff.BackoffSettings(1, 1.0, 1, 1.0).after(1, 0.0) shouldBe 1
            val retry = ConnectBackoff { _, _ -> Long.MAX_VALUE }
            retry.failed(7, 0.5)
            retry.due() shouldBe Long.MAX_VALUE
            retry.dueEagerly(250) shouldBe 257
        }

        test(
            "while somebody waits pauses are a twentieth of the time that has been failed, from 10 ms to the longest"
        ) {
            val retry =
                ConnectBackoff(ConnectBackoff.BackoffSettings(10.seconds.inWholeNanoseconds, 1.0, Long.MAX_VALUE, 0.0))
            val pauses =
                listOf(0, 50, 400, 1_000, 60_000).map {
                    val at = it.milliseconds.inWholeNanoseconds
                    retry.failed(at, 0.5)
                    (retry.dueEagerly(100.milliseconds.inWholeNanoseconds) - at).nanoseconds
                }
            pauses shouldBe listOf(10, 10, 20, 50, 100).map { it.milliseconds }
        }

        test("no pause while somebody waits is longer than the others") {
            val retry = retry()
            retry.failed(0, 0.5)
            retry.dueEagerly(Long.MAX_VALUE) shouldBe 100
        }

        test("connecting fails since the first failed connect began; one that began before a success does not count") {
            val retry = retry()
            retry.failed(10, 40, 0.5) shouldBe true
            retry.failed(20, 60, 0.5) shouldBe true
            retry.failingSince() shouldBe 10
            retry.failures() shouldBe 2
            retry.succeeded(70)
            retry.failed(50, 80, 0.5) shouldBe false
            retry.isFailing shouldBe false
            retry.failed(70, 90, 0.5) shouldBe true
            retry.failingSince() shouldBe 70
        }

        test("the other side is full while as many are open as when it said so, and nothing else was heard since") {
            val retry = retry()
            retry.isFull(8) shouldBe false
            retry.full(10, 20, 0.5, 3)
            listOf(0, 2, 3, 4).filter(retry::isFull) shouldBe listOf(3, 4)
            retry.due() shouldBe 120
            retry.failingSince() shouldBe 10
            retry.failed(120, 130, 0.5)
            retry.isFull(3) shouldBe false
            retry.full(130, 140, 0.5, 0)
            retry.isFull(0) shouldBe false
            retry.isFull(1) shouldBe true
            retry.succeeded(150)
            retry.isFull(1) shouldBe false
            retry.full(140, 160, 0.5, 1) // beside the success
            retry.isFull(1) shouldBe true
        }
    })

package dev.rockpool.internal.core.slot

import dev.rockpool.CloseReason
import dev.rockpool.ReusePolicy
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

/** What a slot reports about its connection and itself. */
class SlotStoryTest :
    FunSpec({
        fun slot(expires: Long = 900): Slot<String> =
            Slots<String>(1, ReusePolicy.AFFINE).get(0).apply {
                reserve(5) shouldBe true
                opened("a connection", 7, 10, expires)
            }

        test("a slot reports which connection it holds, since when, and when it was last probed") {
            val slot = slot()
            slot.connection() shouldBe "a connection"
            slot.number() shouldBe 7
            slot.openedAt() shouldBe 10
            slot.aliveAt() shouldBe 10
            slot.probeTook() shouldBe -1
            slot.expiresAt() shouldBe 900
            slot.startProbe(20) shouldBe true
            slot.probeSucceeded(25, 4) shouldBe true
            slot.aliveAt() shouldBe 25
            slot.probeTook() shouldBe 4
            slot.isOpen shouldBe true
        }

        test("a slot reports why its latest lease ended, unless it was returned") {
            val slot = slot()
            slot.lend() shouldBe true
            val returned = slot.ticket()
            slot.release(returned) shouldBe true
            slot.endOf(returned).shouldBeNull()
            slot.lend() shouldBe true
            val seized = slot.ticket()
            slot.endOf(seized).shouldBeNull()
            slot.seize(CloseReason.EVICTED, "silent") shouldBe true
            slot.endOf(seized) shouldBe "silent"
            slot.closed()
            slot.endOf(seized) shouldBe "silent"
            slot.endOf(returned).shouldBeNull()
        }

        test("toString shows the phase, the flags and the lease count") {
            val slot = slot()
            slot.toString() shouldBe "slot 0 IDLE lease 0"
            slot.markStale() shouldBe true
            slot.toString() shouldBe "slot 0 IDLE STALE lease 0"
            slot.lendEvenIfStale() shouldBe true
            slot.toString() shouldBe "slot 0 LEASED lease 1"
            slot.retire(CloseReason.EVICTED) shouldBe true
            slot.retire(CloseReason.EVICTED) shouldBe true
            slot.toString() shouldBe "slot 0 LEASED RETIRE lease 1"
        }

        test("a slot that is kept fresh is stale for all but a peek, and no mark of it is left by any other step") {
            val steps: Map<String, (Slot<String>) -> Unit> =
                mapOf(
                    "slot 0 LEASED lease 1" to { it.lendEvenIfStale() shouldBe true },
                    "slot 0 PROBING lease 0" to { it.startProbe(20) shouldBe true },
                    "slot 0 IDLE STALE lease 0" to { it.markStale() shouldBe true },
                    "slot 0 CLOSING lease 0" to { it.startClose(CloseReason.EVICTED, "test") shouldBe true },
                    "slot 0 IDLE lease 0" to
                        {
                            it.startPeek(20) shouldBe true
                            it.peekSucceeded() shouldBe true
                            it.aliveAt() shouldBe 10 // a peek proves nothing
                        },
                )
            for ((end, step) in steps) {
                val slot = slot()
                slot.keep() shouldBe true
                slot.toString() shouldBe "slot 0 IDLE STALE KEPT lease 0"
                listOf(slot.isKept, slot.isStale, slot.isTrusted) shouldBe listOf(true, true, true)
                slot.keep() shouldBe false
                slot.lend() shouldBe false
                step(slot)
                slot.toString() shouldBe end
                slot.isKept shouldBe false
            }
        }

        test("a stale or retired slot is not kept fresh, and a retired one is not peeked at") {
            val slot = slot()
            slot.markStale()
            slot.keep() shouldBe false
            slot.isTrusted shouldBe false
            val retired = slot()
            retired.keep()
            retired.retire(CloseReason.EVICTED)
            retired.startPeek(20) shouldBe false
            retired.isKept shouldBe false
            retired.markStale() shouldBe false
        }

        test("a seized lease no longer belongs to its holder, and has a reason") {
            val slot = slot()
            slot.seize(CloseReason.EVICTED, "early") shouldBe false
            slot.lend() shouldBe true
            val ticket = slot.ticket()
            slot.retire(CloseReason.EVICTED)
            slot.seize(ticket + 1, CloseReason.EVICTED, "another lease") shouldBe false
            slot.seize(CloseReason.EVICTED, "the end") shouldBe true
            slot.isHeldBy(ticket) shouldBe false
            slot.toString() shouldBe "slot 0 CLOSING lease 1"
            slot.reason() shouldBe "the end"
            slot.release(ticket) shouldBe false
            slot.closed()
            slot.connection().shouldBeNull()
            slot.isToStay shouldBe false
        }

        test("a lease is seized by its ticket, which does not seize the next lease") {
            val slot = slot()
            slot.lend()
            val first = slot.ticket()
            slot.release(first) shouldBe true
            slot.lend()
            slot.seize(first, CloseReason.EVICTED, "too late") shouldBe false
            slot.seize(slot.ticket(), CloseReason.EVICTED, "now") shouldBe true
            slot.phase() shouldBe Phase.CLOSING
        }

        test("a close that could not be started is retried once") {
            val slot = slot()
            slot.attend() shouldBe false
            slot.startClose(CloseReason.EVICTED, "test") shouldBe true
            slot.unattended()
            slot.attend() shouldBe true
            slot.attend() shouldBe false
        }

        test("a failed probe closes the slot, even if it was retired meanwhile") {
            val slot = slot()
            slot.startProbe(20)
            slot.retire(CloseReason.EVICTED) shouldBe true
            slot.probeSucceeded(30, 1) shouldBe false
            slot.seizeProbe(CloseReason.EVICTED, "dead") shouldBe true
            slot.toString() shouldBe "slot 0 CLOSING lease 0"
            slot.reason() shouldBe "dead"
        }

        test("an open or opening slot is to stay, unless it was retired or is closing") {
            val slot = Slots<String>(1, ReusePolicy.AFFINE).get(0)
            slot.isToStay shouldBe false
            slot.reserve(0)
            slot.isToStay shouldBe true
            slot.opened("a connection", 1, 1, Long.MAX_VALUE)
            slot.isToStay shouldBe true
            slot.retire(CloseReason.EVICTED)
            slot.isToStay shouldBe false
        }
    })

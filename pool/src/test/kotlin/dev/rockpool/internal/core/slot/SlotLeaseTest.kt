package dev.rockpool.internal.core.slot

import dev.rockpool.CloseReason
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.thread

class SlotLeaseTest :
    FunSpec({
        fun idleSlot() =
            Slot<String>(0).apply {
                reserve(0)
                opened("c", 1, 0, Long.MAX_VALUE)
            }

        fun Slot<String>.lendTo(holder: Any): Long {
            check(lend())
            return ticket().also { grant(it, holder) }
        }

        test("the holder is known only for its own lease, and only after the grant") {
            val slot = idleSlot()
            val first = slot.lendTo("one")
            slot.holder(first) shouldBe "one"
            slot.release(first)
            slot.holder(first).shouldBeNull()
            slot.lend()
            slot.holder(slot.ticket()).shouldBeNull()
            slot.grant(slot.ticket(), "two")
            slot.holder(slot.ticket()) shouldBe "two"
            slot.holder(first).shouldBeNull()
        }

        test("a lease that has ended cannot be passed on, and the next one keeps its ticket and holder") {
            val slot = idleSlot()
            val first = slot.lendTo("one")
            slot.passOn(first, "reset")
            slot.holder(first) shouldBe "reset"
            slot.release(first)
            val second = slot.lendTo("two")
            slot.passOn(first, "late")
            slot.holder(second) shouldBe "two"
            slot.granted() shouldBe second
        }

        test("a grant that reached no caller is undone, although the next lease has its ticket") {
            val slot = idleSlot()
            val refused = slot.lendTo("gone")
            slot.undoGrant()
            slot.undoLease(refused)
            slot.lend()
            slot.ticket() shouldBe refused
            slot.holder(refused).shouldBeNull()
        }

        test("an idle slot forgets its last holder, a leased one does not") {
            val slot = idleSlot()
            val ticket = slot.lendTo("one")
            slot.forgetHolder()
            slot.holder(ticket) shouldBe "one"
            slot.release(ticket)
            slot.forgetHolder()
            slot.lend()
            slot.grant(slot.ticket(), "two")
            slot.holder(slot.ticket()) shouldBe "two"
        }

        test("a lease keeps its holder when the keeper clears it concurrently, and gets no other") {
            val slot = idleSlot()
            val over = AtomicBoolean()
            val keeper = thread { while (!over.get()) slot.forgetHolder() }
            val holders = listOf("one", "one", "one", "one", "one", "one", "one", "two")
            try {
                repeat(if (System.getProperty("rockpool.proof").toBoolean()) 5_000_000 else 500_000) { i ->
                    val me = holders[i % holders.size]
                    val ticket = slot.lendTo(me)
                    var seen = slot.holder(ticket)
                    var looks = 0
                    while (seen == null && looks++ < 10_000_000) { // the keeper is about to restore it
                        Thread.onSpinWait()
                        seen = slot.holder(ticket)
                    }
                    if (seen != me) throw AssertionError("lease $i of '$me' is held by $seen")
                    if (!slot.release(ticket)) throw AssertionError("lease $i could not be released")
                }
            } finally {
                over.set(true)
                keeper.join()
            }
        }

        test("a closed slot forgets its holder and the acquire stack") {
            val slot = idleSlot()
            val ticket = slot.lendTo("one")
            slot.traced(ticket, Throwable("here"))
            slot.trace(ticket)?.message shouldBe "here"
            slot.seize(CloseReason.EVICTED, "test")
            slot.closed()
            slot.trace(ticket).shouldBeNull()
        }

        test("a measured lease knows how long it lasted, and how long the slot was idle before") {
            val slot = idleSlot()
            val first = slot.lendTo("one")
            slot.lentAt(first, 100) shouldBe -1
            slot.lentFor(first, 130) shouldBe 30
            slot.freedAt(first, 150) shouldBe 50
            slot.release(first)
            val second = slot.lendTo("one")
            slot.lentAt(second, 170) shouldBe 20
            slot.release(second)
            val third = slot.lendTo("one")
            slot.lentAt(third, 200) shouldBe -1
            slot.freedAt(second, 210) shouldBe -1
        }
    })

package dev.rockpool.internal.core.slot

import dev.rockpool.CloseReason
import dev.rockpool.ReusePolicy
import dev.rockpool.internal.core.CoreFixture
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlin.concurrent.thread

/** Which slot is lent next, how many there are, and how leases of removed slots count. */
class SlotsTest :
    FunSpec({
        fun CoreFixture.lendAll() = List(slots.size()) { lend() }

        fun CoreFixture.giveBack(vararg order: Int, held: List<Slot<String>>) =
            order.forEach { index -> release(held.single { it.index() == index }) }

        test("LIFO lends the slot released last, FIFO the slot released first") {
            val last = CoreFixture(3, ReusePolicy.LIFO)
            last.giveBack(1, 2, 0, held = last.lendAll())
            List(3) { last.lend().index() } shouldContainExactly listOf(0, 2, 1)
            val first = CoreFixture(3, ReusePolicy.FIFO)
            first.giveBack(1, 2, 0, held = first.lendAll())
            List(3) { first.lend().index() } shouldContainExactly listOf(1, 2, 0)
        }

        test("a changed policy applies to the next lease") {
            val core = CoreFixture(3, ReusePolicy.LIFO)
            core.giveBack(1, 2, 0, held = core.lendAll())
            core.slots.policy(ReusePolicy.FIFO)
            core.lend().index() shouldBe 1
        }

        test("AFFINE lends the slot that this thread released last") {
            val core = CoreFixture(4)
            val held = core.lendAll()
            core.giveBack(0, 3, held = held)
            core.lend().index() shouldBe 3
            core.giveBack(2, 1, held = held)
            core.lend().index() shouldBe 1
            core.lend().index() shouldBe 2
            core.lend().index() shouldBe 0
            core.state.tryLend().shouldBeNull()
        }

        test("under AFFINE one thread does not change the preference of another") {
            val core = CoreFixture(3)
            val held = core.lendAll()
            core.giveBack(2, held = held)
            thread { core.giveBack(1, held = held) }.join()
            core.lend().index() shouldBe 2
        }

        test("AFFINE finds every slot, wherever its scan begins") {
            for (own in 0 until 4) for (free in 0 until 4) {
                val core = CoreFixture(4)
                val held = core.lendAll()
                core.giveBack(own, held = held)
                core.lend()
                if (free != own) thread { core.giveBack(free, held = held) }.join() else core.giveBack(own, held = held)
                core.lend().index() shouldBe free
            }
        }

        test("slots above the window are lent last") {
            val core = CoreFixture(4)
            core.giveBack(0, 1, 2, 3, held = core.lendAll())
            core.slots.window(2)
            core.slots.window() shouldBe 2
            val lent = List(4) { core.lend().index() }
            lent.take(2).toSet() shouldBe setOf(0, 1)
            lent.drop(2) shouldContainExactly listOf(2, 3)
        }

        test("the window is at least one slot and at most all") {
            val core = CoreFixture(3)
            core.slots.window(0)
            core.slots.window() shouldBe 1
            core.slots.window(9)
            core.slots.window() shouldBe 3
        }

        for (policy in ReusePolicy.entries) {
            test("a stale slot is lent only to callers that cannot wait, and after fresh ones: $policy") {
                val core = CoreFixture(2, policy)
                core.slots.get(0).markStale() shouldBe true
                core.pool.tryLendEvenIfStale(null).shouldNotBeNull().index() shouldBe 1
                core.keeperWakes shouldBe 0
                core.state.tryLend().shouldBeNull()
                core.pool.tryLendEvenIfStale(null).shouldNotBeNull().index() shouldBe 0
                core.keeperWakes shouldBe 1
                core.pool.tryLendEvenIfStale(null).shouldBeNull()
                core.keeperWakes shouldBe 1
            }

            test("a retired slot is never lent: $policy") {
                val core = CoreFixture(1, policy)
                core.slots.get(0).retire(CloseReason.EVICTED) shouldBe true
                core.state.tryLend().shouldBeNull()
                core.pool.tryLendEvenIfStale(null).shouldBeNull()
                core.slots.anyIdle() shouldBe false
            }
        }

        test("a caller that cannot wait does not overtake a waiter") {
            val core = CoreFixture(1)
            core.slots.get(0).markStale()
            core.caller()
            core.pool.tryLendEvenIfStale(null).shouldBeNull()
        }

        test("a larger pool has more slots at once, a smaller one fewer once the last ones are vacant") {
            val core = CoreFixture(2)
            core.slots.resize(4)
            core.slots.size() shouldBe 4
            core.fill(core.slots.get(3))
            core.slots.resize(1)
            core.slots.size() shouldBe 4
            core.slots.get(3).run {
                startClose(CloseReason.EVICTED, "test") shouldBe true
                closed()
            }
            core.slots.resize(1)
            core.slots.size() shouldBe 2
            core.slots.get(1).run {
                startClose(CloseReason.EVICTED, "test") shouldBe true
                closed()
            }
            core.slots.resize(1)
            core.slots.size() shouldBe 1
            core.lend().index() shouldBe 0
        }

        test("leases of removed slots still count") {
            val core = CoreFixture(3)
            core.giveBack(0, 1, 2, held = core.lendAll())
            PhaseCounts.of(core.slots).leases() shouldBe 3
            for (i in 1..2) core.slots.get(i).run {
                startClose(CloseReason.EVICTED, "test")
                closed()
            }
            core.slots.resize(1)
            PhaseCounts.of(core.slots).leases() shouldBe 3
            core.lend()
            PhaseCounts.of(core.slots).leases() shouldBe 4
        }

        test("phase counts include each slot once, and vacant ones not as connections") {
            val core = CoreFixture(4)
            core.lend()
            core.slots.get(3).run {
                startClose(CloseReason.EVICTED, "test")
                closed()
            }
            core.slots.get(2).startProbe(core.now)
            val counts = PhaseCounts.of(core.slots)
            counts.total() shouldBe 3
            counts.count(Phase.LEASED) shouldBe 1
            counts.count(Phase.PROBING) shouldBe 1
            counts.count(Phase.IDLE) shouldBe 1
            counts.count(Phase.VACANT) shouldBe 1
        }
    })

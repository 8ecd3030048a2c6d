package dev.rockpool.internal.core.slot

import dev.rockpool.ReusePolicy
import dev.rockpool.internal.core.lending.Stand
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import kotlin.concurrent.thread

/** Which slot is lent next, how many there are, and what is counted of those that are gone. */
class SlotsTest :
    FunSpec({
        fun Stand.lendAll() = List(slots.size()) { lend() }

        fun Stand.giveBack(vararg order: Int, held: List<Slot<String>>) =
            order.forEach { index -> release(held.single { it.index() == index }) }

        test("LIFO lends what was released last, FIFO what was released first") {
            val last = Stand(3, ReusePolicy.LIFO)
            last.giveBack(1, 2, 0, held = last.lendAll())
            List(3) { last.lend().index() } shouldContainExactly listOf(0, 2, 1)
            val first = Stand(3, ReusePolicy.FIFO)
            first.giveBack(1, 2, 0, held = first.lendAll())
            List(3) { first.lend().index() } shouldContainExactly listOf(1, 2, 0)
        }

        test("a changed policy holds for the next lease") {
            val stand = Stand(3, ReusePolicy.LIFO)
            stand.giveBack(1, 2, 0, held = stand.lendAll())
            stand.slots.policy(ReusePolicy.FIFO)
            stand.lend().index() shouldBe 1
        }

        test("AFFINE lends the slot that this thread released last") {
            val stand = Stand(4)
            val held = stand.lendAll()
            stand.giveBack(0, 3, held = held)
            stand.lend().index() shouldBe 3
            stand.giveBack(2, 1, held = held)
            stand.lend().index() shouldBe 1
            stand.lend().index() shouldBe 2
            stand.lend().index() shouldBe 0
            stand.lending.tryLend().shouldBeNull()
        }

        test("under AFFINE another thread does not take over the preference of this one") {
            val stand = Stand(3)
            val held = stand.lendAll()
            stand.giveBack(2, held = held)
            thread { stand.giveBack(1, held = held) }.join()
            stand.lend().index() shouldBe 2
        }

        test("AFFINE finds every slot, whichever it begins with") {
            for (own in 0 until 4) for (free in 0 until 4) {
                val stand = Stand(4)
                val held = stand.lendAll()
                stand.giveBack(own, held = held)
                stand.lend()
                if (free != own) thread { stand.giveBack(free, held = held) }.join()
                else stand.giveBack(own, held = held)
                stand.lend().index() shouldBe free
            }
        }

        test("slots above the window are lent last, and are lent") {
            val stand = Stand(4)
            stand.giveBack(0, 1, 2, 3, held = stand.lendAll())
            stand.slots.window(2)
            stand.slots.window() shouldBe 2
            val lent = List(4) { stand.lend().index() }
            lent.take(2).toSet() shouldBe setOf(0, 1)
            lent.drop(2) shouldContainExactly listOf(2, 3)
        }

        test("the window is at least one slot and at most all") {
            val stand = Stand(3)
            stand.slots.window(0)
            stand.slots.window() shouldBe 1
            stand.slots.window(9)
            stand.slots.window() shouldBe 3
        }

        for (policy in ReusePolicy.entries) {
            test("what is stale is lent only to who cannot wait, and after what is fresh: $policy") {
                val stand = Stand(2, policy)
                stand.slots.get(0).doubt() shouldBe true
                stand.lending.tryLendUnproven(null).shouldNotBeNull().index() shouldBe 1
                stand.demands shouldBe 0
                stand.lending.tryLend().shouldBeNull()
                stand.lending.tryLendUnproven(null).shouldNotBeNull().index() shouldBe 0
                stand.demands shouldBe 1
                stand.lending.tryLendUnproven(null).shouldBeNull()
                stand.demands shouldBe 1
            }

            test("what is retired is lent to nobody: $policy") {
                val stand = Stand(1, policy)
                stand.slots.get(0).retire() shouldBe true
                stand.lending.tryLend().shouldBeNull()
                stand.lending.tryLendUnproven(null).shouldBeNull()
                stand.slots.anyIdle() shouldBe false
            }
        }

        test("who cannot wait does not pass who waits") {
            val stand = Stand(1)
            stand.slots.get(0).doubt()
            stand.caller()
            stand.lending.tryLendUnproven(null).shouldBeNull()
        }

        test("a larger pool has more slots, a smaller one fewer as soon as the last are vacant") {
            val stand = Stand(2)
            stand.slots.resize(4)
            stand.slots.size() shouldBe 4
            stand.fill(stand.slots.get(3))
            stand.slots.resize(1)
            stand.slots.size() shouldBe 4
            stand.slots.get(3).run {
                startClose("test") shouldBe true
                closed()
            }
            stand.slots.resize(1)
            stand.slots.size() shouldBe 2
            stand.slots.get(1).run {
                startClose("test") shouldBe true
                closed()
            }
            stand.slots.resize(1)
            stand.slots.size() shouldBe 1
            stand.lend().index() shouldBe 0
        }

        test("leases of slots that are gone still count") {
            val stand = Stand(3)
            stand.giveBack(0, 1, 2, held = stand.lendAll())
            PhaseCounts.of(stand.slots).leases() shouldBe 3
            for (i in 1..2) stand.slots.get(i).run {
                startClose("test")
                closed()
            }
            stand.slots.resize(1)
            PhaseCounts.of(stand.slots).leases() shouldBe 3
            stand.lend()
            PhaseCounts.of(stand.slots).leases() shouldBe 4
        }

        test("the census counts each slot once, and vacant ones not as connections") {
            val stand = Stand(4)
            stand.lend()
            stand.slots.get(3).run {
                startClose("test")
                closed()
            }
            stand.slots.get(2).startProbe(stand.now)
            val census = PhaseCounts.of(stand.slots)
            census.total() shouldBe 3
            census.count(Phase.LEASED) shouldBe 1
            census.count(Phase.PROBING) shouldBe 1
            census.count(Phase.IDLE) shouldBe 1
            census.count(Phase.VACANT) shouldBe 1
        }
    })

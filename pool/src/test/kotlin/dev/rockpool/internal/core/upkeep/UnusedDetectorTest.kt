package dev.rockpool.internal.core.upkeep

import dev.rockpool.CloseReason
import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.failed
import dev.rockpool.internal.core.queue.Waiter.Outcome
import dev.rockpool.internal.core.slot.Phase
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

/** When an unused pool is due to close, and that it closes only then. */
class UnusedDetectorTest :
    FunSpec({
        test("a pool is unused from the first look without a connection, and no longer once it has one") {
            val core = CoreFixture(2, filled = false)
            val unused = UnusedDetector(500)
            unused.limit() shouldBe 500
            unused.due(core.state, 1_000) shouldBe 1_500
            unused.due(core.state, 1_400) shouldBe 1_500
            core.fill(core.slots.get(0))
            unused.due(core.state, 1_450) shouldBe NEVER
            core.slots.get(0).startClose(CloseReason.EVICTED, "test")
            unused.due(core.state, 1_460) shouldBe NEVER
            core.slots.get(0).closed()
            unused.due(core.state, 1_470) shouldBe 1_970
        }

        test("a lease, a probe, a waiter, a pause and a refused caller are uses; a connect is none") {
            val core = CoreFixture(1, filled = false)
            val unused = UnusedDetector(500)
            val slot = core.slots.get(0)
            slot.reserve(core.now)
            unused.due(core.state, 1_000) shouldBe 1_500
            core.arrive(slot)
            val held = core.lend()
            unused.due(core.state, 1_100) shouldBe NEVER
            core.release(held)
            slot.startProbe(1_100)
            slot.phase() shouldBe Phase.PROBING
            unused.due(core.state, 1_110) shouldBe NEVER

            val other = CoreFixture(1, filled = false)
            other.state.lifecycle().pause()
            unused.due(other.state, 1_200) shouldBe NEVER
            other.run(other.state.lifecycle().resume())
            val caller = other.caller()
            unused.due(other.state, 1_200) shouldBe NEVER
            caller.decide(Outcome.CANCELLED)
            other.run(other.state.queueing().leave(caller))
            unused.due(other.state, 1_200) shouldBe 1_700
            other.connectivity.failed(1_200)
            other.connectivity.requestRetry()
            unused.due(other.state, 1_210) shouldBe NEVER
        }

        test("a caller that keeps the pool open starts the time anew") {
            val core = CoreFixture(1, filled = false)
            val unused = UnusedDetector(500)
            unused.due(core.state, 1_000) shouldBe 1_500
            core.now = 1_300
            core.state.lifecycle().keepOpen() shouldBe true
            core.state.lifecycle().keptAt() shouldBe 1_300
            unused.due(core.state, 1_400) shouldBe 1_800
        }

        test("only a pool without slots in use, waiters, pause and recent keepers closes, and it closes once") {
            val core = CoreFixture(1, filled = false)
            val slot = core.slots.get(0)
            slot.reserve(core.now)
            core.state.lifecycle().closeIfUnused(5_000) shouldBe false
            slot.openFailed()
            core.state.lifecycle().pause()
            core.state.lifecycle().closeIfUnused(5_000) shouldBe false
            core.run(core.state.lifecycle().resume())
            val caller = core.caller()
            core.state.lifecycle().closeIfUnused(5_000) shouldBe false
            caller.decide(Outcome.CANCELLED)
            core.run(core.state.queueing().leave(caller))
            core.now = 5_001
            core.state.lifecycle().keepOpen() shouldBe true
            core.state.lifecycle().closeIfUnused(5_000) shouldBe false
            core.state.lifecycle().isClosedUnused shouldBe false
            core.state.lifecycle().closeIfUnused(5_001) shouldBe true
            core.state.lifecycle().isClosedUnused shouldBe true
            core.state.isClosed shouldBe true
            core.state.lifecycle().closeIfUnused(5_001) shouldBe false
            core.state.lifecycle().keepOpen() shouldBe false
            core.state.tryLend().shouldBeNull()
        }

        test("a pool that was closed by its user has not closed itself") {
            val core = CoreFixture(1, filled = false)
            core.run(core.state.lifecycle().close())
            core.state.lifecycle().closeIfUnused(5_000) shouldBe false
            core.state.lifecycle().isClosedUnused shouldBe false
        }
    }) {
    private companion object {
        const val NEVER = Long.MAX_VALUE
    }
}

package dev.rockpool.internal.core.upkeep

import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Slot
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

private const val NEVER = Long.MAX_VALUE

/** A pool without an engine whose other side may be away. */
private class Port(minIdle: Int = 0, failFast: Long = 1_000, opens: Int = 3) {
    val core = CoreFixture(4, filled = false, backoff = { _, _ -> 400 }).apply { now = 0 }
    val settings = MaintenanceSettings(4, minIdle, opens, NEVER, false, NEVER, NEVER, 5_000, 250, failFast, 100, 25)
    private val upkeep = MaintenancePlanner(core.state, settings)

    /** As if `failFastAfter` was set to never while the pool runs. */
    fun keepCallersWaiting() =
        upkeep.settings(MaintenanceSettings(4, 0, 3, NEVER, false, NEVER, NEVER, 5_000, 250, NEVER, 100, 25))

    fun plan(now: Long): Plan<String> = upkeep.plan(now)

    fun downSince(now: Long): Long? {
        plan(now)
        return core.connectivity.down()?.since
    }

    fun fail(slot: Slot<String>, now: Long) = core.failOpen(slot, now)

    fun call() = core.wait()
}

/** What upkeep decides while connecting fails or hangs. */
class OutageMaintenanceTest :
    FunSpec({
        test("the breaker opens at its deadline, and a look is planned for that moment") {
            val port = Port(minIdle = 1)
            val slot = port.plan(10).open().single()
            port.fail(slot, 10)
            port.downSince(1_009) shouldBe null
            port.plan(1_009).nextLook() shouldBe 1_010
            port.downSince(1_010) shouldBe 10
        }

        test("with never it does not open; and not while anything is open") {
            val never = Port(minIdle = 1, failFast = NEVER)
            never.fail(never.plan(0).open().single(), 0)
            never.downSince(1_000_000) shouldBe null
            val port = Port(minIdle = 2)
            val (one, other) = port.plan(0).open()
            one.opened("c", 1, 0, NEVER)
            port.fail(other, 0)
            port.downSince(5_000) shouldBe null
            one.startClose("test")
            one.closed()
            port.downSince(6_000) shouldBe null
            port.downSince(7_000) shouldBe 6_000
        }

        test("it closes when failing fast is switched off, and a caller may wait again") {
            val port = Port(failFast = 100)
            port.call()
            port.fail(port.plan(0).open().single(), 0)
            port.downSince(100) shouldBe 0
            port.keepCallersWaiting()
            port.downSince(101) shouldBe null
            port.core.caller().outcome() shouldBe Waiter.Outcome.WAITING
        }

        test("while it is open it is probed, one at a time, though nobody waits and none is wanted idle") {
            val port = Port(failFast = 100)
            port.call()
            port.fail(port.plan(0).open().single(), 0)
            port.core.goDown(0)
            port.plan(399).open().shouldBeEmpty()
            port.plan(399).nextLook() shouldBe 400
            val probe = port.plan(400).open().single()
            port.plan(600).open().shouldBeEmpty()
            port.fail(probe, 600)
            port.plan(999).open().shouldBeEmpty()
            port.plan(1_000).open().size shouldBe 1
        }

        test("a refused caller asks once per attempt, and makes it due after the eager retry") {
            val port = Port(failFast = 100)
            port.call()
            port.fail(port.plan(0).open().single(), 0)
            port.core.goDown(0)
            port.downSince(200) shouldBe 0
            port.core.keeperWakes = 0
            repeat(50) { port.call() }
            port.core.keeperWakes shouldBe 1
            port.plan(249).open().shouldBeEmpty()
            port.fail(port.plan(250).open().single(), 250)
            port.plan(649).open().shouldBeEmpty()
            port.call()
            port.core.keeperWakes shouldBe 2
            port.plan(500).open().size shouldBe 1
        }

        test("a connect that hangs is joined by one more each time it is slow, up to the limit, if somebody waits") {
            val port = Port()
            port.call()
            val attempts = (0L..500L step 50).map { port.plan(it).open().size }
            attempts shouldBe listOf(1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0)
            val idle = Port(minIdle = 1)
            (0L..500L step 50).sumOf { idle.plan(it).open().size } shouldBe 1
        }

        test("the look for that is planned, and only the tick while nobody waits") {
            val port = Port()
            port.call()
            port.plan(0).nextLook() shouldBe 5_000
            port.plan(1).nextLook() shouldBe 100
            val idle = Port(minIdle = 1)
            idle.plan(0)
            idle.plan(1)
            idle.plan(5_001).nextLook() shouldBe 10_001
        }

        test("a probe that hangs while somebody waits is joined by an open after its time") {
            val port = Port(minIdle = 1)
            val slot = port.plan(0).open().single()
            slot.opened("c", 1, 0, NEVER)
            slot.doubt() shouldBe true
            port.call()
            port.plan(0).probe() shouldBe listOf(slot)
            port.plan(24).open().shouldBeEmpty()
            port.plan(24).nextLook() shouldBe 25
            port.plan(25).open().size shouldBe 1
            slot.unprobed() shouldBe true
            slot.isStale shouldBe true
        }

        test("a stale connection is help for whoever came after probes were begun, unless a probe hangs") {
            val port = Port(minIdle = 2)
            val slots = port.plan(0).open()
            slots.forEach { it.opened("c", 1, 0, NEVER) }
            slots.forEach { it.doubt() shouldBe true }
            fun help(now: Long) = InFlight.of(port.core.state.slots(), now, port.settings).help()
            help(0) shouldBe 2
            port.call()
            port.plan(0).probe().size shouldBe 1
            help(24) shouldBe 2
            help(25) shouldBe 0
        }
    })

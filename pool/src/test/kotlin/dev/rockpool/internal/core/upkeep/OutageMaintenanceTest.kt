package dev.rockpool.internal.core.upkeep

import dev.rockpool.CloseReason
import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Slot
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

private const val NEVER = Long.MAX_VALUE

/** A pool without an engine, whose server can be down. */
private class OutageFixture(minIdle: Int = 0, failFast: Long = 1_000, opens: Int = 3) {
    val core = CoreFixture(4, filled = false, backoff = { _, _ -> 400 }).apply { now = 0 }
    val settings = MaintenanceSettings(4, minIdle, opens, NEVER, false, NEVER, NEVER, 5_000, 250, failFast, 100, 25)
    private val planner = MaintenancePlanner(core.state, settings, core.allowance)

    /** Turns failing fast off, as if `failFastAfter` were set to never while the pool runs. */
    fun keepCallersWaiting() =
        planner.settings(MaintenanceSettings(4, 0, 3, NEVER, false, NEVER, NEVER, 5_000, 250, NEVER, 100, 25))

    fun plan(now: Long): Plan<String> = planner.plan(now)

    fun downSince(now: Long): Long? {
        plan(now)
        return core.connectivity.down()?.since
    }

    fun fail(slot: Slot<String>, now: Long) = core.failOpen(slot, now)

    fun call() = core.wait()
}

/** What the planner decides while connecting fails or hangs. */
class OutageMaintenanceTest :
    FunSpec({
        test("the pool counts as down after failFastAfter, and a look is planned for that moment") {
            val fixture = OutageFixture(minIdle = 1)
            val slot = fixture.plan(10).open().single()
            fixture.fail(slot, 10)
            fixture.downSince(1_009) shouldBe null
            fixture.plan(1_009).nextLook() shouldBe 1_010
            fixture.downSince(1_010) shouldBe 10
        }

        test("it never counts as down if failFastAfter is never, or while a connection is open") {
            val never = OutageFixture(minIdle = 1, failFast = NEVER)
            never.fail(never.plan(0).open().single(), 0)
            never.downSince(1_000_000) shouldBe null
            val fixture = OutageFixture(minIdle = 2)
            val (one, other) = fixture.plan(0).open()
            one.opened("c", 1, 0, NEVER)
            fixture.fail(other, 0)
            fixture.downSince(5_000) shouldBe null
            one.startClose(CloseReason.EVICTED, "test")
            one.closed()
            fixture.downSince(6_000) shouldBe null
            fixture.downSince(7_000) shouldBe 6_000
        }

        test("when failing fast is turned off, callers may wait again") {
            val fixture = OutageFixture(failFast = 100)
            fixture.call()
            fixture.fail(fixture.plan(0).open().single(), 0)
            fixture.downSince(100) shouldBe 0
            fixture.keepCallersWaiting()
            fixture.downSince(101) shouldBe null
            fixture.core.caller().outcome() shouldBe Waiter.Outcome.WAITING
        }

        test("while the pool is down one connect at a time is tried, even without waiters and a minimum") {
            val fixture = OutageFixture(failFast = 100)
            fixture.call()
            fixture.fail(fixture.plan(0).open().single(), 0)
            fixture.core.goDown(0)
            fixture.plan(399).open().shouldBeEmpty()
            fixture.plan(399).nextLook() shouldBe 400
            val probe = fixture.plan(400).open().single()
            fixture.plan(600).open().shouldBeEmpty()
            fixture.fail(probe, 600)
            fixture.plan(999).open().shouldBeEmpty()
            fixture.plan(1_000).open().size shouldBe 1
        }

        test("a caller that fails fast wakes the keeper once per attempt, which is due after the eager retry") {
            val fixture = OutageFixture(failFast = 100)
            fixture.call()
            fixture.fail(fixture.plan(0).open().single(), 0)
            fixture.core.goDown(0)
            fixture.downSince(200) shouldBe 0
            fixture.core.keeperWakes = 0
            repeat(50) { fixture.call() }
            fixture.core.keeperWakes shouldBe 1
            fixture.plan(249).open().shouldBeEmpty()
            fixture.fail(fixture.plan(250).open().single(), 250)
            fixture.plan(649).open().shouldBeEmpty()
            fixture.call()
            fixture.core.keeperWakes shouldBe 2
            fixture.plan(500).open().size shouldBe 1
        }

        test("while a caller waits, each slow connect is followed by one more, up to the limit") {
            val fixture = OutageFixture()
            fixture.call()
            val attempts = (0L..500L step 50).map { fixture.plan(it).open().size }
            attempts shouldBe listOf(1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0)
            val idle = OutageFixture(minIdle = 1)
            (0L..500L step 50).sumOf { idle.plan(it).open().size } shouldBe 1
        }

        test("a look is planned for when a connect becomes slow, and only the tick without waiters") {
            val fixture = OutageFixture()
            fixture.call()
            fixture.plan(0).nextLook() shouldBe 5_000
            fixture.plan(1).nextLook() shouldBe 100
            val idle = OutageFixture(minIdle = 1)
            idle.plan(0)
            idle.plan(1)
            idle.plan(5_001).nextLook() shouldBe 10_001
        }

        test("while a caller waits, a connect is started beside a slow probe") {
            val fixture = OutageFixture(minIdle = 1)
            val slot = fixture.plan(0).open().single()
            slot.opened("c", 1, 0, NEVER)
            slot.markStale() shouldBe true
            fixture.call()
            fixture.plan(0).probe() shouldBe listOf(slot)
            fixture.plan(24).open().shouldBeEmpty()
            fixture.plan(24).nextLook() shouldBe 25
            fixture.plan(25).open().size shouldBe 1
            slot.probeSkipped() shouldBe true
            slot.isStale shouldBe true
        }

        test("a stale connection counts as help for later waiters, unless a probe is slow") {
            val fixture = OutageFixture(minIdle = 2)
            val slots = fixture.plan(0).open()
            slots.forEach { it.opened("c", 1, 0, NEVER) }
            slots.forEach { it.markStale() shouldBe true }
            fun help(now: Long) = InFlight.of(fixture.core.state.slots(), now, fixture.settings).help()
            help(0) shouldBe 2
            fixture.call()
            fixture.plan(0).probe().size shouldBe 1
            help(24) shouldBe 2
            help(25) shouldBe 0
        }
    })

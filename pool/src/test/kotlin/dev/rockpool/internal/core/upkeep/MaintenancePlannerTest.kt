package dev.rockpool.internal.core.upkeep

import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.failed
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Slot
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

private const val NEVER = Long.MAX_VALUE

/** A pool without an engine. The test executes the plans at times it chooses. */
private class PlannerFixture(
    size: Int = 4,
    minIdle: Int = 0,
    opens: Int = 4,
    trust: Long = NEVER,
    onReturn: Boolean = false,
    idle: Long = NEVER,
    keepalive: Long = NEVER,
    tick: Long = 10,
    slowOpen: Long = 1_000,
) {
    val core = CoreFixture(size, filled = false).apply { now = 0 }
    private val planner =
        MaintenancePlanner(
            core.state,
            MaintenanceSettings(
                size,
                minIdle,
                opens,
                trust,
                onReturn,
                idle,
                keepalive,
                tick,
                250,
                NEVER,
                slowOpen,
                250,
            ),
            core.allowance,
        )
    val closing
        get() = core.closing

    fun plan(now: Long): Plan<String> = planner.plan(now)

    fun arrive(slot: Slot<String>, now: Long, expires: Long = NEVER) {
        slot.opened("connection", 1, now, expires)
        core.pool.offer(slot)
    }

    /** Executes the connects of a plan at once. */
    fun fill(now: Long, expires: Long = NEVER) = plan(now).open().onEach { arrive(it, now, expires) }

    fun wait(count: Int) = core.wait(count)

    fun lend() = core.lend()
}

class MaintenancePlannerTest :
    FunSpec({
        test("opens one connection per waiter, minus those in flight, within the limits") {
            val fixture = PlannerFixture(size = 5, opens = 3)
            fixture.wait(2)
            fixture.plan(0).open().size shouldBe 2
            fixture.plan(0).open().size shouldBe 0
            fixture.wait(2)
            fixture.plan(0).open().size shouldBe 1
        }

        test(
            "at the connect limit only the first waiter wakes the keeper, which looks again when one more is allowed"
        ) {
            val fixture = PlannerFixture(size = 6, opens = 2, tick = 1_000_000_000, slowOpen = NEVER / 2)
            fixture.wait(1)
            val held = fixture.fill(0).single()
            fixture.wait(1)
            fixture.plan(0).open().size shouldBe 1
            val wakes = fixture.core.keeperWakes
            fixture.wait(3)
            fixture.core.keeperWakes shouldBe wakes
            fixture.plan(0).nextLook() shouldBe 25_000_000
            fixture.plan(25_000_000).open().size shouldBe 1
            fixture.core.run(fixture.core.state.waiters().failed().failAll(null))
            fixture.plan(25_000_000).open().shouldBeEmpty()
            fixture.wait(2)
            fixture.core.keeperWakes shouldBe wakes + 1
            held.phase() shouldBe Phase.LEASED
        }

        test("each waiter wakes the keeper while a slot is stale or may be opened, and none does when all are in use") {
            val stale = PlannerFixture(size = 1, trust = 5)
            stale.wait(1)
            stale.fill(0)
            stale.core.run(stale.core.state.waiters().failed().failAll(null))
            val slot = stale.core.state.slots().get(0)
            stale.core.pool.release(slot, slot.ticket())
            repeat(3) { stale.plan(10L * it) }
            slot.isStale shouldBe true
            stale.core.keeperWakes = 0
            stale.wait(2)
            stale.core.keeperWakes shouldBe 2
            val free = PlannerFixture(size = 3, opens = 3)
            free.wait(1)
            free.plan(0)
            free.wait(1)
            free.core.keeperWakes shouldBe 2
            val full = PlannerFixture(size = 1)
            full.wait(1)
            full.fill(0)
            full.plan(1)
            full.core.keeperWakes = 0
            full.wait(2)
            full.core.keeperWakes shouldBe 0
        }

        test("a fresh slot about to serve a waiter does not become stale") {
            val fixture = PlannerFixture(size = 1, trust = 1)
            fixture.wait(1)
            val slot = fixture.plan(0).open().single()
            slot.opened("connection", 1, 0, NEVER)
            fixture.plan(10).nextLook() shouldBe 20
            slot.isStale shouldBe false
            fixture.core.pool.offer(slot)
            slot.phase() shouldBe Phase.LEASED
        }

        test(
            "without a trust window each waiter wakes the keeper, because a returned slot is stale and wakes nothing"
        ) {
            val fixture = PlannerFixture(size = 1, trust = 0)
            fixture.wait(1)
            val slot = fixture.fill(0).single()
            fixture.plan(1)
            fixture.core.pool.release(slot, slot.ticket()) shouldBe true
            slot.isStale shouldBe true
            fixture.core.keeperWakes = 0
            fixture.wait(2)
            fixture.core.keeperWakes shouldBe 2
        }

        test("opens nothing for a waiter whose connection is open but not handed over yet") {
            val fixture = PlannerFixture()
            fixture.wait(1)
            val slot = fixture.plan(0).open().single()
            slot.opened("connection", 1, 0, NEVER)
            fixture.plan(0).open().shouldBeEmpty()
        }

        test("opens the minimum without waiters, and nothing more") {
            val fixture = PlannerFixture(minIdle = 2)
            fixture.fill(0).size shouldBe 2
            fixture.plan(1).open().shouldBeEmpty()
            fixture.lend()
            fixture.plan(2).open().size shouldBe 1
        }

        test("while connects fail there is one attempt at a time, with growing pauses") {
            val fixture = PlannerFixture()
            fixture.wait(3)
            val first = fixture.plan(0).open()
            first.size shouldBe 3
            first.forEach { it.openFailed() }
            fixture.core.connectivity.failed(0)
            fixture.plan(0).open().shouldBeEmpty()
            fixture.plan(0).nextLook() shouldBe 10
            fixture.plan(99).open().shouldBeEmpty()
            val second = fixture.plan(100).open()
            second.size shouldBe 1
            fixture.plan(101).open().shouldBeEmpty()
            second.forEach { it.openFailed() }
            fixture.core.connectivity.failed(100)
            fixture.plan(299).open().shouldBeEmpty()
            fixture.plan(300).open().size shouldBe 1
        }

        test("while connects fail and a probe serves the only waiter, one more waiter wakes the keeper") {
            val fixture = PlannerFixture(size = 2, minIdle = 1)
            fixture.fill(0).single().startProbe(1) shouldBe true
            fixture.core.connectivity.failed(1)
            fixture.wait(1)
            fixture.plan(200).open().shouldBeEmpty()
            val before = fixture.core.keeperWakes
            fixture.wait(1)
            fixture.core.keeperWakes shouldBe before + 1
            fixture.plan(201).open().size shouldBe 1
        }

        test("while a caller waits, attempts are never further apart than the eager retry") {
            val fixture = PlannerFixture(minIdle = 1)
            repeat(8) { fixture.core.connectivity.failed(0) }
            fixture.plan(250).open().shouldBeEmpty()
            fixture.plan(250).nextLook() shouldBe 1_000
            fixture.wait(1)
            fixture.plan(249).open().shouldBeEmpty()
            fixture.plan(250).open().size shouldBe 1
        }

        test("a connection idle for the trust window becomes stale and is probed for the next waiter") {
            val fixture = PlannerFixture(minIdle = 1, trust = 100)
            val slot = fixture.fill(0).single()
            fixture.plan(1).nextLook() shouldBe 11
            fixture.plan(11).nextLook() shouldBe 21
            fixture.plan(95).nextLook() shouldBe 101
            fixture.plan(100)
            slot.isStale shouldBe false
            fixture.plan(101).nextLook() shouldBe NEVER
            slot.isStale shouldBe true
            fixture.core.state.tryLend() shouldBe null
            fixture.wait(1)
            fixture.plan(200).probe() shouldBe listOf(slot)
            fixture.plan(201).open().shouldBeEmpty()
            slot.probeSucceeded(201, 1) shouldBe true
            fixture.core.pool.offer(slot)
            slot.phase() shouldBe Phase.LEASED
        }

        test("using a connection restarts its trust window") {
            val fixture = PlannerFixture(minIdle = 1, trust = 100)
            val slot = fixture.fill(0).single()
            fixture.plan(1)
            fixture.lend().let { fixture.core.pool.release(it, it.ticket()) }
            fixture.plan(101)
            slot.isStale shouldBe false
            fixture.plan(201)
            slot.isStale shouldBe true
        }

        test("idle connections above the minimum are closed after the idle timeout, the last slots first") {
            val fixture = PlannerFixture(size = 4, minIdle = 1, idle = 1_000)
            fixture.wait(3)
            fixture.fill(0)
            repeat(3) { i -> fixture.core.state.slots().get(i).let { fixture.core.pool.release(it, it.ticket()) } }
            fixture.plan(1)
            fixture.plan(999).close().shouldBeEmpty()
            fixture.plan(1_001).close().map { it.index() } shouldBe listOf(2, 1)
            fixture.plan(9_999).close().shouldBeEmpty()
        }

        test("a probe directly after a return does not reset the idle time") {
            val fixture = PlannerFixture(size = 1, idle = 1_000)
            fixture.wait(1)
            val slot = fixture.plan(0).open().single()
            fixture.arrive(slot, 0)
            fixture.plan(5)
            fixture.core.pool.release(slot, slot.ticket())
            slot.startProbe(10) shouldBe true
            fixture.plan(10)
            slot.probeSucceeded(30, 20) shouldBe true
            fixture.plan(30)
            fixture.plan(1_009).close().shouldBeEmpty()
            fixture.plan(1_010).close() shouldBe listOf(slot)
        }

        test("an expired connection is closed when idle, and on return when leased") {
            val fixture = PlannerFixture(size = 2)
            fixture.wait(2)
            fixture.fill(0, expires = 500)
            val (held, idle) = List(2) { fixture.core.state.slots().get(it) }
            fixture.core.pool.release(idle, idle.ticket())
            fixture.plan(499).close().shouldBeEmpty()
            fixture.plan(500).close() shouldBe listOf(idle)
            fixture.closing.shouldBeEmpty()
            fixture.core.pool.release(held, held.ticket())
            fixture.closing shouldBe listOf(held)
        }

        test("keepalive probes only connections that were idle for the interval") {
            val fixture = PlannerFixture(size = 2, keepalive = 1_000)
            fixture.wait(2)
            fixture.fill(0)
            val (held, idle) = List(2) { fixture.core.state.slots().get(it) }
            fixture.core.pool.release(idle, idle.ticket())
            fixture.plan(1)
            fixture.plan(1_001).probe() shouldBe listOf(idle)
            idle.probeSucceeded(1_005, 5)
            fixture.plan(1_006).probe().shouldBeEmpty()
            fixture.plan(2_006).probe() shouldBe listOf(idle)
            held.phase() shouldBe Phase.LEASED
        }

        test("after the pool is closed, idle connections are closed at once and leased ones on return") {
            val fixture = PlannerFixture(size = 2, minIdle = 2)
            fixture.fill(0)
            val held = fixture.lend()
            fixture.core.run(fixture.core.state.lifecycle().close())
            fixture.plan(1).close().size shouldBe 1
            fixture.plan(2).open().shouldBeEmpty()
            fixture.core.pool.release(held, held.ticket())
            fixture.closing shouldBe listOf(held)
        }

        test("while a slot is leased the planner looks once per tick") {
            val fixture = PlannerFixture(minIdle = 1)
            fixture.fill(0)
            fixture.lend()
            val plan = fixture.plan(7)
            plan.nextLook() shouldBe 17
            fixture.plan(17)
            fixture.core.state.slots().get(0).phase() shouldBe Phase.LEASED
        }
    })

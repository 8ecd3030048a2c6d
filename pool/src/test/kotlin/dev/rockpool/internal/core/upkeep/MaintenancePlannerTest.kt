package dev.rockpool.internal.core.upkeep

import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.failed
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Slot
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe

private const val NEVER = Long.MAX_VALUE

/** A pool without an engine: the test carries out the plans, at times it chooses. */
private class House(
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
    private val upkeep =
        MaintenancePlanner(
            core.state,
            MaintenanceSettings(size, minIdle, opens, trust, onReturn, idle, keepalive, tick, 250, NEVER, slowOpen, 250),
        )
    val closing
        get() = core.closing

    fun plan(now: Long): Plan<String> = upkeep.plan(now)

    fun arrive(slot: Slot<String>, now: Long, expires: Long = NEVER) {
        slot.opened("connection", 1, now, expires)
        core.pool.offer(slot)
    }

    /** Carries out the opens of a plan at once. */
    fun fill(now: Long, expires: Long = NEVER) = plan(now).open().onEach { arrive(it, now, expires) }

    fun wait(count: Int) = core.wait(count)

    fun lend() = core.lend()
}

class MaintenancePlannerTest :
    FunSpec({
        test("opens one connection for each caller that waits, less those under way, within the limits") {
            val house = House(size = 5, opens = 3)
            house.wait(2)
            house.plan(0).open().size shouldBe 2
            house.plan(0).open().size shouldBe 0
            house.wait(2)
            house.plan(0).open().size shouldBe 1
        }

        test("while no more may be opened the keeper hears of the first who waits, and looks again when more may be") {
            val house = House(size = 6, opens = 2, tick = 1_000_000_000, slowOpen = NEVER / 2)
            house.wait(1)
            val held = house.fill(0).single()
            house.wait(1)
            house.plan(0).open().size shouldBe 1
            val heard = house.core.keeperWakes
            house.wait(3)
            house.core.keeperWakes shouldBe heard
            house.plan(0).nextLook() shouldBe 25_000_000
            house.plan(25_000_000).open().size shouldBe 1
            house.core.run(house.core.state.waiters().failAll(null))
            house.plan(25_000_000).open().shouldBeEmpty()
            house.wait(2)
            house.core.keeperWakes shouldBe heard + 1
            held.phase() shouldBe Phase.LEASED
        }

        test(
            "the keeper hears of each who waits while something is stale, or may be opened, and of nobody when all is in use"
        ) {
            val stale = House(size = 1, trust = 5)
            stale.wait(1)
            stale.fill(0)
            stale.core.run(stale.core.state.waiters().failAll(null))
            val slot = stale.core.state.slots().get(0)
            stale.core.pool.release(slot, slot.ticket())
            repeat(3) { stale.plan(10L * it) }
            slot.isStale shouldBe true
            stale.core.keeperWakes = 0
            stale.wait(2)
            stale.core.keeperWakes shouldBe 2
            val free = House(size = 3, opens = 3)
            free.wait(1)
            free.plan(0)
            free.wait(1)
            free.core.keeperWakes shouldBe 2
            val full = House(size = 1)
            full.wait(1)
            full.fill(0)
            full.plan(1)
            full.core.keeperWakes = 0
            full.wait(2)
            full.core.keeperWakes shouldBe 0
        }

        test("what is fresh while somebody waits is on its way to them, and does not grow stale") {
            val house = House(size = 1, trust = 1)
            house.wait(1)
            val slot = house.plan(0).open().single()
            slot.opened("connection", 1, 0, NEVER)
            house.plan(10).nextLook() shouldBe 20
            slot.isStale shouldBe false
            house.core.pool.offer(slot)
            slot.phase() shouldBe Phase.LEASED
        }

        test("without a trust window the keeper hears of each who waits: what is returned is stale, and tells nobody") {
            val house = House(size = 1, trust = 0)
            house.wait(1)
            val slot = house.fill(0).single()
            house.plan(1)
            house.core.pool.release(slot, slot.ticket()) shouldBe true
            slot.isStale shouldBe true
            house.core.keeperWakes = 0
            house.wait(2)
            house.core.keeperWakes shouldBe 2
        }

        test("opens nothing for a caller whose connection has arrived, but was not handed over yet") {
            val house = House()
            house.wait(1)
            val slot = house.plan(0).open().single()
            slot.opened("connection", 1, 0, NEVER)
            house.plan(0).open().shouldBeEmpty()
        }

        test("opens the minimum without anybody waiting, and nothing more") {
            val house = House(minIdle = 2)
            house.fill(0).size shouldBe 2
            house.plan(1).open().shouldBeEmpty()
            house.lend()
            house.plan(2).open().size shouldBe 1
        }

        test("while connects fail there is one attempt at a time, spaced further and further") {
            val house = House()
            house.wait(3)
            val first = house.plan(0).open()
            first.size shouldBe 3
            first.forEach { it.openFailed() }
            house.core.connectivity.failed(0)
            house.plan(0).open().shouldBeEmpty()
            house.plan(0).nextLook() shouldBe 10
            house.plan(99).open().shouldBeEmpty()
            val second = house.plan(100).open()
            second.size shouldBe 1
            house.plan(101).open().shouldBeEmpty()
            second.forEach { it.openFailed() }
            house.core.connectivity.failed(100)
            house.plan(299).open().shouldBeEmpty()
            house.plan(300).open().size shouldBe 1
        }

        test("while connects fail and a probe helps the only one who waits, the keeper hears of one more") {
            val house = House(size = 2, minIdle = 1)
            house.fill(0).single().startProbe(1) shouldBe true
            house.core.connectivity.failed(1)
            house.wait(1)
            house.plan(200).open().shouldBeEmpty()
            val before = house.core.keeperWakes
            house.wait(1)
            house.core.keeperWakes shouldBe before + 1
            house.plan(201).open().size shouldBe 1
        }

        test("while somebody waits, attempts are never further apart than the eager retry") {
            val house = House(minIdle = 1)
            repeat(8) { house.core.connectivity.failed(0) }
            house.plan(250).open().shouldBeEmpty()
            house.plan(250).nextLook() shouldBe 1_000
            house.wait(1)
            house.plan(249).open().shouldBeEmpty()
            house.plan(250).open().size shouldBe 1
        }

        test("a connection idle for the trust window becomes stale, and is probed for the next caller") {
            val house = House(minIdle = 1, trust = 100)
            val slot = house.fill(0).single()
            house.plan(1).nextLook() shouldBe 11
            house.plan(11).nextLook() shouldBe 21
            house.plan(95).nextLook() shouldBe 101
            house.plan(100)
            slot.isStale shouldBe false
            house.plan(101).nextLook() shouldBe NEVER
            slot.isStale shouldBe true
            house.core.state.tryLend() shouldBe null
            house.wait(1)
            house.plan(200).probe() shouldBe listOf(slot)
            house.plan(201).open().shouldBeEmpty()
            slot.proven(201, 1) shouldBe true
            house.core.pool.offer(slot)
            slot.phase() shouldBe Phase.LEASED
        }

        test("a connection that was used meanwhile starts its trust window anew") {
            val house = House(minIdle = 1, trust = 100)
            val slot = house.fill(0).single()
            house.plan(1)
            house.lend().let { house.core.pool.release(it, it.ticket()) }
            house.plan(101)
            slot.isStale shouldBe false
            house.plan(201)
            slot.isStale shouldBe true
        }

        test("idle connections above the minimum are closed after the idle timeout, the last slots first") {
            val house = House(size = 4, minIdle = 1, idle = 1_000)
            house.wait(3)
            house.fill(0)
            repeat(3) { i -> house.core.state.slots().get(i).let { house.core.pool.release(it, it.ticket()) } }
            house.plan(1)
            house.plan(999).close().shouldBeEmpty()
            house.plan(1_001).close().map { it.index() } shouldBe listOf(2, 1)
            house.plan(9_999).close().shouldBeEmpty()
        }

        test("a connection that was returned and is probed since then has been idle for that long") {
            val house = House(size = 1, idle = 1_000)
            house.wait(1)
            val slot = house.plan(0).open().single()
            house.arrive(slot, 0)
            house.plan(5)
            house.core.pool.release(slot, slot.ticket())
            slot.startProbe(10) shouldBe true
            house.plan(10)
            slot.proven(30, 20) shouldBe true
            house.plan(30)
            house.plan(1_009).close().shouldBeEmpty()
            house.plan(1_010).close() shouldBe listOf(slot)
        }

        test("an expired connection is closed when idle, and on return when leased") {
            val house = House(size = 2)
            house.wait(2)
            house.fill(0, expires = 500)
            val (held, idle) = List(2) { house.core.state.slots().get(it) }
            house.core.pool.release(idle, idle.ticket())
            house.plan(499).close().shouldBeEmpty()
            house.plan(500).close() shouldBe listOf(idle)
            house.closing.shouldBeEmpty()
            house.core.pool.release(held, held.ticket())
            house.closing shouldBe listOf(held)
        }

        test("keepalive probes what has been idle for its interval, and only that") {
            val house = House(size = 2, keepalive = 1_000)
            house.wait(2)
            house.fill(0)
            val (held, idle) = List(2) { house.core.state.slots().get(it) }
            house.core.pool.release(idle, idle.ticket())
            house.plan(1)
            house.plan(1_001).probe() shouldBe listOf(idle)
            idle.proven(1_005, 5)
            house.plan(1_006).probe().shouldBeEmpty()
            house.plan(2_006).probe() shouldBe listOf(idle)
            held.phase() shouldBe Phase.LEASED
        }

        test("once the lending is closed, everything idle is closed and what is leased on its return") {
            val house = House(size = 2, minIdle = 2)
            house.fill(0)
            val held = house.lend()
            house.core.run(house.core.state.close())
            house.plan(1).close().size shouldBe 1
            house.plan(2).open().shouldBeEmpty()
            house.core.pool.release(held, held.ticket())
            house.closing shouldBe listOf(held)
        }

        test("the longest lease is known to within a tick") {
            val house = House(minIdle = 1)
            house.fill(0)
            house.lend()
            val plan = house.plan(7)
            plan.nextLook() shouldBe 17
            house.plan(17)
            house.core.state.slots().get(0).phase() shouldBe Phase.LEASED
        }
    })

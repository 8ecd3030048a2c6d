package dev.rockpool.internal.core.upkeep

import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.failed
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.PhaseCounts
import dev.rockpool.internal.core.slot.Slot
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

private const val NEVER = Long.MAX_VALUE

/** How many connections the planner keeps when the size changes and when connections expire. */
class MaintenanceSizeTest :
    FunSpec({
        class PlannerFixture(size: Int, minIdle: Int = 0, keepalive: Long = NEVER, trust: Long = NEVER) {
            val core = CoreFixture(size, filled = false).apply { now = 0 }
            val closing
                get() = core.closing

            private var keepalive = keepalive
            private val trust = trust
            val planner = MaintenancePlanner(core.state, settings(size, minIdle), core.allowance)
            private var numbers = 0L

            fun settings(size: Int, minIdle: Int) =
                MaintenanceSettings(size, minIdle, 9, trust, false, NEVER, keepalive, 10, 250, NEVER, 1_000, 250)

            fun plan(now: Long): Plan<String> = planner.plan(now)

            fun fill(now: Long, expires: Long = NEVER) = plan(now).open().onEach { arrive(it, now, expires) }

            fun arrive(slot: Slot<String>, now: Long, expires: Long = NEVER) {
                slot.opened("connection", ++numbers, now, expires)
                core.pool.offer(slot)
            }

            fun lend() = core.lend()
        }

        test("a smaller pool closes surplus idle connections, starting with the last slots") {
            val fixture = PlannerFixture(4, minIdle = 4)
            fixture.fill(0).size shouldBe 4
            fixture.planner.settings(fixture.settings(2, 2))
            val plan = fixture.plan(1)
            plan.close().map { it.index() } shouldContainExactly listOf(3, 2)
            plan.close().map { it.reason() }.toSet() shouldBe setOf("the pool was made smaller")
            plan.nextLook() shouldBe 11
            plan.close().forEach { it.closed() }
            fixture.plan(2).close().shouldBeEmpty()
            fixture.core.state.slots().size() shouldBe 2
        }

        test("a smaller pool closes surplus leased connections when they are returned") {
            val fixture = PlannerFixture(3, minIdle = 3)
            fixture.fill(0)
            val held = List(3) { fixture.lend() }
            fixture.planner.settings(fixture.settings(1, 0))
            fixture.plan(1).close().shouldBeEmpty()
            held.count { it.isRetired } shouldBe 2
            fixture.plan(2).close().shouldBeEmpty()
            held.count { it.isRetired } shouldBe 2
            held.forEach { fixture.core.pool.release(it, it.ticket()) }
            fixture.closing.size shouldBe 2
            fixture.closing.forEach { it.closed() }
            PhaseCounts.of(fixture.core.state.slots()).total() shouldBe 1
        }

        test("a larger pool opens connections for its new minimum") {
            val fixture = PlannerFixture(1, minIdle = 1)
            fixture.fill(0)
            fixture.planner.settings(fixture.settings(3, 3))
            fixture.plan(1).open().size shouldBe 2
        }

        test("an expired connection needed for the minimum stays until a replacement is open") {
            val fixture = PlannerFixture(2, minIdle = 1)
            val old = fixture.fill(0, expires = 100).single()
            fixture.plan(50).nextLook() shouldBe 60
            fixture.plan(95).nextLook() shouldBe 100
            val plan = fixture.plan(100)
            plan.close().shouldBeEmpty()
            val replacement = plan.open().single()
            fixture.plan(101).open().shouldBeEmpty()
            fixture.arrive(replacement, 102)
            fixture.plan(103).close() shouldContainExactly listOf(old)
            old.reason() shouldBe "it reached its lifetime"
            old.closed()
            fixture.plan(104).close().shouldBeEmpty()
        }

        test("without room for a replacement expired connections are closed one at a time") {
            val fixture = PlannerFixture(2, minIdle = 2)
            fixture.fill(0, expires = 100)
            val first = fixture.plan(100).close().single()
            fixture.plan(101).close().shouldBeEmpty()
            first.closed()
            val opened = fixture.plan(102).open().single()
            fixture.plan(103).close().shouldBeEmpty()
            fixture.arrive(opened, 104)
            fixture.plan(105).close().size shouldBe 1
        }

        test("while connecting fails an expired connection stays") {
            val fixture = PlannerFixture(1, minIdle = 1)
            fixture.fill(0, expires = 100)
            fixture.core.connectivity.failed(90, 95)
            fixture.plan(100).close().shouldBeEmpty()
            fixture.core.connectivity.succeeded(110)
            fixture.plan(110).close().size shouldBe 1
        }

        test("while connecting fails an expired connection that is leased or being probed does not retire either") {
            val fixture = PlannerFixture(2, minIdle = 2)
            val (held, probed) = fixture.fill(0, expires = 100)
            held.lend() shouldBe true
            probed.startProbe(80) shouldBe true
            fixture.core.connectivity.failed(90, 95)
            fixture.plan(100)
            listOf(held, probed).map { it.isRetired } shouldBe listOf(false, false)
            fixture.core.connectivity.succeeded(110)
            fixture.plan(110)
            held.isRetired shouldBe true
        }

        test("an expired connection that is not needed is closed at once, a leased one on return") {
            val fixture = PlannerFixture(2, minIdle = 2)
            fixture.fill(0, expires = 100)
            val held = fixture.lend()
            fixture.planner.settings(fixture.settings(2, 0))
            fixture.plan(100).close().size shouldBe 1
            held.isRetired shouldBe true
            fixture.core.pool.release(held, held.ticket()) shouldBe true
            fixture.closing shouldContainExactly listOf(held)
        }

        test("the window grows at once with the peak of leased slots, and shrinks slowly") {
            val fixture = PlannerFixture(20, minIdle = 1)
            fixture.plan(0)
            repeat(20) { i ->
                fixture.core.state.slots().get(i).let {
                    if (it.phase() == Phase.VACANT) it.reserve(0)
                    fixture.arrive(it, 0)
                }
            }
            val held = List(16) { fixture.lend() }
            fixture.plan(1)
            fixture.core.state.slots().window() shouldBe 17
            held.forEach { fixture.core.pool.release(it, it.ticket()) }
            fixture.plan(2)
            fixture.core.state.slots().window() shouldBe 15
            repeat(40) { fixture.plan(3L + it) }
            fixture.core.state.slots().window() shouldBe 1
        }

        test("while a slot is leased or in flight, or a caller waits, the next look is one tick ahead") {
            val fixture = PlannerFixture(1)
            fixture.plan(0).nextLook() shouldBe NEVER
            fixture.core.wait()
            val plan = fixture.plan(5)
            plan.nextLook() shouldBe 15
            fixture.plan(6).nextLook() shouldBe 16
            fixture.arrive(plan.open().single(), 7)
            fixture.plan(8).nextLook() shouldBe 18
        }

        test("keepalive probes of connections that became idle together are spread, up to a fifth early") {
            val fixture = PlannerFixture(9, minIdle = 9, keepalive = 1_000, trust = 1)
            fixture.fill(0)
            fixture.plan(0)
            val probed = (0L..1_000).associateWith { now -> fixture.plan(now).probe() }.filterValues { it.isNotEmpty() }
            probed.values.flatten().size shouldBe 9
            probed.size shouldBe 9
            (probed.keys.min() >= 800) shouldBe true
            (probed.keys.max() <= 1_000) shouldBe true
        }
    })

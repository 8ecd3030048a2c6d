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

/** How many connections upkeep keeps when the size changes, and when they grow old. */
class MaintenanceSizeTest :
    FunSpec({
        class Yard(size: Int, minIdle: Int = 0, keepalive: Long = NEVER, trust: Long = NEVER) {
            val core = CoreFixture(size, filled = false).apply { now = 0 }
            val closing
                get() = core.closing

            private var keepalive = keepalive
            private val trust = trust
            val upkeep = MaintenancePlanner(core.state, settings(size, minIdle))
            private var numbers = 0L

            fun settings(size: Int, minIdle: Int) =
                MaintenanceSettings(size, minIdle, 9, trust, false, NEVER, keepalive, 10, 250, NEVER, 1_000, 250)

            fun plan(now: Long): Plan<String> = upkeep.plan(now)

            fun fill(now: Long, expires: Long = NEVER) = plan(now).open().onEach { arrive(it, now, expires) }

            fun arrive(slot: Slot<String>, now: Long, expires: Long = NEVER) {
                slot.opened("connection", ++numbers, now, expires)
                core.pool.offer(slot)
            }

            fun lend() = core.lend()
        }

        test("a smaller pool closes idle ones first, the last slots first, and as many as are too many") {
            val yard = Yard(4, minIdle = 4)
            yard.fill(0).size shouldBe 4
            yard.upkeep.settings(yard.settings(2, 2))
            val plan = yard.plan(1)
            plan.close().map { it.index() } shouldContainExactly listOf(3, 2)
            plan.close().map { it.reason() }.toSet() shouldBe setOf("the pool was made smaller")
            plan.nextLook() shouldBe 11
            plan.close().forEach { it.closed() }
            yard.plan(2).close().shouldBeEmpty()
            yard.core.state.slots().size() shouldBe 2
        }

        test("a smaller pool takes back on their return leased ones that are too many") {
            val yard = Yard(3, minIdle = 3)
            yard.fill(0)
            val held = List(3) { yard.lend() }
            yard.upkeep.settings(yard.settings(1, 0))
            yard.plan(1).close().shouldBeEmpty()
            held.count { it.isRetired } shouldBe 2
            yard.plan(2).close().shouldBeEmpty()
            held.count { it.isRetired } shouldBe 2
            held.forEach { yard.core.pool.release(it, it.ticket()) }
            yard.closing.size shouldBe 2
            yard.closing.forEach { it.closed() }
            PhaseCounts.of(yard.core.state.slots()).total() shouldBe 1
        }

        test("a larger pool opens for its new minimum") {
            val yard = Yard(1, minIdle = 1)
            yard.fill(0)
            yard.upkeep.settings(yard.settings(3, 3))
            yard.plan(1).open().size shouldBe 2
        }

        test("one past its lifetime that the minimum needs stays until another one has been opened") {
            val yard = Yard(2, minIdle = 1)
            val old = yard.fill(0, expires = 100).single()
            yard.plan(50).nextLook() shouldBe 60
            yard.plan(95).nextLook() shouldBe 100
            val plan = yard.plan(100)
            plan.close().shouldBeEmpty()
            val replacement = plan.open().single()
            yard.plan(101).open().shouldBeEmpty()
            yard.arrive(replacement, 102)
            yard.plan(103).close() shouldContainExactly listOf(old)
            old.reason() shouldBe "it reached its lifetime"
            old.closed()
            yard.plan(104).close().shouldBeEmpty()
        }

        test("without room for a replacement they go one at a time") {
            val yard = Yard(2, minIdle = 2)
            yard.fill(0, expires = 100)
            val first = yard.plan(100).close().single()
            yard.plan(101).close().shouldBeEmpty()
            first.closed()
            val opened = yard.plan(102).open().single()
            yard.plan(103).close().shouldBeEmpty()
            yard.arrive(opened, 104)
            yard.plan(105).close().size shouldBe 1
        }

        test("while connecting fails an old connection is better than none") {
            val yard = Yard(1, minIdle = 1)
            yard.fill(0, expires = 100)
            yard.core.connectivity.failed(90, 95)
            yard.plan(100).close().shouldBeEmpty()
            yard.core.connectivity.succeeded(110)
            yard.plan(110).close().size shouldBe 1
        }

        test("while connecting fails one that is leased, or probed for a caller, does not retire either") {
            val yard = Yard(2, minIdle = 2)
            val (held, probed) = yard.fill(0, expires = 100)
            held.lend() shouldBe true
            probed.startProbe(80) shouldBe true
            yard.core.connectivity.failed(90, 95)
            yard.plan(100)
            listOf(held, probed).map { it.isRetired } shouldBe listOf(false, false)
            yard.core.connectivity.succeeded(110)
            yard.plan(110)
            held.isRetired shouldBe true
        }

        test("one past its lifetime that is not needed is closed at once, a leased one on its return") {
            val yard = Yard(2, minIdle = 2)
            yard.fill(0, expires = 100)
            val held = yard.lend()
            yard.upkeep.settings(yard.settings(2, 0))
            yard.plan(100).close().size shouldBe 1
            held.isRetired shouldBe true
            yard.core.pool.release(held, held.ticket()) shouldBe true
            yard.closing shouldContainExactly listOf(held)
        }

        test("the window follows the peak of leased slots up at once, and down slowly") {
            val yard = Yard(20, minIdle = 1)
            yard.plan(0)
            repeat(20) { i ->
                yard.core.state.slots().get(i).let {
                    if (it.phase() == Phase.VACANT) it.reserve(0)
                    yard.arrive(it, 0)
                }
            }
            val held = List(16) { yard.lend() }
            yard.plan(1)
            yard.core.state.slots().window() shouldBe 17
            held.forEach { yard.core.pool.release(it, it.ticket()) }
            yard.plan(2)
            yard.core.state.slots().window() shouldBe 15
            repeat(40) { yard.plan(3L + it) }
            yard.core.state.slots().window() shouldBe 1
        }

        test("while anything is leased or under way, or somebody waits, the next look is one tick ahead") {
            val yard = Yard(1)
            yard.plan(0).nextLook() shouldBe NEVER
            yard.core.wait()
            val plan = yard.plan(5)
            plan.nextLook() shouldBe 15
            yard.plan(6).nextLook() shouldBe 16
            yard.arrive(plan.open().single(), 7)
            yard.plan(8).nextLook() shouldBe 18
        }

        test("keepalives of connections that went idle together are spread, up to a fifth early") {
            val yard = Yard(9, minIdle = 9, keepalive = 1_000, trust = 1)
            yard.fill(0)
            yard.plan(0)
            val probed = (0L..1_000).associateWith { now -> yard.plan(now).probe() }.filterValues { it.isNotEmpty() }
            probed.values.flatten().size shouldBe 9
            probed.size shouldBe 9
            (probed.keys.min() >= 800) shouldBe true
            (probed.keys.max() <= 1_000) shouldBe true
        }
    })

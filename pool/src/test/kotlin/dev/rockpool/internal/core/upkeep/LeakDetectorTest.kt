package dev.rockpool.internal.core.upkeep

import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.lending.LeaseListener
import dev.rockpool.internal.core.slot.Holder
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

private const val NEVER = Long.MAX_VALUE

/** A lending with its slots filled, whose keeper the test is. */
private class Watched(size: Int = 2) {
    val told = mutableListOf<String>()
    val core = CoreFixture(size, filled = false).apply { now = 0 }
    private val upkeep =
        MaintenancePlanner(
            core.state,
            MaintenanceSettings(size, 0, 4, NEVER, false, NEVER, NEVER, 10, 250, NEVER, 1_000, 250),
        )
    private val watch = LeakDetector(core.state)

    init {
        core.slots.all().forEach { core.fill(it) }
    }

    fun look(at: Long, threshold: Long = 100): List<LeakDetector.Overdue<String>> {
        core.now = at
        upkeep.plan(at)
        return watch.look(at, threshold)
    }

    fun lend(holder: Any = "holder") = core.state.tryLend(holder).shouldNotBeNull()

    fun tellLeases(on: Boolean) = core.state.recorder().listener(if (on) Told() else null)

    private inner class Told : LeaseListener {
        override fun acquired(connection: Long) {
            told += "acquired $connection"
        }

        override fun released(connection: Long) {
            told += "released $connection"
        }
    }
}

class LeakDetectorTest :
    FunSpec({
        test("a lease is overdue once it has lasted for the threshold, and new only once") {
            val watched = Watched()
            watched.look(0).shouldBeEmpty()
            val slot = watched.lend()
            watched.look(99).shouldBeEmpty()
            val overdue = watched.look(100).single()
            overdue.slot shouldBe slot
            overdue.held shouldBe 100
            overdue.first shouldBe true
            watched.look(110).single().first shouldBe false
            watched.core.pool.release(slot, slot.ticket())
            watched.look(120).shouldBeEmpty()
        }

        test("the next lease of the same slot counts from its own beginning") {
            val watched = Watched(1)
            val slot = watched.lend()
            watched.look(100).single().first shouldBe true
            watched.core.pool.release(slot, slot.ticket())
            watched.lend()
            watched.look(190).shouldBeEmpty()
            watched.look(200).single().first shouldBe true
        }

        test("what is not measured is seen to within one look") {
            val watched = Watched(1)
            watched.core.state.recorder().look(1_000_000_000, 1_000_000_000) // a million per second: few are measured
            repeat(4) { watched.lend().let { watched.core.pool.release(it, it.ticket()) } }
            watched.look(1_000_000_005)
            watched.lend()
            watched.look(1_000_000_010)
            watched.look(1_000_000_100).shouldBeEmpty()
            watched.look(1_000_000_110).single().held shouldBe 100
        }

        test("without a threshold nothing is overdue, and what is being reset never is") {
            val watched = Watched(1)
            val slot = watched.lend()
            watched.look(1_000_000, threshold = NEVER).shouldBeEmpty()
            slot.grant(slot.ticket(), Holder.RESET)
            watched.look(2_000_000).shouldBeEmpty()
        }

        test("leases are told while that is asked for, each beginning and each end once") {
            val watched = Watched(1)
            val pool = watched.core.pool
            watched.lend().let { pool.release(it, it.ticket()) }
            watched.tellLeases(true)
            val slot = watched.lend()
            val ticket = slot.ticket()
            pool.release(slot, ticket)
            pool.release(slot, ticket)
            watched.lend().let { pool.discard(it, it.ticket(), "test") }
            watched.tellLeases(false)
            watched.told shouldContainExactly listOf("acquired 1", "released 1", "acquired 1", "released 1")
        }
    })

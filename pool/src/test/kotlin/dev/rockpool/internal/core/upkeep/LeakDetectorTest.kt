package dev.rockpool.internal.core.upkeep

import dev.rockpool.CloseReason
import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.lending.LeaseListener
import dev.rockpool.internal.core.slot.Holder
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

private const val NEVER = Long.MAX_VALUE

/** A pool state with filled slots. The test acts as its keeper. */
private class LeakFixture(size: Int = 2) {
    val events = mutableListOf<String>()
    val core = CoreFixture(size, filled = false).apply { now = 0 }
    private val planner =
        MaintenancePlanner(
            core.state,
            MaintenanceSettings(size, 0, 4, NEVER, false, NEVER, NEVER, 10, 250, NEVER, 1_000, 250),
            core.allowance,
        )
    private val detector = LeakDetector(core.state)

    init {
        core.slots.all().forEach { core.fill(it) }
    }

    fun look(at: Long, threshold: Long = 100): List<LeakDetector.Overdue<String>> {
        core.now = at
        planner.plan(at)
        return detector.look(at, threshold)
    }

    fun lend(holder: Any = "holder") = core.state.tryLend(holder).shouldNotBeNull()

    fun listen(on: Boolean) = core.state.recorder().listener(if (on) RecordingListener() else null)

    private inner class RecordingListener : LeaseListener {
        override fun acquired(connection: Long) {
            events += "acquired $connection"
        }

        override fun released(connection: Long) {
            events += "released $connection"
        }
    }
}

class LeakDetectorTest :
    FunSpec({
        test("a lease is overdue after the threshold, and is reported as new only once") {
            val fixture = LeakFixture()
            fixture.look(0).shouldBeEmpty()
            val slot = fixture.lend()
            fixture.look(99).shouldBeEmpty()
            val overdue = fixture.look(100).single()
            overdue.slot shouldBe slot
            overdue.held shouldBe 100
            overdue.first shouldBe true
            fixture.look(110).single().first shouldBe false
            fixture.core.pool.release(slot, slot.ticket())
            fixture.look(120).shouldBeEmpty()
        }

        test("the next lease of the same slot is timed from its own start") {
            val fixture = LeakFixture(1)
            val slot = fixture.lend()
            fixture.look(100).single().first shouldBe true
            fixture.core.pool.release(slot, slot.ticket())
            fixture.lend()
            fixture.look(190).shouldBeEmpty()
            fixture.look(200).single().first shouldBe true
        }

        test("the age of a lease without a start time is known to within one look") {
            val fixture = LeakFixture(1)
            fixture.core.state
                .recorder()
                .look(1_000_000_000, 1_000_000_000) // a million leases per second: few start times are recorded
            repeat(4) { fixture.lend().let { fixture.core.pool.release(it, it.ticket()) } }
            fixture.look(1_000_000_005)
            fixture.lend()
            fixture.look(1_000_000_010)
            fixture.look(1_000_000_100).shouldBeEmpty()
            fixture.look(1_000_000_110).single().held shouldBe 100
        }

        test("without a threshold no lease is overdue, and a connection being reset never is") {
            val fixture = LeakFixture(1)
            val slot = fixture.lend()
            fixture.look(1_000_000, threshold = NEVER).shouldBeEmpty()
            slot.grant(slot.ticket(), Holder.RESET)
            fixture.look(2_000_000).shouldBeEmpty()
        }

        test("while a listener is set it is called once for each lease start and end") {
            val fixture = LeakFixture(1)
            val pool = fixture.core.pool
            fixture.lend().let { pool.release(it, it.ticket()) }
            fixture.listen(true)
            val slot = fixture.lend()
            val ticket = slot.ticket()
            pool.release(slot, ticket)
            pool.release(slot, ticket)
            fixture.lend().let { pool.discard(it, it.ticket(), CloseReason.EVICTED, "test") }
            fixture.listen(false)
            fixture.events shouldContainExactly listOf("acquired 1", "released 1", "acquired 1", "released 1")
        }
    })

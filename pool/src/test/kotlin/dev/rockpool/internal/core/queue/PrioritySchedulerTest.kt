package dev.rockpool.internal.core.queue

import dev.rockpool.Priority
import dev.rockpool.ReusePolicy
import dev.rockpool.internal.core.lending.PoolState
import dev.rockpool.internal.core.lending.Signals
import dev.rockpool.internal.core.slot.Slot
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

private class Called(private val parked: Boolean, since: Long, priority: Priority, private val fails: Boolean = false) :
    Waiter<String>(since, Long.MAX_VALUE, priority) {
    var wakes = 0

    override fun parks() = parked

    override fun wake() {
        wakes++
        if (fails) throw OutOfMemoryError("unable to create native thread")
    }
}

private class Hall(patience: Long = 100) : Signals<String> {
    var now = 1_000L
    val unheard = mutableListOf<Throwable>()
    val lending = PoolState(1, ReusePolicy.AFFINE, Int.MAX_VALUE, patience, { now }, this)

    init {
        val slot = lending.slots().get(0)
        slot.reserve(0)
        slot.opened("connection", 1, now, Long.MAX_VALUE)
    }

    fun lend(): Slot<String> = lending.tryLend().shouldNotBeNull()

    fun release(slot: Slot<String>) = lending.release(slot, slot.ticket()) shouldBe true

    fun call(priority: Priority, parked: Boolean = false, fails: Boolean = false) =
        Called(parked, now, priority, fails).also { lending.enqueue(it) shouldBe PoolState.Enqueued.WAITS }

    override fun demand() = Unit

    override fun retired(slot: Slot<String>) = Unit

    override fun unheard(waiter: Waiter<String>, why: Throwable) {
        unheard += why
    }
}

/** Priorities, and waiters that cannot be told, without an engine. */
class PrioritySchedulerTest :
    FunSpec({
        test("turns are counted only while somebody waits below, and a turn that went down begins a new count") {
            val low = FifoLane<String>()
            val high = FifoLane<String>()
            val turns = PriorityScheduler(listOf(high, low))
            high.append(Called(false, 0, Priority.HIGH))
            repeat(20) { turns.took(0) }
            turns.next() shouldBe 0
            low.append(Called(false, 0, Priority.LOW))
            repeat(2) {
                repeat(7) {
                    turns.next() shouldBe 0
                    turns.took(0)
                }
                turns.next() shouldBe 1
                turns.took(1)
            }
        }

        test("the patience of the thread that has waited longest counts, whatever its priority") {
            val hall = Hall(patience = 100)
            val held = hall.lend()
            val low = hall.call(Priority.LOW, parked = true)
            hall.now += 100
            val high = hall.call(Priority.HIGH, parked = true)
            hall.release(held)
            high.outcome() shouldBe Waiter.Outcome.SERVED
            low.isWoken shouldBe false
            hall.lending.tryLend() shouldBe null
            hall.release(high.slot())
            low.outcome() shouldBe Waiter.Outcome.SERVED
        }

        test("a woken thread that takes a slot itself takes a turn, too") {
            val hall = Hall()
            var held = hall.lend()
            val low = hall.call(Priority.LOW, parked = true)
            repeat(7) {
                val high = hall.call(Priority.HIGH, parked = true)
                hall.release(held)
                hall.lending.lookAgain(high) shouldBe true
                held = high.slot()
            }
            hall.call(Priority.HIGH, parked = true).isWoken shouldBe false
            hall.release(held)
            low.isWoken shouldBe true
        }

        test("closing fails whoever waits, of every priority") {
            val hall = Hall()
            hall.lend()
            val all = Priority.entries.map { hall.call(it) }
            hall.lending.close()
            all.map { it.outcome() }.toSet() shouldContainExactly setOf(Waiter.Outcome.FAILED)
            hall.lending.waiting() shouldBe 0
        }

        test("a waiter that cannot be told keeps nothing: the next one is served, and the ticket is worth nothing") {
            val hall = Hall()
            val held = hall.lend()
            val doomed = List(1_000) { hall.call(Priority.NORMAL, fails = true) }
            val next = hall.call(Priority.NORMAL)
            hall.release(held)
            next.outcome() shouldBe Waiter.Outcome.SERVED
            hall.unheard.size shouldBe 1_000
            hall.lending.release(doomed.last().slot(), doomed.last().ticket()) shouldBe false
            next.slot().isHeldBy(next.ticket()) shouldBe true
        }

        test("one that cannot be told of its timeout does not keep the others from hearing of theirs") {
            val hall = Hall()
            hall.lend()
            val doomed = hall.call(Priority.HIGH, fails = true)
            val other = hall.call(Priority.LOW)
            hall.lending.waiters().refuse(IllegalStateException("away"))
            listOf(doomed, other).map { it.wakes } shouldContainExactly listOf(1, 1)
            hall.lending.waiters().isRefusing shouldBe true
            hall.call(Priority.HIGH).outcome() shouldBe Waiter.Outcome.FAILED
            hall.lending.waiters().isAsked shouldBe true
            hall.lending.waiters().admit()
            hall.lending.waiters().isAsked shouldBe false
            hall.call(Priority.HIGH).outcome() shouldBe Waiter.Outcome.WAITING
        }
    })

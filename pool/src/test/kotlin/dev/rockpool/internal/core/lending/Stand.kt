package dev.rockpool.internal.core.lending

import dev.rockpool.Priority
import dev.rockpool.ReusePolicy
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.core.slot.Slots
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** A lending without an engine, its slots filled, and a clock that the test moves. */
internal class Stand(
    size: Int,
    policy: ReusePolicy = ReusePolicy.AFFINE,
    maxPending: Int = Int.MAX_VALUE,
    patience: Long = 0,
) : Signals<String> {
    /** A waiter that only notes what it is told. */
    class Caller(private val parked: Boolean, since: Long, deadline: Long, priority: Priority) :
        Waiter<String>(since, deadline, priority) {
        var wakes = 0

        override fun parks() = parked

        override fun wake() {
            wakes++
        }
    }

    var now = 1_000L
    var demands = 0
    val retired = mutableListOf<Slot<String>>()
    val lending = PoolState(size, policy, maxPending, patience, { now }, this)
    val slots: Slots<String> = lending.slots()

    init {
        slots.all().forEach(::fill)
    }

    fun fill(slot: Slot<String>) {
        slot.reserve(now) shouldBe true
        slot.opened("connection ${slot.index()}", slot.index() + 1L, now, Long.MAX_VALUE)
        lending.offer(slot)
    }

    fun lend(): Slot<String> = lending.tryLend().shouldNotBeNull()

    fun release(slot: Slot<String>) = lending.release(slot, slot.ticket()) shouldBe true

    fun caller(parked: Boolean = false, deadline: Long = Long.MAX_VALUE, priority: Priority = Priority.NORMAL): Caller =
        Caller(parked, now, deadline, priority).also { lending.enqueue(it) shouldBe PoolState.Enqueued.WAITS }

    override fun demand() {
        demands++
    }

    override fun retired(slot: Slot<String>) {
        retired += slot
    }
}

package dev.rockpool.internal.core.lending

import dev.rockpool.ReusePolicy
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.queue.Waiter.Outcome
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Slot
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe

/** A waiter that only notes what it is told. */
private class Note(private val parked: Boolean, since: Long, deadline: Long = Long.MAX_VALUE) :
    Waiter<String>(since, deadline) {
    var wakes = 0

    override fun parks() = parked

    override fun wake() {
        wakes++
    }
}

/** A lending with its slots filled, and a clock that the test moves. */
private class Desk(size: Int, patience: Long = 100, maxPending: Int = Int.MAX_VALUE) : Signals<String> {
    var now = 1_000L
    var demands = 0
    val retired = mutableListOf<Slot<String>>()
    val probed = mutableListOf<Slot<String>>()
    val lending = PoolState(size, ReusePolicy.AFFINE, maxPending, patience, { now }, this)

    init {
        for (i in 0 until size) fill(lending.slots().get(i))
    }

    fun fill(slot: Slot<String>) {
        slot.reserve(0) shouldBe true
        slot.opened("connection ${slot.index()}", slot.index() + 1L, now, Long.MAX_VALUE)
        lending.offer(slot)
    }

    fun lend(): Slot<String> = lending.tryLend().shouldNotBeNull()

    fun release(slot: Slot<String>) = lending.release(slot, slot.ticket()) shouldBe true

    fun coroutine(deadline: Long = Long.MAX_VALUE) =
        Note(false, now, deadline).also { lending.enqueue(it) shouldBe PoolState.Enqueued.WAITS }

    fun thread() = Note(true, now).also { lending.enqueue(it) shouldBe PoolState.Enqueued.WAITS }

    override fun demand() {
        demands++
    }

    override fun retired(slot: Slot<String>) {
        retired += slot
    }

    override fun probe(slot: Slot<String>) {
        probed += slot
    }
}

class PoolStateTest :
    FunSpec({
        test("what is doubted is looked at once more, though a look that was ending said that nothing is spare") {
            val desk = Desk(2)
            desk.lending.doubtAll()
            desk.lending.spare(WakePolicy.NOTHING)
            desk.demands shouldBe 1
            desk.lending.slots().all().forEach { it.isStale shouldBe true }
        }

        test("the first who waits has something stale probed itself; for those behind it the keeper does") {
            val desk = Desk(3)
            val held = desk.lend()
            desk.lending.slots().all().forEach { it.doubt() }
            desk.now = 2_000
            val first = desk.coroutine()
            desk.probed.map { it.phase() to it.begunAt } shouldBe listOf(Phase.PROBING to 2_000L)
            desk.demands shouldBe 1
            desk.thread()
            desk.probed.size shouldBe 1
            desk.demands shouldBe 2
            desk.probed.single().proven(desk.now, 1) shouldBe true
            desk.lending.offer(desk.probed.single())
            first.outcome() shouldBe Outcome.SERVED
            desk.release(held)
        }

        test("a connection that grew stale on its way to a waiter is probed for it") {
            val desk = Desk(1)
            val slot = desk.lend()
            desk.lending.discard(slot, slot.ticket(), "closed") shouldBe true
            slot.closed()
            val waiter = desk.coroutine()
            slot.reserve(0) shouldBe true
            slot.opened("another", 2, desk.now, Long.MAX_VALUE)
            slot.doubt() shouldBe true // the keeper looks at this moment, and its trust window is short
            desk.lending.offer(slot)
            desk.probed shouldContainExactly listOf(slot)
            slot.phase() shouldBe Phase.PROBING
            slot.proven(desk.now, 1) shouldBe true
            desk.lending.offer(slot)
            waiter.outcome() shouldBe Outcome.SERVED
        }

        test("nothing is probed for a caller during a pause, when nothing is stale, or when the keeper said so") {
            fun probed(prepare: Desk.() -> Unit) =
                Desk(1).run {
                    prepare()
                    thread()
                    probed.size
                }
            probed { lending.slots().get(0).doubt() } shouldBe 1
            probed { lend() } shouldBe 0
            probed {
                lending.slots().get(0).doubt()
                lending.pause()
            } shouldBe 0
            probed {
                lending.slots().get(0).doubt()
                lending.spare(WakePolicy.NOTHING)
            } shouldBe 0
        }

        test("a slot freed between a caller's look and its publication is found") {
            for (parked in listOf(true, false)) {
                val desk = Desk(1)
                val held = desk.lend()
                desk.lending.tryLend().shouldBeNull()
                desk.release(held)
                val waiter = if (parked) desk.thread() else desk.coroutine()
                waiter.wakes shouldBe 1
                (if (parked) waiter.isWoken else waiter.outcome() == Outcome.SERVED) shouldBe true
            }
        }

        test("two slots freed before the woken thread has looked serve two threads") {
            val desk = Desk(2)
            val slots = List(2) { desk.lend() }
            val first = desk.thread()
            val second = desk.thread()
            slots.forEach(desk::release)
            first.isWoken shouldBe true
            second.isWoken shouldBe false
            desk.lending.lookAgain(first) shouldBe true
            desk.lending.passOn(first)
            second.isWoken shouldBe true
            desk.lending.lookAgain(second) shouldBe true
            listOf(first, second).map { it.outcome() } shouldContainExactly listOf(Outcome.SERVED, Outcome.SERVED)
            desk.lending.waiting() shouldBe 0
        }

        test("a thread that was woken and gives up passes the word on") {
            val desk = Desk(1)
            val held = desk.lend()
            val first = desk.thread()
            val second = desk.thread()
            desk.release(held)
            first.decide(Outcome.TIMED_OUT) shouldBe true
            desk.lending.leave(first)
            second.isWoken shouldBe true
        }

        test("a woken thread that finds nothing keeps its place and is woken again") {
            val desk = Desk(1)
            val held = desk.lend()
            val waiter = desk.thread()
            desk.release(held)
            val passer = desk.lend()
            desk.lending.lookAgain(waiter) shouldBe false
            desk.lending.waiting() shouldBe 1
            desk.release(passer)
            waiter.wakes shouldBe 2
            desk.lending.lookAgain(waiter) shouldBe true
        }

        test("newcomers may pass a thread while it is patient, and not afterwards") {
            val desk = Desk(1, patience = 100)
            val held = desk.lend()
            val waiter = desk.thread()
            desk.now += 99
            desk.release(held)
            val passer = desk.lend()
            desk.now += 1
            desk.release(passer)
            desk.lending.tryLend().shouldBeNull()
            waiter.outcome() shouldBe Outcome.SERVED
        }

        test(
            "when slots come back faster than threads can be woken, newcomers may pass them all the same for a while"
        ) {
            val desk = Desk(1, patience = 100)
            val held = desk.lend()
            val threads = List(4) { desk.thread() }
            desk.now += 100
            desk.release(held)
            threads[0].outcome() shouldBe Outcome.SERVED
            desk.release(threads[0].slot())
            threads[1].outcome() shouldBe Outcome.SERVED
            desk.lending.tryLend().shouldBeNull()
            desk.release(threads[1].slot())
            threads[2].outcome() shouldBe Outcome.WAITING
            threads[2].isWoken shouldBe true
            desk.now += 99
            val passer = desk.lend()
            desk.now += 1
            desk.release(passer)
            threads[2].outcome() shouldBe Outcome.SERVED
            desk.lending.tryLend().shouldBeNull()
        }

        test("a thread that takes a slot itself is none of the hand-overs that are bounded") {
            val desk = Desk(1, patience = 100)
            var held = desk.lend()
            val awake = List(2) { desk.thread() }
            val asleep = List(2) { desk.thread() }
            desk.now += 50
            for (thread in awake) {
                desk.release(held)
                desk.lending.lookAgain(thread) shouldBe true
                held = thread.slot()
            }
            desk.now += 50 // within one patience of both looks, had they counted
            for (thread in asleep) {
                desk.release(held)
                thread.outcome() shouldBe Outcome.SERVED
                held = thread.slot()
            }
        }

        test("newcomers never pass a coroutine, not even one that waits behind a thread") {
            val desk = Desk(1)
            val held = desk.lend()
            val thread = desk.thread()
            val coroutine = desk.coroutine()
            desk.release(held)
            thread.outcome() shouldBe Outcome.SERVED
            desk.lending.tryLend().shouldBeNull()
            desk.release(thread.slot())
            coroutine.outcome() shouldBe Outcome.SERVED
        }

        test("a waiter that was cancelled before its turn is skipped, and its slot serves the next") {
            val desk = Desk(1)
            val held = desk.lend()
            val cancelled = desk.coroutine()
            val next = desk.coroutine()
            cancelled.decide(Outcome.CANCELLED)
            desk.release(held)
            cancelled.wakes shouldBe 0
            next.outcome() shouldBe Outcome.SERVED
        }

        test("a slot that nobody wants any more becomes idle") {
            val desk = Desk(1)
            val held = desk.lend()
            desk.coroutine().decide(Outcome.CANCELLED)
            desk.release(held)
            desk.lending.waiting() shouldBe 0
            desk.lend().leases() shouldBe 2
        }

        test("a woken thread that was served meanwhile gives back what it found, and that was no lease") {
            val desk = Desk(2)
            val slots = List(2) { desk.lend() }
            val waiter = desk.thread()
            desk.release(slots[0])
            waiter.isWoken shouldBe true
            waiter.decide(Outcome.TIMED_OUT) shouldBe true
            desk.lending.lookAgain(waiter) shouldBe true
            slots[0].leases() shouldBe 1
            slots[0].phase() shouldBe Phase.IDLE
        }

        test("the earliest deadline is known whatever the order of arrival, and expiry takes exactly what is due") {
            val desk = Desk(1)
            val held = desk.lend()
            val waiters = listOf(500L, 300L, 400L, 300L, 900L, 800L).map { desk.coroutine(it) }
            val expired = mutableListOf<Int>()
            for (time in listOf(299L, 300L, 400L, 500L, 800L)) {
                desk.lending.waiters().expire(time)
                waiters.forEachIndexed { i, w -> if (w.wakes == 1 && i !in expired) expired += i }
            }
            expired shouldContainExactly listOf(1, 3, 2, 0, 5)
            desk.lending.waiters().nextDeadline() shouldBe 900
            desk.release(held)
            waiters[4].outcome() shouldBe Outcome.SERVED
            desk.lending.waiters().nextDeadline() shouldBe Long.MAX_VALUE
        }

        test("waiters with short deadlines that were served do not pile up") {
            val desk = Desk(1)
            desk.coroutine(Long.MAX_VALUE - 1).outcome() shouldBe Outcome.SERVED
            repeat(10_000) { i ->
                val waiter = desk.coroutine(10_000_000L - i)
                waiter.decide(Outcome.CANCELLED)
                desk.lending.leave(waiter)
            }
            desk.lending.waiters().nextDeadline() shouldBe Long.MAX_VALUE
            desk.lending.waiting() shouldBe 0
        }

        test("a full queue turns away, a closed one too, and closing fails whoever waits") {
            val desk = Desk(1, maxPending = 1)
            val held = desk.lend()
            val waiter = desk.coroutine()
            desk.lending.enqueue(Note(false, 0)) shouldBe PoolState.Enqueued.FULL
            desk.lending.close() shouldBe true
            desk.lending.close() shouldBe false
            waiter.outcome() shouldBe Outcome.FAILED
            waiter.failure().shouldBeNull()
            desk.lending.enqueue(Note(false, 0)) shouldBe PoolState.Enqueued.CLOSED
            desk.release(held)
            desk.lending.tryLend().shouldBeNull()
        }

        test("a connection that was retired while leased is closed on return, not lent") {
            val desk = Desk(1)
            val held = desk.lend()
            held.retire() shouldBe true
            desk.release(held)
            desk.retired shouldContainExactly listOf(held)
            held.phase() shouldBe Phase.CLOSING
        }

        test("a second release is refused, also after the slot was lent again") {
            val desk = Desk(1)
            val slot = desk.lend()
            val ticket = slot.ticket()
            desk.release(slot)
            desk.lending.release(slot, ticket) shouldBe false
            val again = desk.lend()
            desk.lending.release(slot, ticket) shouldBe false
            desk.lending.discard(slot, ticket, "test") shouldBe false
            again.isHeldBy(again.ticket()) shouldBe true
        }

        test("the keeper hears of a waiter only when it could help") {
            val desk = Desk(1)
            val held = desk.lend()
            desk.coroutine()
            desk.demands shouldBe 1
            desk.lending.spare(WakePolicy.NOTHING)
            desk.coroutine()
            desk.demands shouldBe 1
            desk.release(held)
        }
    })

package dev.rockpool.internal.core.lending

import dev.rockpool.Priority
import dev.rockpool.internal.core.queue.OverloadSettings
import dev.rockpool.internal.core.queue.Shed
import dev.rockpool.internal.core.queue.Waiter.Outcome
import dev.rockpool.internal.core.slot.Phase
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf

/** What is done to a lending while it runs: evicting, pausing, limits, overload. */
class PoolStateOperationsTest :
    FunSpec({
        test("evicting all closes what is idle now, and what is leased on its return") {
            val stand = Stand(2)
            val held = stand.lend()
            stand.lending.eviction().retireAll("test")
            stand.retired.map { it.index() } shouldContainExactly listOf(1 - held.index())
            stand.retired.single().reason() shouldBe "test"
            stand.demands shouldBe 1
            stand.lending.tryLend().shouldBeNull()
            stand.release(held)
            stand.retired.size shouldBe 2
            held.phase() shouldBe Phase.CLOSING
        }

        test("evicting all reaches what is being opened: it is closed on its arrival") {
            val stand = Stand(1)
            val slot = stand.slots.get(0)
            slot.startClose("test")
            slot.closed()
            slot.reserve(stand.now)
            stand.lending.eviction().retireAll("test")
            stand.retired.shouldBeEmpty()
            slot.opened("another", 2, stand.now, Long.MAX_VALUE)
            stand.lending.offer(slot)
            stand.retired shouldContainExactly listOf(slot)
        }

        test("one connection is evicted by its number, and nothing else") {
            val stand = Stand(2)
            stand.lending.eviction().retire(2, "test") shouldBe true
            stand.demands shouldBe 1
            stand.retired.map { it.number() } shouldContainExactly listOf(2L)
            stand.lending.eviction().retire(2, "test") shouldBe false
            stand.lending.eviction().retire(7, "test") shouldBe false
            stand.demands shouldBe 1
            val held = stand.lend()
            held.number() shouldBe 1
            stand.lending.eviction().retire(1, "test") shouldBe true
            stand.retired.size shouldBe 1
            stand.release(held)
            stand.retired.size shouldBe 2
        }

        test("closing what is idle leaves alone what is leased, and says how many") {
            val stand = Stand(3)
            val held = stand.lend()
            stand.lending.eviction().closeIdle("test") shouldBe 2
            stand.retired.size shouldBe 2
            stand.demands shouldBe 1
            stand.lending.eviction().closeIdle("test") shouldBe 0
            stand.demands shouldBe 1
            stand.release(held)
            held.phase() shouldBe Phase.IDLE
        }

        test("during a pause nothing is lent, not even what is returned; afterwards those who wait are served") {
            val stand = Stand(1)
            val held = stand.lend()
            stand.lending.isPaused shouldBe false
            stand.lending.pause()
            stand.lending.isPaused shouldBe true
            val caller = stand.caller()
            val thread = stand.caller(parked = true)
            stand.release(held)
            stand.lending.tryLend().shouldBeNull()
            stand.lending.tryLendUnproven(null).shouldBeNull()
            stand.lending.lookAgain(thread) shouldBe false
            stand.lending.waiting() shouldBe 2
            caller.outcome() shouldBe Outcome.WAITING
            val demands = stand.demands
            stand.lending.resume()
            stand.demands shouldBe demands + 1
            stand.lending.isPaused shouldBe false
            caller.outcome() shouldBe Outcome.SERVED
            stand.lending.waiting() shouldBe 1
        }

        test("a pause does not open a pool that was closed") {
            val stand = Stand(1)
            stand.lending.pause()
            stand.lending.close() shouldBe true
            stand.lending.resume()
            stand.lending.isClosed shouldBe true
            stand.lending.tryLend().shouldBeNull()
        }

        test("changed limits hold for whoever comes next") {
            val stand = Stand(1, maxPending = 1)
            stand.lend()
            stand.caller()
            val next = Stand.Caller(false, 0, Long.MAX_VALUE, Priority.NORMAL)
            stand.lending.enqueue(next) shouldBe PoolState.Enqueued.FULL
            stand.lending.waiters().limits(2, 0)
            stand.lending.enqueue(next) shouldBe PoolState.Enqueued.WAITS
        }

        test("changed patience holds for the head of the queue") {
            val stand = Stand(1, patience = 0)
            val held = stand.lend()
            stand.lending.waiters().limits(Int.MAX_VALUE, 100)
            val thread = stand.caller(parked = true)
            stand.release(held)
            thread.outcome() shouldBe Outcome.WAITING
            thread.isWoken shouldBe true
            stand.now += 99
            val passer = stand.lend()
            stand.now += 1
            stand.release(passer)
            thread.outcome() shouldBe Outcome.SERVED
        }

        test("a connection that was retired while it was offered is closed, and not handed to who waits") {
            val stand = Stand(1)
            val slot = stand.slots.get(0)
            slot.startProbe(stand.now) shouldBe true
            val caller = stand.caller()
            slot.retire() shouldBe true
            slot.proven(stand.now, 1) shouldBe false
            caller.outcome() shouldBe Outcome.WAITING
        }

        test("overload sheds whoever waited twice the target while waits were above it for the interval") {
            val stand = Stand(1)
            stand.lending.waiters().nextShed(stand.now) shouldBe Long.MAX_VALUE
            stand.lending.waiters().overload(OverloadSettings(100, 1_000))
            stand.lending.waiters().nextShed(stand.now) shouldBe Long.MAX_VALUE
            val held = stand.lend()
            val first = stand.caller()
            stand.lending.waiters().nextShed(stand.now) shouldBe 1_000 + 100 + 1_000
            stand.now = 2_099
            stand.lending.waiters().shed(stand.now)
            first.outcome() shouldBe Outcome.WAITING
            val second = stand.caller(priority = Priority.LOW)
            stand.now = 2_100
            stand.lending.waiters().shed(stand.now)
            first.outcome() shouldBe Outcome.FAILED
            first.failure().shouldBeInstanceOf<Shed>()
            first.wakes shouldBe 1
            stand.lending.waiting() shouldBe 1
            second.outcome() shouldBe Outcome.WAITING
            stand.lending.waiters().nextShed(stand.now) shouldBe 2_099 + 100 + 1_000
            stand.lending.waiters().overload(null)
            stand.now = 99_000
            stand.lending.waiters().shed(stand.now)
            second.outcome() shouldBe Outcome.WAITING
            stand.release(held)
            second.outcome() shouldBe Outcome.SERVED
        }

        test("a release sheds too, and whoever is served within the target ends the overload") {
            val stand = Stand(1)
            stand.lending.waiters().overload(OverloadSettings(100, 1_000))
            val held = stand.lend()
            val old = stand.caller()
            stand.now += 1_050
            val young = stand.caller()
            stand.now += 50
            stand.release(held)
            old.outcome() shouldBe Outcome.FAILED
            young.outcome() shouldBe Outcome.SERVED
            stand.lending.waiting() shouldBe 0
            val next = stand.caller()
            stand.now += 250
            stand.lending.waiters().shed(stand.now)
            next.outcome() shouldBe Outcome.WAITING
        }

        test("an early deadline is known whatever the priority, and expires alone") {
            val stand = Stand(1)
            val held = stand.lend()
            val callers =
                listOf(Priority.LOW to 900L, Priority.LOW to 700L, Priority.HIGH to 800L, Priority.NORMAL to 950L)
                    .map { (priority, deadline) -> stand.caller(deadline = 1_000 + deadline, priority = priority) }
            stand.lending.waiters().nextDeadline() shouldBe 1_700
            stand.lending.waiters().expire(1_700)
            callers.map { it.wakes } shouldContainExactly listOf(0, 1, 0, 0)
            stand.lending.waiters().nextDeadline() shouldBe 1_800
            stand.lending.waiters().expire(1_900)
            callers.map { it.outcome() } shouldContainExactly
                listOf(Outcome.TIMED_OUT, Outcome.TIMED_OUT, Outcome.TIMED_OUT, Outcome.WAITING)
            stand.lending.waiting() shouldBe 1
            stand.lending.waiters().nextDeadline() shouldBe 1_950
            stand.release(held)
            callers.last().outcome() shouldBe Outcome.SERVED
            stand.lending.waiters().nextDeadline() shouldBe Long.MAX_VALUE
        }

        test("many early deadlines that were given up are forgotten, and one that was not is kept") {
            val stand = Stand(1)
            stand.lend()
            stand.caller(deadline = 9_000_000)
            val kept = stand.caller(deadline = 5_000)
            repeat(500) {
                val caller = stand.caller(deadline = 4_000_000L - it)
                caller.decide(Outcome.CANCELLED)
                stand.lending.leave(caller)
            }
            stand.lending.waiting() shouldBe 2
            stand.lending.waiters().nextDeadline() shouldBe 5_000
            stand.lending.waiters().expire(5_000)
            kept.outcome() shouldBe Outcome.TIMED_OUT
            stand.lending.waiters().nextDeadline() shouldBe 9_000_000
        }
    })

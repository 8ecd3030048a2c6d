package dev.rockpool.internal.core.lending

import dev.rockpool.CloseReason
import dev.rockpool.Priority
import dev.rockpool.internal.core.CoreFixture
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

/** Operations on a running pool state: evicting, pausing, limits, overload. */
class PoolStateOperationsTest :
    FunSpec({
        test("evicting all closes idle connections now, and leased ones on return") {
            val core = CoreFixture(2)
            val held = core.lend()
            core.run(core.state.eviction().retireAll("test"))
            core.closing.map { it.index() } shouldContainExactly listOf(1 - held.index())
            core.closing.single().reason() shouldBe "test"
            core.keeperWakes shouldBe 1
            core.state.tryLend().shouldBeNull()
            core.release(held)
            core.closing.size shouldBe 2
            held.phase() shouldBe Phase.CLOSING
        }

        test("evicting all closes a connection that is being opened, on its arrival") {
            val core = CoreFixture(1)
            val slot = core.slots.get(0)
            slot.startClose(CloseReason.EVICTED, "test")
            slot.closed()
            slot.reserve(core.now)
            core.run(core.state.eviction().retireAll("test"))
            core.closing.shouldBeEmpty()
            slot.opened("another", 2, core.now, Long.MAX_VALUE)
            core.pool.offer(slot)
            core.closing shouldContainExactly listOf(slot)
        }

        test("evicting by number closes only that connection") {
            val core = CoreFixture(2)
            core.run(core.state.eviction().retire(2, "test")) shouldBe true
            core.keeperWakes shouldBe 1
            core.closing.map { it.number() } shouldContainExactly listOf(2L)
            core.run(core.state.eviction().retire(2, "test")) shouldBe false
            core.run(core.state.eviction().retire(7, "test")) shouldBe false
            core.keeperWakes shouldBe 1
            val held = core.lend()
            held.number() shouldBe 1
            core.run(core.state.eviction().retire(1, "test")) shouldBe true
            core.closing.size shouldBe 1
            core.release(held)
            core.closing.size shouldBe 2
        }

        test("closing idle connections leaves leased ones alone, and returns how many were closed") {
            val core = CoreFixture(3)
            val held = core.lend()
            core.run(core.state.eviction().closeIdle("test"))
            core.closing.size shouldBe 2
            core.keeperWakes shouldBe 1
            core.run(core.state.eviction().closeIdle("test"))
            core.keeperWakes shouldBe 1
            core.release(held)
            held.phase() shouldBe Phase.IDLE
        }

        test("during a pause nothing is lent, not even a returned slot; afterwards waiters are served") {
            val core = CoreFixture(1)
            val held = core.lend()
            core.state.isPaused shouldBe false
            core.state.lifecycle().pause()
            core.state.isPaused shouldBe true
            val caller = core.caller()
            val thread = core.caller(parked = true)
            core.release(held)
            core.state.tryLend().shouldBeNull()
            core.pool.tryLendEvenIfStale(null).shouldBeNull()
            core.retryAcquire(thread) shouldBe false
            core.state.waiting() shouldBe 2
            caller.outcome() shouldBe Outcome.WAITING
            val demands = core.keeperWakes
            core.run(core.state.lifecycle().resume())
            core.keeperWakes shouldBe demands + 1
            core.state.isPaused shouldBe false
            caller.outcome() shouldBe Outcome.SERVED
            core.state.waiting() shouldBe 1
        }

        test("a pause does not reopen a closed pool") {
            val core = CoreFixture(1)
            core.state.lifecycle().pause()
            core.run(core.state.lifecycle().close()) shouldBe true
            core.run(core.state.lifecycle().resume())
            core.state.isClosed shouldBe true
            core.state.tryLend().shouldBeNull()
        }

        test("changed limits apply to the next caller") {
            val core = CoreFixture(1, maxPending = 1)
            core.lend()
            core.caller()
            val next = CoreFixture.Caller(since = 0)
            core.pool.enqueue(next) shouldBe Enqueued.FULL
            core.state.waiters().limits(2, 0)
            core.pool.enqueue(next) shouldBe Enqueued.WAITS
        }

        test("a changed barging window applies to the head of the queue") {
            val core = CoreFixture(1, patience = 0)
            val held = core.lend()
            core.state.waiters().limits(Int.MAX_VALUE, 100)
            val thread = core.caller(parked = true)
            core.release(held)
            thread.outcome() shouldBe Outcome.WAITING
            thread.isWoken shouldBe true
            core.now += 99
            val passer = core.lend()
            core.now += 1
            core.release(passer)
            thread.outcome() shouldBe Outcome.SERVED
        }

        test("a connection retired while it was offered is closed, not handed to a waiter") {
            val core = CoreFixture(1)
            val slot = core.slots.get(0)
            slot.startProbe(core.now) shouldBe true
            val caller = core.caller()
            slot.retire(CloseReason.EVICTED) shouldBe true
            slot.probeSucceeded(core.now, 1) shouldBe false
            caller.outcome() shouldBe Outcome.WAITING
        }

        test("overload sheds waiters after twice the target, once waits exceeded it for the interval") {
            val core = CoreFixture(1)
            core.state.waiters().failed().nextShed(core.now) shouldBe Long.MAX_VALUE
            core.state.waiters().failed().overload(OverloadSettings(100, 1_000))
            core.state.waiters().failed().nextShed(core.now) shouldBe Long.MAX_VALUE
            val held = core.lend()
            val first = core.caller()
            core.state.waiters().failed().nextShed(core.now) shouldBe 1_000 + 100 + 1_000
            core.now = 2_099
            core.run(core.state.waiters().failed().shed(core.now))
            first.outcome() shouldBe Outcome.WAITING
            val second = core.caller(priority = Priority.LOW)
            core.now = 2_100
            core.run(core.state.waiters().failed().shed(core.now))
            first.outcome() shouldBe Outcome.FAILED
            first.failure().shouldBeInstanceOf<Shed>()
            first.wakes shouldBe 1
            core.state.waiting() shouldBe 1
            second.outcome() shouldBe Outcome.WAITING
            core.state.waiters().failed().nextShed(core.now) shouldBe 2_099 + 100 + 1_000
            core.state.waiters().failed().overload(null)
            core.now = 99_000
            core.run(core.state.waiters().failed().shed(core.now))
            second.outcome() shouldBe Outcome.WAITING
            core.release(held)
            second.outcome() shouldBe Outcome.SERVED
        }

        test("a release sheds too, and a waiter served within the target ends the overload") {
            val core = CoreFixture(1)
            core.state.waiters().failed().overload(OverloadSettings(100, 1_000))
            val held = core.lend()
            val old = core.caller()
            core.now += 1_050
            val young = core.caller()
            core.now += 50
            core.release(held)
            old.outcome() shouldBe Outcome.FAILED
            young.outcome() shouldBe Outcome.SERVED
            core.state.waiting() shouldBe 0
            val next = core.caller()
            core.now += 250
            core.run(core.state.waiters().failed().shed(core.now))
            next.outcome() shouldBe Outcome.WAITING
        }

        test("an early deadline is known whatever the priority, and expires alone") {
            val core = CoreFixture(1)
            val held = core.lend()
            val callers =
                listOf(Priority.LOW to 900L, Priority.LOW to 700L, Priority.HIGH to 800L, Priority.NORMAL to 950L)
                    .map { (priority, deadline) -> core.caller(deadline = 1_000 + deadline, priority = priority) }
            core.state.waiters().failed().nextDeadline() shouldBe 1_700
            core.run(core.state.waiters().failed().expire(1_700))
            callers.map { it.wakes } shouldContainExactly listOf(0, 1, 0, 0)
            core.state.waiters().failed().nextDeadline() shouldBe 1_800
            core.run(core.state.waiters().failed().expire(1_900))
            callers.map { it.outcome() } shouldContainExactly
                listOf(Outcome.TIMED_OUT, Outcome.TIMED_OUT, Outcome.TIMED_OUT, Outcome.WAITING)
            core.state.waiting() shouldBe 1
            core.state.waiters().failed().nextDeadline() shouldBe 1_950
            core.release(held)
            callers.last().outcome() shouldBe Outcome.SERVED
            core.state.waiters().failed().nextDeadline() shouldBe Long.MAX_VALUE
        }

        test("many early deadlines of waiters that left are removed, and a current one is kept") {
            val core = CoreFixture(1)
            core.lend()
            core.caller(deadline = 9_000_000)
            val kept = core.caller(deadline = 5_000)
            repeat(500) {
                val caller = core.caller(deadline = 4_000_000L - it)
                caller.decide(Outcome.CANCELLED)
                core.pool.leave(caller)
            }
            core.state.waiting() shouldBe 2
            core.state.waiters().failed().nextDeadline() shouldBe 5_000
            core.run(core.state.waiters().failed().expire(5_000))
            kept.outcome() shouldBe Outcome.TIMED_OUT
            core.state.waiters().failed().nextDeadline() shouldBe 9_000_000
        }
    })

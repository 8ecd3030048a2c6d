package dev.rockpool.internal.core.lending

import dev.rockpool.CloseReason
import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.queue.Waiter.Outcome
import dev.rockpool.internal.core.slot.Phase
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe

/** The usual fixture: the test ends probes, and newcomers may overtake a parked thread for a while. */
private fun coreOf(size: Int, patience: Long = 100, maxPending: Int = Int.MAX_VALUE) =
    CoreFixture(size, patience = patience, maxPending = maxPending, probesItself = true)

class PoolStateTest :
    FunSpec({
        test("marking slots stale wakes the keeper, even if a look that was ending set NOTHING") {
            val core = coreOf(2)
            core.pool.markAllStale()
            core.state.queueing().wakePolicy(WakePolicy.NOTHING)
            core.keeperWakes shouldBe 1
            core.state.slots().all().forEach { it.isStale shouldBe true }
        }

        test("the first waiter starts a probe itself; the keeper does so for those behind it") {
            val core = coreOf(3)
            val held = core.lend()
            core.state.slots().all().forEach { it.markStale() }
            core.now = 2_000
            val first = core.caller()
            core.probing.map { it.phase() to it.begunAt } shouldBe listOf(Phase.PROBING to 2_000L)
            core.keeperWakes shouldBe 1
            core.caller(parked = true)
            core.probing.size shouldBe 1
            core.keeperWakes shouldBe 2
            core.probing.single().probeSucceeded(core.now, 1) shouldBe true
            core.pool.offer(core.probing.single())
            first.outcome() shouldBe Outcome.SERVED
            core.release(held)
        }

        test("a connection that becomes stale on its way to a waiter is probed for it") {
            val core = coreOf(1)
            val slot = core.lend()
            core.pool.discard(slot, slot.ticket(), CloseReason.EVICTED, "closed") shouldBe true
            slot.closed()
            val waiter = core.caller()
            slot.reserve(0) shouldBe true
            slot.opened("another", 2, core.now, Long.MAX_VALUE)
            slot.markStale() shouldBe true // the keeper looks at this moment, and its trust window is short
            core.pool.offer(slot)
            core.probing shouldContainExactly listOf(slot)
            slot.phase() shouldBe Phase.PROBING
            slot.probeSucceeded(core.now, 1) shouldBe true
            core.pool.offer(slot)
            waiter.outcome() shouldBe Outcome.SERVED
        }

        test("no probe starts for a waiter during a pause, when nothing is stale, or when the wake policy forbids it") {
            fun probed(prepare: CoreFixture.() -> Unit) =
                coreOf(1).run {
                    prepare()
                    caller(parked = true)
                    probing.size
                }
            probed { slots.get(0).markStale() } shouldBe 1
            probed { lend() } shouldBe 0
            probed {
                slots.get(0).markStale()
                state.lifecycle().pause()
            } shouldBe 0
            probed {
                slots.get(0).markStale()
                state.queueing().wakePolicy(WakePolicy.NOTHING)
            } shouldBe 0
        }

        test("a slot freed between a caller's scan and its publication is found") {
            for (parked in listOf(true, false)) {
                val core = coreOf(1)
                val held = core.lend()
                core.state.tryLend().shouldBeNull()
                core.release(held)
                val waiter = if (parked) core.caller(parked = true) else core.caller()
                waiter.wakes shouldBe 1
                (if (parked) waiter.isWoken else waiter.outcome() == Outcome.SERVED) shouldBe true
            }
        }

        test("two slots freed before a woken thread has looked serve two threads") {
            val core = coreOf(2)
            val slots = List(2) { core.lend() }
            val first = core.caller(parked = true)
            val second = core.caller(parked = true)
            slots.forEach(core::release)
            first.isWoken shouldBe true
            second.isWoken shouldBe false
            core.retryAcquire(first) shouldBe true
            core.pool.propagateWakeup(first)
            second.isWoken shouldBe true
            core.retryAcquire(second) shouldBe true
            listOf(first, second).map { it.outcome() } shouldContainExactly listOf(Outcome.SERVED, Outcome.SERVED)
            core.state.waiting() shouldBe 0
        }

        test("a woken thread that gives up propagates the wake-up") {
            val core = coreOf(1)
            val held = core.lend()
            val first = core.caller(parked = true)
            val second = core.caller(parked = true)
            core.release(held)
            first.decide(Outcome.TIMED_OUT) shouldBe true
            core.pool.leave(first)
            second.isWoken shouldBe true
        }

        test("a woken thread that finds nothing keeps its place and is woken again") {
            val core = coreOf(1)
            val held = core.lend()
            val waiter = core.caller(parked = true)
            core.release(held)
            val passer = core.lend()
            core.retryAcquire(waiter) shouldBe false
            core.state.waiting() shouldBe 1
            core.release(passer)
            waiter.wakes shouldBe 2
            core.retryAcquire(waiter) shouldBe true
        }

        test("newcomers may overtake a thread within its barging window, and not afterwards") {
            val core = coreOf(1, patience = 100)
            val held = core.lend()
            val waiter = core.caller(parked = true)
            core.now += 99
            core.release(held)
            val passer = core.lend()
            core.now += 1
            core.release(passer)
            core.state.tryLend().shouldBeNull()
            waiter.outcome() shouldBe Outcome.SERVED
        }

        test("when slots return faster than threads wake up, newcomers may still overtake them for a while") {
            val core = coreOf(1, patience = 100)
            val held = core.lend()
            val threads = List(4) { core.caller(parked = true) }
            core.now += 100
            core.release(held)
            threads[0].outcome() shouldBe Outcome.SERVED
            core.release(threads[0].slot())
            threads[1].outcome() shouldBe Outcome.SERVED
            core.state.tryLend().shouldBeNull()
            core.release(threads[1].slot())
            threads[2].outcome() shouldBe Outcome.WAITING
            threads[2].isWoken shouldBe true
            core.now += 99
            val passer = core.lend()
            core.now += 1
            core.release(passer)
            threads[2].outcome() shouldBe Outcome.SERVED
            core.state.tryLend().shouldBeNull()
        }

        test("while all processors are busy, one slot per processor is handed over, then newcomers may overtake") {
            val core = CoreFixture(patience = 100, busyProcessors = 1, probesItself = true)
            val held = core.lend()
            val threads = List(2) { core.caller(parked = true) }
            core.now += 100
            core.release(held)
            threads[0].outcome() shouldBe Outcome.SERVED
            core.release(threads[0].slot())
            threads[1].outcome() shouldBe Outcome.WAITING
            core.lend()
        }

        test("a thread that takes a slot itself does not count as a bounded hand-over") {
            val core = coreOf(1, patience = 100)
            var held = core.lend()
            val awake = List(2) { core.caller(parked = true) }
            val asleep = List(2) { core.caller(parked = true) }
            core.now += 50
            for (thread in awake) {
                core.release(held)
                core.retryAcquire(thread) shouldBe true
                held = thread.slot()
            }
            core.now += 50 // within one barging window of both looks, had they counted
            for (thread in asleep) {
                core.release(held)
                thread.outcome() shouldBe Outcome.SERVED
                held = thread.slot()
            }
        }

        test("newcomers never overtake a coroutine, not even one behind a thread") {
            val core = coreOf(1)
            val held = core.lend()
            val thread = core.caller(parked = true)
            val coroutine = core.caller()
            core.release(held)
            thread.outcome() shouldBe Outcome.SERVED
            core.state.tryLend().shouldBeNull()
            core.release(thread.slot())
            coroutine.outcome() shouldBe Outcome.SERVED
        }

        test("a waiter cancelled before its turn is skipped, and the slot serves the next one") {
            val core = coreOf(1)
            val held = core.lend()
            val cancelled = core.caller()
            val next = core.caller()
            cancelled.decide(Outcome.CANCELLED)
            core.release(held)
            cancelled.wakes shouldBe 0
            next.outcome() shouldBe Outcome.SERVED
        }

        test("a slot whose waiter has left becomes idle") {
            val core = coreOf(1)
            val held = core.lend()
            core.caller().decide(Outcome.CANCELLED)
            core.release(held)
            core.state.waiting() shouldBe 0
            core.lend().leases() shouldBe 2
        }

        test("a woken thread that was served meanwhile returns the slot it found, which was no lease") {
            val core = coreOf(2)
            val slots = List(2) { core.lend() }
            val waiter = core.caller(parked = true)
            core.release(slots[0])
            waiter.isWoken shouldBe true
            waiter.decide(Outcome.TIMED_OUT) shouldBe true
            core.retryAcquire(waiter) shouldBe true
            slots[0].leases() shouldBe 1
            slots[0].phase() shouldBe Phase.IDLE
        }

        test("the earliest deadline is known in any order of arrival, and exactly the due waiters expire") {
            val core = coreOf(1)
            val held = core.lend()
            val waiters = listOf(500L, 300L, 400L, 300L, 900L, 800L).map { core.caller(deadline = it) }
            val expired = mutableListOf<Int>()
            for (time in listOf(299L, 300L, 400L, 500L, 800L)) {
                core.run(core.state.waiters().failed().expire(time))
                waiters.forEachIndexed { i, w -> if (w.wakes == 1 && i !in expired) expired += i }
            }
            expired shouldContainExactly listOf(1, 3, 2, 0, 5)
            core.state.waiters().failed().nextDeadline() shouldBe 900
            core.release(held)
            waiters[4].outcome() shouldBe Outcome.SERVED
            core.state.waiters().failed().nextDeadline() shouldBe Long.MAX_VALUE
        }

        test("waiters with short deadlines that were served do not pile up") {
            val core = coreOf(1)
            core.caller(deadline = Long.MAX_VALUE - 1).outcome() shouldBe Outcome.SERVED
            repeat(10_000) { i ->
                val waiter = core.caller(deadline = 10_000_000L - i)
                waiter.decide(Outcome.CANCELLED)
                core.pool.leave(waiter)
            }
            core.state.waiters().failed().nextDeadline() shouldBe Long.MAX_VALUE
            core.state.waiting() shouldBe 0
        }

        test("a full or closed queue rejects callers, and close fails all waiters") {
            val core = coreOf(1, maxPending = 1)
            val held = core.lend()
            val waiter = core.caller()
            core.pool.enqueue(CoreFixture.Caller(since = 0)) shouldBe Enqueued.FULL
            core.run(core.state.lifecycle().close()) shouldBe true
            core.run(core.state.lifecycle().close()) shouldBe false
            waiter.outcome() shouldBe Outcome.FAILED
            waiter.failure().shouldBeNull()
            core.pool.enqueue(CoreFixture.Caller(since = 0)) shouldBe Enqueued.CLOSED
            core.release(held)
            core.state.tryLend().shouldBeNull()
        }

        test("a connection retired while leased is closed on return") {
            val core = coreOf(1)
            val held = core.lend()
            held.retire(CloseReason.EVICTED) shouldBe true
            core.release(held)
            core.closing shouldContainExactly listOf(held)
            held.phase() shouldBe Phase.CLOSING
        }

        test("a second release does nothing, even after the slot was lent again") {
            val core = coreOf(1)
            val slot = core.lend()
            val ticket = slot.ticket()
            core.release(slot)
            core.pool.release(slot, ticket) shouldBe false
            val again = core.lend()
            core.pool.release(slot, ticket) shouldBe false
            core.pool.discard(slot, ticket, CloseReason.EVICTED, "test") shouldBe false
            again.isHeldBy(again.ticket()) shouldBe true
        }

        test("a waiter wakes the keeper only when the keeper could help") {
            val core = coreOf(1)
            val held = core.lend()
            core.caller()
            core.keeperWakes shouldBe 1
            core.state.queueing().wakePolicy(WakePolicy.NOTHING)
            core.caller()
            core.keeperWakes shouldBe 1
            core.release(held)
        }
    })

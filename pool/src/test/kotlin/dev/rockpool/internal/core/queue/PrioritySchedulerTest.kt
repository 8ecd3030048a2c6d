package dev.rockpool.internal.core.queue

import dev.rockpool.Priority
import dev.rockpool.internal.core.CoreFixture
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

/** Priorities, and waiters that cannot be told, without an engine. */
class PrioritySchedulerTest :
    FunSpec({
        test("turns are counted only while somebody waits below, and a turn that went down begins a new count") {
            val low = FifoLane<String>()
            val high = FifoLane<String>()
            val turns = PriorityScheduler(listOf(high, low))
            high.append(CoreFixture.Caller(since = 0, priority = Priority.HIGH))
            repeat(20) { turns.took(0) }
            turns.next() shouldBe 0
            low.append(CoreFixture.Caller(since = 0, priority = Priority.LOW))
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
            val core = CoreFixture(patience = 100)
            val held = core.lend()
            val low = core.caller(priority = Priority.LOW, parked = true)
            core.now += 100
            val high = core.caller(priority = Priority.HIGH, parked = true)
            core.release(held)
            high.outcome() shouldBe Waiter.Outcome.SERVED
            low.isWoken shouldBe false
            core.state.tryLend() shouldBe null
            core.release(high.slot())
            low.outcome() shouldBe Waiter.Outcome.SERVED
        }

        test("a woken thread that takes a slot itself takes a turn, too") {
            val core = CoreFixture(patience = 100)
            var held = core.lend()
            val low = core.caller(priority = Priority.LOW, parked = true)
            repeat(7) {
                val high = core.caller(priority = Priority.HIGH, parked = true)
                core.release(held)
                core.retryAcquire(high) shouldBe true
                held = high.slot()
            }
            core.caller(priority = Priority.HIGH, parked = true).isWoken shouldBe false
            core.release(held)
            low.isWoken shouldBe true
        }

        test("closing fails whoever waits, of every priority") {
            val core = CoreFixture(patience = 100)
            core.lend()
            val all = Priority.entries.map { core.caller(priority = it) }
            core.run(core.state.close())
            all.map { it.outcome() }.toSet() shouldContainExactly setOf(Waiter.Outcome.FAILED)
            core.state.waiting() shouldBe 0
        }

        test("a waiter that cannot be told keeps nothing: the next one is served, and the ticket is worth nothing") {
            val core = CoreFixture(patience = 100)
            val held = core.lend()
            val doomed = List(1_000) { core.caller(priority = Priority.NORMAL, fails = true) }
            val next = core.caller(priority = Priority.NORMAL)
            core.release(held)
            next.outcome() shouldBe Waiter.Outcome.SERVED
            doomed.forEach { it.wakes shouldBe 1 }
            core.pool.release(doomed.last().slot(), doomed.last().ticket()) shouldBe false
            next.slot().isHeldBy(next.ticket()) shouldBe true
        }

        test("one that cannot be told of its timeout does not keep the others from hearing of theirs") {
            val core = CoreFixture(patience = 100)
            core.lend()
            val doomed = core.caller(priority = Priority.HIGH, fails = true)
            val other = core.caller(priority = Priority.LOW)
            core.goDown()
            listOf(doomed, other).map { it.wakes } shouldContainExactly listOf(1, 1)
            core.caller(priority = Priority.HIGH).outcome() shouldBe Waiter.Outcome.FAILED
            core.connectivity.isRetryRequested shouldBe true
            core.connectivity.succeeded(core.now)
            core.connectivity.isRetryRequested shouldBe false
            core.caller(priority = Priority.HIGH).outcome() shouldBe Waiter.Outcome.WAITING
        }
    })

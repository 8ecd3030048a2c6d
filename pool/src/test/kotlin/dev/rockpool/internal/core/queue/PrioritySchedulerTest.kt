package dev.rockpool.internal.core.queue

import dev.rockpool.Priority
import dev.rockpool.internal.core.CoreFixture
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe

/** Priorities, and waiters that cannot be resumed, without an engine. */
class PrioritySchedulerTest :
    FunSpec({
        test("turns are counted only while a lower lane waits, and a turn that goes down restarts the count") {
            val low = FifoLane<String>()
            val high = FifoLane<String>()
            val turns = PriorityScheduler(listOf(high, low))
            high.append(CoreFixture.Caller(since = 0, priority = Priority.HIGH))
            repeat(20) { turns.served(0) }
            turns.next() shouldBe 0
            low.append(CoreFixture.Caller(since = 0, priority = Priority.LOW))
            repeat(2) {
                repeat(7) {
                    turns.next() shouldBe 0
                    turns.served(0)
                }
                turns.next() shouldBe 1
                turns.served(1)
            }
        }

        test("the barging window of the longest waiting thread counts, whatever its priority") {
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

        test("a woken thread that takes a slot itself uses up a turn") {
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

        test("close fails waiters of every priority") {
            val core = CoreFixture(patience = 100)
            core.lend()
            val all = Priority.entries.map { core.caller(priority = it) }
            core.run(core.state.lifecycle().close())
            all.map { it.outcome() }.toSet() shouldContainExactly setOf(Waiter.Outcome.FAILED)
            core.state.waiting() shouldBe 0
        }

        test("a waiter that cannot be resumed loses its lease: the next one is served, and the ticket is invalid") {
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

        test("a failed timeout delivery does not block other timeouts") {
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

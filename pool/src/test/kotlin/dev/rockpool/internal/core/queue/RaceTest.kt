package dev.rockpool.internal.core.queue

import dev.rockpool.internal.core.CoreFixture
import dev.rockpool.internal.core.Racer
import dev.rockpool.internal.core.queue.Waiter.Outcome
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs

/** One caller in the queues of several pools: one arbiter decides it. */
class RaceTest :
    FunSpec({
        class Pools(count: Int = 3) {
            val all = List(count) { CoreFixture() }
            val held = all.map { it.lend() }

            fun racer(deadline: Long = Long.MAX_VALUE) = Racer(all.map { it.pool }, 1_000, deadline).begin()

            fun release(pool: Int) = all[pool].release(held[pool])

            fun waiting() = all.map { it.state.waiting() }
        }

        test("the first slot that comes free anywhere serves the caller, which leaves all other queues") {
            with(Pools()) {
                val racer = racer()
                waiting() shouldBe listOf(1, 1, 1)
                release(1)
                racer.winner?.pool shouldBeSameInstanceAs all[1].pool
                racer.winner?.slot() shouldBe held[1]
                waiting() shouldBe listOf(0, 0, 0)
                release(0)
                all[0].lend() shouldBe held[0]
                racer.wakes shouldBe 1
            }
        }

        test("in each pool racers and other callers are served in order of arrival") {
            with(Pools(2)) {
                val before = all[0].caller()
                val racer = racer()
                val behind = all[0].caller()
                release(0)
                before.isServed shouldBe true
                racer.winner.shouldBeNull()
                release(1)
                racer.winner?.pool shouldBeSameInstanceAs all[1].pool
                all[0].release(before.slot())
                behind.isServed shouldBe true
            }
        }

        test("a pool whose head was served elsewhere, but has not left yet, serves the next caller") {
            val a = CoreFixture()
            val b = CoreFixture()
            val heldA = a.lend()
            val heldB = b.lend()
            val racer = Racer(listOf(a.pool, b.pool)).begin()
            val next = b.caller()
            racer.entries[0].decide(Outcome.TIMED_OUT) shouldBe true // decided, and still queued everywhere
            b.release(heldB)
            next.isServed shouldBe true
            a.release(heldA)
            a.lend() shouldBe heldA // the slot offered to the decided head is idle again
        }

        test("only one of two pools that serve the caller at the same time wins, the other keeps its slot") {
            with(Pools(2)) {
                val racer = racer()
                val (first, second) = racer.entries
                first.decide(Outcome.SERVED) shouldBe true
                second.decide(Outcome.SERVED) shouldBe false
                release(1)
                all[1].lend() shouldBe held[1]
            }
        }

        test("a timeout in one pool ends the race in all, and is told once") {
            with(Pools()) {
                val racer = racer(deadline = 2_000)
                all[2].run(all[2].state.waiters().failed().expire(2_000))
                racer.winner?.outcome() shouldBe Outcome.TIMED_OUT
                waiting() shouldBe listOf(0, 0, 0)
                all[0].run(all[0].state.waiters().failed().expire(2_000))
                racer.wakes shouldBe 1
            }
        }

        test("a caller that ends the race itself leaves every queue, and nothing is leased") {
            with(Pools()) {
                val racer = racer()
                racer.end(Outcome.CANCELLED) shouldBe true
                waiting() shouldBe listOf(0, 0, 0)
                repeat(3) { release(it) }
                all.forEach { it.lend() }
                racer.wakes shouldBe 0
                racer.end(Outcome.CANCELLED) shouldBe false
            }
        }

        test("a pool that closes only loses its place, and the last one fails the caller") {
            with(Pools()) {
                val racer = racer()
                all[0].run(all[0].state.lifecycle().close())
                all[1].run(all[1].state.lifecycle().close())
                racer.winner.shouldBeNull()
                all[2].run(all[2].state.lifecycle().close())
                racer.winner?.outcome() shouldBe Outcome.FAILED
                racer.wakes shouldBe 1
            }
        }

        test("a pool that is down does not queue the caller, and the last one fails it") {
            with(Pools(2)) {
                all[0].goDown()
                val racer = racer()
                waiting() shouldBe listOf(0, 1)
                racer.winner.shouldBeNull()
                all[1].goDown()
                racer.winner?.outcome() shouldBe Outcome.FAILED
                waiting() shouldBe listOf(0, 0)
            }
        }

        test("a caller for which every pool is down fails at once") {
            with(Pools(2)) {
                all.forEach { it.goDown() }
                val racer = racer()
                racer.winner?.outcome() shouldBe Outcome.FAILED
                racer.wakes shouldBe 1
            }
        }

        test("a pool that is added later can win, but not after the race is over") {
            val race = Race<String>(1)
            race.enter() shouldBe true
            race.end(Outcome.CANCELLED)
            race.enter() shouldBe false
        }
    })

package dev.rockpool.internal.shard

import dev.rockpool.ReshardPlan
import dev.rockpool.ShardMap
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.lang.ref.WeakReference
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicIntegerArray
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds

/** Threads call and plans move, without pauses. Each plan looks for calls in the buckets that it moves. */
class ShardGateStressTest :
    FunSpec({
        test("98: no call is in a bucket whose data is copied, and each plan ends") {
            val proof = System.getProperty("rockpool.proof") == "true"
            val map = ShardMap.of("a", "b")
            val gate = ShardGate(map)
            val buckets = 4
            val inside = AtomicIntegerArray(buckets)
            val wrong = ConcurrentLinkedQueue<String>()
            val isOver = AtomicBoolean()
            val callers =
                List(3) { caller ->
                    thread {
                        var bucket = caller
                        while (!isOver.get()) {
                            bucket = (bucket + 1) % buckets
                            val visit = gate.tryEnter(bucket, null) ?: continue
                            inside.incrementAndGet(bucket)
                            if (visit.shard() != gate.map().ownerOf(bucket)) wrong += "the map changed during a call"
                            val nested = gate.tryEnter((bucket + 1) % buckets, visit)
                            inside.decrementAndGet(bucket)
                            visit.end()
                            nested?.end()
                        }
                    }
                }
            repeat(if (proof) 200_000 else 500) { round ->
                val moving = (0 until buckets).filter { it != round % buckets }
                val to = if (round % 2 == 0) "a" else "b"
                val plan = ReshardPlan.between(gate.map(), gate.map().withBuckets(moving, to))
                val running = gate.begin("stress", plan)
                gate.look(running)
                running.drained().get()
                for (bucket in plan.buckets) if (inside[bucket] != 0) wrong += "bucket $bucket is in use"
                if (round % 3 == 0) gate.abort(running) else gate.finish(running)
            }
            isOver.set(true)
            callers.forEach { it.join() }
            wrong.shouldBeEmpty()
            gate.running() shouldBe null
        }

        test("97: a caller that gives up is forgotten before the plan ends") {
            val gate = ShardGate(ShardMap.of("a", "b"))
            val running = gate.begin("memory", ReshardPlan.between(gate.map(), gate.map().withBuckets(listOf(1), "b")))
            val caller = callerThatGaveUp(running)
            eventually(20.seconds) {
                System.gc()
                caller.get() shouldBe null
            }
            running.end().isDone shouldBe false
        }
    })

private fun callerThatGaveUp(running: RunningReshard): WeakReference<*> =
    WeakReference(running.end().also { it.cancel(false) })

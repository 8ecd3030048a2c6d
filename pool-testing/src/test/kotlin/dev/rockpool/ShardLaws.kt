package dev.rockpool

import dev.rockpool.blocking.BlockingShardedPool
import dev.rockpool.testing.Step
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** Laws 96 to 102: a sharded pool, in virtual time. */
class ShardLaws :
    FunSpec({
        test("96: the map is used as it was given, and another shard gets nothing without a plan") {
            manyPools {
                val orders = Sharded(this)
                repeat(200) { key -> orders.pool.withConnection(key) {} }
                orders.pool.add("d", Pool("d", orders.factories.getValue("a"), poolContext))
                repeat(200) { key -> orders.pool.withConnection(key) {} }
                orders.acquired("c") shouldBe 0
                orders.pool.pool("d").snapshot().acquired shouldBe 0
                orders.pool.map shouldBe orders.map
                orders.pool.remove("d").close()
                shouldThrow<IllegalStateException> { orders.pool.remove("a") }.message shouldContain "2048 buckets"
                orders.end()
            }
        }

        test("96: a shard of the map that has no pool is an error, and so is a plan to one") {
            manyPools {
                val orders = Sharded(this)
                shouldThrow<InvalidConfigException> { sharded("x", ShardMap.of("a", "z"), orders.pools) }
                    .problems shouldContainExactly listOf("shard 'z' has buckets but no pool; add one")
                val plan = ReshardPlan.between(orders.map, orders.map.withShard("z"))
                shouldThrow<IllegalArgumentException> { orders.pool.reshard(plan) {} }.message shouldContain "[z]"
                shouldThrow<IllegalArgumentException> { orders.pool.pool("z") }.message shouldContain "[a, b, c]"
                orders.end()
            }
        }

        test("96: a plan for another map is refused") {
            manyPools {
                val orders = Sharded(this)
                orders.pool.reshard(orders.plan) {}
                shouldThrow<IllegalStateException> { orders.pool.reshard(orders.plan) {} }.message shouldContain
                    "made for the map {a=2048, b=2048}"
                orders.end()
            }
        }

        test("97: callers of a moving bucket wait for the end of the plan, others do not notice") {
            manyPools {
                val orders = Sharded(this)
                val served = mutableListOf<String>()
                val moving = launch {
                    orders.pool.reshard(orders.plan) {
                        delay(5.seconds)
                        served += "copied"
                    }
                }
                pass(1.seconds)
                orders.pool.resharding shouldBe orders.plan
                val waiting =
                    List(9) { caller ->
                        launch { orders.pool.withConnection(orders.moving) { served += "caller $caller" } }
                    }
                orders.pool.withConnection(orders.staying, 1.milliseconds) {}
                orders.pool.withConnection(orders.other, 1.milliseconds) {}
                pass(1.seconds)
                orders.acquired("a") shouldBe 1
                orders.acquired("b") shouldBe 1
                pass(4.seconds)
                (waiting + moving).forEach { it.join() }
                served shouldContainExactly listOf("copied") + List(9) { "caller $it" }
                orders.acquired("c") shouldBe 9
                orders.pool.map shouldBe orders.plan.after
                orders.pool.resharding.shouldBeNull()
                orders.kinds() shouldContainExactly
                    listOf(ShardEvent.Kind.STARTED, ShardEvent.Kind.DRAINED, ShardEvent.Kind.FINISHED)
                orders.end()
            }
        }

        test("97: a caller of a moving bucket times out exactly, and the error names the bucket") {
            manyPools {
                val orders = Sharded(this)
                val moving = launch { orders.pool.reshard(orders.plan) { delay(5.seconds) } }
                pass(1.milliseconds)
                val start = testScheduler.currentTime
                val error =
                    shouldThrow<BucketMovingException> { orders.pool.withConnection(orders.moving, 2.seconds) {} }
                testScheduler.currentTime - start shouldBe 2_000
                error.bucket shouldBe ShardMap.bucketOf(orders.moving)
                error.waited shouldBe 2.seconds
                error.message shouldContain "pool 'orders': bucket ${error.bucket} was still being moved"
                shouldThrow<BucketMovingException> { orders.pool.withConnection(orders.moving, Duration.ZERO) {} }
                moving.join()
                orders.end()
            }
        }

        test("97: a caller that two plans keep waiting, one after the other, times out once") {
            manyPools {
                val orders = Sharded(this)
                val moving = launch {
                    repeat(2) {
                        runCatching {
                            orders.pool.reshard(orders.plan) {
                                delay(1_500.milliseconds)
                                error("no")
                            }
                        }
                    }
                }
                pass(1.milliseconds)
                val start = testScheduler.currentTime
                shouldThrow<BucketMovingException> { orders.pool.withConnection(orders.moving, 2.seconds) {} }
                testScheduler.currentTime - start shouldBe 2_000
                moving.join()
                orders.end()
            }
        }

        test("97: a caller that waited for a plan inside a call keeps no bucket in use") {
            manyPools {
                val orders = Sharded(this)
                val moving = launch {
                    runCatching {
                        orders.pool.reshard(orders.plan) {
                            delay(1.seconds)
                            error("no")
                        }
                    }
                }
                pass(1.milliseconds)
                orders.pool.withConnection(orders.staying) { orders.pool.withConnection(orders.moving) {} }
                moving.join()
                val bucket = ShardMap.bucketOf(orders.staying)
                val next = ReshardPlan.between(orders.map, orders.map.withBuckets(listOf(bucket), "c"))
                orders.pool.reshard(next, 1.seconds) {}
                orders.pool.map shouldBe next.after
                orders.end()
            }
        }

        test("97: the wait for a plan and the wait for a connection have one timeout") {
            manyPools {
                val orders = Sharded(this) { maxSize = 1 }
                val held = orders.pools.getValue("c").acquire()
                launch { orders.pool.reshard(orders.plan) { delay(1.seconds) } }
                pass(1.milliseconds)
                val start = testScheduler.currentTime
                shouldThrow<AcquireTimeoutException> { orders.pool.withConnection(orders.moving, 3.seconds) {} }
                testScheduler.currentTime - start shouldBe 3_000
                held.release()
                orders.end()
            }
        }

        test("97: a caller that is cancelled while its bucket moves uses no shard") {
            manyPools {
                val orders = Sharded(this)
                val moving = launch { orders.pool.reshard(orders.plan) { delay(5.seconds) } }
                pass(1.milliseconds)
                val waiting = launch { orders.pool.withConnection(orders.moving) {} }
                pass(1.milliseconds)
                waiting.cancel()
                moving.join()
                pass(1.seconds)
                orders.acquired("a") + orders.acquired("c") shouldBe 0
                orders.end()
            }
        }

        test("97: callers that wait for a plan fail at once when the pool is closed") {
            manyPools {
                val orders = Sharded(this)
                val moving = launch { orders.pool.reshard(orders.plan) { delay(5.seconds) } }
                pass(1.milliseconds)
                val waiting = async { runCatching { orders.pool.withConnection(orders.moving) {} } }
                pass(1.milliseconds)
                val start = testScheduler.currentTime
                orders.pool.close(Duration.ZERO)
                waiting.await().exceptionOrNull()?.message shouldContain "pool 'orders' has been closed"
                testScheduler.currentTime - start shouldBe 0
                shouldThrow<PoolClosedException> { orders.pool.withConnection(orders.staying) {} }
                moving.cancel()
            }
        }

        test("98: data is copied only after every call of a moving bucket has ended") {
            manyPools {
                val orders = Sharded(this)
                val order = mutableListOf<String>()
                launch {
                    orders.pool.withConnection(orders.moving) {
                        delay(3.seconds)
                        order += "call ended"
                    }
                }
                launch { orders.pool.withConnection(orders.staying) { delay(10.seconds) } }
                pass(1.seconds)
                val moving = launch { orders.pool.reshard(orders.plan) { order += "copied" } }
                pass(1.seconds)
                order shouldContainExactly emptyList()
                launch { orders.pool.withConnection(orders.moving) { order += "call at the new shard" } }
                moving.join()
                pass(1.milliseconds)
                order shouldContainExactly listOf("call ended", "copied", "call at the new shard")
                orders.acquired("c") shouldBe 1
                pass(10.seconds)
                orders.end()
            }
        }

        test("98: a call inside one that a plan waits for is served, since both would wait for each other") {
            manyPools {
                val orders = Sharded(this)
                val order = mutableListOf<String>()
                val call = launch {
                    orders.pool.withConnection(orders.moving) {
                        delay(1.seconds)
                        orders.pool.withConnection(orders.movingToo) {
                            delay(1.seconds)
                            order += "inner"
                        }
                        delay(1.seconds)
                        order += "outer"
                    }
                }
                pass(1.milliseconds)
                orders.pool.reshard(orders.plan) { order += "copied" }
                call.join()
                order shouldContainExactly listOf("inner", "outer", "copied")
                orders.end()
            }
        }

        test("99: a plan whose copy fails restores the map") {
            manyPools {
                val orders = Sharded(this)
                val failure = IllegalStateException("disk full")
                val moving = async {
                    runCatching {
                        orders.pool.reshard(orders.plan) {
                            delay(1.seconds)
                            throw failure
                        }
                    }
                }
                pass(1.milliseconds)
                val waiting = launch { orders.pool.withConnection(orders.moving) {} }
                moving.await().exceptionOrNull() shouldBeSameInstanceAs failure
                waiting.join()
                orders.acquired("a") shouldBe 1
                orders.pool.map shouldBe orders.map
                orders.kinds() shouldContainExactly
                    listOf(ShardEvent.Kind.STARTED, ShardEvent.Kind.DRAINED, ShardEvent.Kind.ABORTED)
                orders.events.last().cause shouldBeSameInstanceAs failure
                orders.end()
            }
        }

        test("99: a plan that is cancelled restores the map") {
            manyPools {
                val orders = Sharded(this)
                val moving = launch { orders.pool.reshard(orders.plan) { delay(5.seconds) } }
                pass(1.seconds)
                val waiting = launch { orders.pool.withConnection(orders.moving) {} }
                pass(1.seconds)
                moving.cancel()
                waiting.join()
                orders.acquired("a") shouldBe 1
                orders.pool.map shouldBe orders.map
                orders.pool.reshard(orders.plan) {}
                orders.pool.map shouldBe orders.plan.after
                orders.end()
            }
        }

        test("99: a plan whose calls do not end in time restores the map, and the error has their number") {
            manyPools {
                val orders = Sharded(this)
                val call = launch { orders.pool.withConnection(orders.moving) { delay(60.seconds) } }
                pass(1.milliseconds)
                val start = testScheduler.currentTime
                val error = shouldThrow<ReshardTimeoutException> { orders.pool.reshard(orders.plan, 2.seconds) {} }
                testScheduler.currentTime - start shouldBe 2_000
                error.calls shouldBe 1
                error.message shouldContain
                    "nothing was moved, because 1 calls of moving buckets had not ended after 2000 ms"
                orders.pool.withConnection(orders.moving, 1.seconds) {}
                orders.pool.map shouldBe orders.map
                call.cancel()
                pass(1.milliseconds)
                orders.end()
            }
        }

        test("99: a second plan meanwhile is refused, and the first one goes on") {
            manyPools {
                val orders = Sharded(this)
                val moving = launch { orders.pool.reshard(orders.plan) { delay(1.seconds) } }
                pass(1.milliseconds)
                shouldThrow<IllegalStateException> { orders.pool.reshard(orders.plan) {} }.message shouldContain
                    "is being resharded already"
                shouldThrow<IllegalStateException> { orders.pool.remove("c") }.message shouldContain "being resharded"
                moving.join()
                orders.pool.map shouldBe orders.plan.after
                orders.end()
            }
        }

        test("99: a listener that fails does not stop a plan") {
            manyPools {
                val orders = Sharded(this)
                val registration = orders.pool.addListener { error("a listener") }
                orders.pool.reshard(orders.plan) {}
                orders.pool.map shouldBe orders.plan.after
                registration.close()
                orders.end()
            }
        }

        test("100: a call without a key is an error that says what a key is, and reaches no shard") {
            manyPools {
                val orders = Sharded(this)
                shouldThrow<IllegalArgumentException> { orders.pool.withConnection(1.5) {} }.message shouldContain
                    "a java.lang.Double but must be a String, an integer"
                val threads = BlockingShardedPool.of(orders.pool)
                shouldThrow<IllegalArgumentException> { threads.useConnection<RuntimeException>(null) {} }
                    .message shouldContain "is null but must be a String, an integer"
                orders.pools.keys.sumOf { orders.acquired(it) } shouldBe 0
                orders.end()
            }
        }

        test("101: inside a call, a key of its shard is served, and another shard's key is refused") {
            manyPools {
                val orders = Sharded(this)
                orders.pool.withConnection(orders.moving) {
                    orders.pool.withConnection(orders.staying) {}
                    coroutineScope {
                        val error = shouldThrow<IllegalStateException> { orders.pool.withConnection(orders.other) {} }
                        error.message shouldContain
                            "the key belongs to shard 'b', but the call is inside one of shard 'a'"
                    }
                    orders.pool.pool("b").withConnection {} // a pool itself is not part of this
                }
                orders.pool.withConnection(orders.other) {}
                orders.acquired("a") shouldBe 2
                orders.acquired("b") shouldBe 2
                val bucket = ShardMap.bucketOf(orders.other)
                val plan = ReshardPlan.between(orders.map, orders.map.withBuckets(listOf(bucket), "c"))
                orders.pool.reshard(plan, 1.seconds) {} // a refused call does not keep its bucket in use
                orders.end()
            }
        }

        test("102: a shard that is down fails only its keys") {
            manyPools {
                val orders = Sharded(this) { failFastAfter = 1.seconds }
                orders.factories.getValue("b").opens.otherwise = Step.Fail(IllegalStateException("down"))
                val failing = List(5) { async { runCatching { orders.pool.withConnection(orders.other) {} } } }
                repeat(100) { orders.pool.withConnection(orders.staying, 1.milliseconds) { delay(100.milliseconds) } }
                failing.forEach { (it.await().exceptionOrNull() is ConnectFailedException) shouldBe true }
                orders.pool.reshard(orders.plan) {}
                orders.pool.withConnection(orders.moving, 1.milliseconds) {}
                orders.end()
            }
        }

        test("97, 99: threads wait for a plan, time out, are interrupted and carry out plans") {
            val orders = Sharded()
            val threads = BlockingShardedPool.of(orders.pool)
            val copying = CompletableDeferred<Unit>()
            val copied = java.util.concurrent.CountDownLatch(1)
            val served = ConcurrentLinkedQueue<String>()
            val moving = thread {
                threads.reshard<InterruptedException>(orders.plan) {
                    copying.complete(Unit)
                    copied.await()
                }
            }
            copying.await()
            shouldThrow<BucketMovingException> {
                threads.withConnection<Unit, RuntimeException>(
                    orders.moving,
                    java.time.Duration.ofMillis(20),
                    Priority.NORMAL,
                ) {}
            }
            val interrupted = thread {
                runCatching { threads.useConnection<RuntimeException>(orders.moving) {} }
                    .onFailure { served += it.javaClass.simpleName }
            }
            val waiting = thread { threads.useConnection<RuntimeException>(orders.moving) { served += "served" } }
            eventually(10.seconds) {
                listOf(waiting, interrupted).forEach { it.state shouldBe Thread.State.TIMED_WAITING }
            }
            interrupted.interrupt()
            interrupted.join()
            threads.useConnection<RuntimeException>(orders.staying) {
                threads.useConnection<RuntimeException>(orders.staying) {}
                shouldThrow<IllegalStateException> { threads.useConnection<RuntimeException>(orders.other) {} }
            }
            threads.useConnection<RuntimeException>(orders.other) {}
            copied.countDown()
            moving.join()
            waiting.join()
            served.toList() shouldContainExactly listOf("InterruptedException", "served")
            orders.acquired("c") shouldBe 1
            threads.map() shouldBe orders.plan.after
            shouldThrow<IllegalStateException> {
                threads.reshard<Exception>(ReshardPlan.between(orders.plan.after, orders.map)) { error("no") }
            }
            threads.map() shouldBe orders.plan.after
            val back = ReshardPlan.between(orders.plan.after, orders.map)
            threads.useConnection<RuntimeException>(orders.moving) {
                val plan = thread {
                    runCatching { threads.reshard<Exception>(back, java.time.Duration.ofMillis(20)) {} }
                        .onFailure { served += it.javaClass.simpleName }
                }
                plan.join(10_000)
                plan.isAlive shouldBe false
            }
            served.last() shouldBe "ReshardTimeoutException"
            threads.map() shouldBe orders.plan.after
            threads.close()
        }
    })

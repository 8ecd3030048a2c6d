package dev.rockpool

import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** Laws 68 to 70 of many pools: [KeyedPool.connectAll]. */
class ConnectAllLaws :
    FunSpec({
        test("68: at most atOnce connects run at the same time, and each key gets one connection") {
            manyPools {
                val now = AtomicInteger()
                var peak = 0
                val factories = List(10) { ScriptedFactory() }
                val keyed =
                    keyedOf(
                        factory = { key ->
                            val scripted = factories[key.toInt()]
                            object : ConnectionFactory<Any> {
                                override suspend fun open(): Any {
                                    peak = maxOf(peak, now.incrementAndGet())
                                    delay(1.seconds)
                                    now.decrementAndGet()
                                    return scripted.open()
                                }

                                override suspend fun close(connection: Any) = Unit
                            }
                        }
                    )
                val start = testScheduler.timeSource.markNow()
                val seen = mutableListOf<String>()
                val results = keyed.connectAll(List(10) { "$it" } + "3", atOnce = 3) { seen += it.key }
                start.elapsedNow() shouldBe 4.seconds
                peak shouldBe 3
                results.size shouldBe 10
                results.values.all { it.isConnected && it.attempts == 1 } shouldBe true
                results.getValue("0").took shouldBe 1.seconds
                seen.sorted().shouldContainExactly(List(10) { "$it" })
                factories.map { it.connections.size }.distinct().shouldContainExactly(1)
                keyed.snapshot("5")?.idle shouldBe 1
                keyed.close(Duration.ZERO)
            }
        }

        test("69: one failing key cancels no other, and each key pauses and gives up for itself") {
            manyPools {
                val down = IllegalStateException("down")
                val denied = IllegalStateException("denied")
                val factories =
                    mapOf(
                        "good" to ScriptedFactory(),
                        "late" to ScriptedFactory(),
                        "bad" to ScriptedFactory(),
                        "denied" to ScriptedFactory(),
                    )
                factories.getValue("late").opens.next(Step.Fail(down), Step.Fail(down))
                factories.getValue("bad").opens.otherwise = Step.Fail(down)
                factories.getValue("denied").opens.otherwise = Step.Fail(denied)
                factories.getValue("denied").failure = ConnectFailure.PERMANENT
                val keyed = keyedOf(factory = { key -> factories[key] ?: error("no such key") })
                val results =
                    keyed.connectAll(
                        listOf("bad", "denied", "late", "good", "unknown"),
                        atOnce = 1,
                        retry = { key -> ConnectRetry(if (key == "bad") 5 else 3, Backoff.Fixed(2.seconds)) },
                    )
                results.getValue("good").run { listOf(isConnected, attempts, took) } shouldBe
                    listOf(true, 1, Duration.ZERO)
                results.getValue("late").run { listOf(isConnected, attempts, took) } shouldBe listOf(true, 3, 4.seconds)
                results.getValue("bad").run { listOf(failure, attempts, took) } shouldBe listOf(down, 5, 8.seconds)
                results.getValue("denied").run { listOf(failure, attempts, took) } shouldBe
                    listOf(denied, 1, Duration.ZERO)
                results.getValue("unknown").failure?.message shouldBe "no such key"
                factories.mapValues { it.value.opens.calls } shouldBe
                    mapOf("good" to 1, "late" to 3, "bad" to 5, "denied" to 1)
                results.getValue("bad").toString() shouldBe
                    "bad: not connected in 8s, 5 attempts: java.lang.IllegalStateException: down"
                keyed.close(Duration.ZERO)
            }
        }

        test("69: a connect that hangs fails at its timeout, and a listener that throws harms nothing") {
            manyPools {
                val hanging = ScriptedFactory().also { it.opens.otherwise = Step.Hang }
                val keyed =
                    keyedOf(factory = { if (it == "hangs") hanging else ScriptedFactory() }) {
                        connectTimeout = 3.seconds
                    }
                val results =
                    keyed.connectAll(listOf("hangs", "good"), retry = { ConnectRetry(1) }) { error("listener") }
                results.getValue("good").isConnected shouldBe true
                results.getValue("hangs").took shouldBe 3.seconds
                results.getValue("hangs").failure?.message shouldBe "no connection within 3s (connectTimeout)"
                keyed.close(Duration.ZERO)
            }
        }

        test("69: a key with an open connection needs no other, even if all are leased") {
            manyPools {
                val factory = ScriptedFactory()
                val keyed = keyedOf(factory = { factory }) { maxSize = 1 }
                val lease = keyed.acquire("a")
                keyed.connectAll(listOf("a")).getValue("a").isConnected shouldBe true
                lease.close()
                keyed.connectAll(listOf("a")).getValue("a").isConnected shouldBe true
                factory.connections.size shouldBe 1
                keyed.close(Duration.ZERO)
            }
        }

        val seed = System.getProperty("seed")?.toLong() ?: Random.nextLong()
        test("70: cancelled at any moment, it leaves nothing open that no pool owns (seed $seed)") {
            val random = Random(seed)
            repeat(50) {
                manyPools {
                    val factories = List(8) { ScriptedFactory() }
                    for (factory in factories) {
                        factory.opens.otherwise = Step.After(random.nextInt(1, 100).milliseconds)
                        if (random.nextBoolean()) factory.opens.next(Step.After(20.milliseconds, DOWN))
                    }
                    val keyed = keyedOf(null, factory = { factories[it.toInt()] })
                    val call = launch { keyed.connectAll(factories.indices.map { "$it" }, atOnce = 4) }
                    pass(random.nextInt(0, 200).milliseconds)
                    val before = factories.sumOf { it.opens.calls }
                    call.cancelAndJoin()
                    pass(2.seconds)
                    // No connect has begun after that, and each connection is idle in its pool.
                    factories.sumOf { it.opens.calls } shouldBe before
                    for ((key, factory) in factories.withIndex()) {
                        factory.openConnections.size shouldBeLessThanOrEqual 1
                        (keyed.snapshot("$key")?.idle ?: 0) shouldBe factory.openConnections.size
                        (keyed.snapshot("$key")?.pending ?: 0) shouldBe 0
                    }
                    keyed.close(Duration.ZERO)
                    factories.flatMap { it.openConnections }.shouldBeEmpty()
                }
            }
        }

        test("atOnce and attempts must be at least 1") {
            manyPools {
                val keyed = keyedOf(factory = { ScriptedFactory() })
                shouldThrow<IllegalArgumentException> { keyed.connectAll(listOf("a"), atOnce = 0) }.message shouldBe
                    "atOnce is 0 but must be at least 1"
                shouldThrow<IllegalArgumentException> { ConnectRetry(0) }.message shouldBe
                    "attempts is 0 but must be at least 1"
                keyed.close(Duration.ZERO)
            }
        }
    }) {
    private companion object {
        val DOWN = Step.Fail(IllegalStateException("down"))
    }
}

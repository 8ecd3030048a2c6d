package dev.rockpool

import dev.rockpool.blocking.BlockingKeyedPool
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.registry.EngineKeyedPool
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.ScriptedHooks
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.job
import kotlinx.coroutines.launch

/** Laws 61 to 67 and 71 of many pools, for a [KeyedPool]. */
class KeyedPoolLaws :
    FunSpec({
        test("61: a hundred callers of one key share one pool, and each key has its own") {
            manyPools {
                val factories = mutableMapOf<String, ScriptedFactory>()
                val created = AtomicInteger()
                val keyed =
                    keyedOf(
                        factory = { key ->
                            factories.getOrPut(key, ::ScriptedFactory).also { created.incrementAndGet() }
                        }
                    )
                List(100) { async { keyed.withConnection("a") { it.number } } }.awaitAll()
                keyed.withConnection("b") { it.number } shouldBe 1
                created.get() shouldBe 2
                keyed.keys shouldBe setOf("a", "b")
                keyed.snapshot("a")?.acquired shouldBe 100
                keyed.snapshot("a")?.name shouldBe "keyed[a]"
                keyed.snapshot("b")?.acquired shouldBe 1
                keyed.snapshot("c").shouldBeNull()
                keyed.health("a")?.isHealthy shouldBe true
                keyed.health("c").shouldBeNull()
                keyed.close(Duration.ZERO)
            }
        }

        test("61: nothing is opened before a caller needs it, unless minIdle is set") {
            manyPools {
                val factory = ScriptedFactory()
                val keyed = keyedOf(factory = { factory })
                keyed.tryAcquire("a").shouldBeNull()
                pass(1.seconds)
                keyed.keys shouldBe setOf("a")
                factory.connections.shouldBeEmpty()
                val ready = keyedOf(factory = { factory }) { minIdle = 2 }
                ready.tryAcquire("a").shouldBeNull()
                pass(1.seconds)
                factory.openConnections.size shouldBe 2
                keyed.close(Duration.ZERO)
                ready.close(Duration.ZERO)
            }
        }

        test("61: settings can differ for a key, and a timeout for a call") {
            manyPools {
                val keyed =
                    keyedOf(perKey = { key -> if (key == "small") maxSize = 1 }, factory = { ScriptedFactory() }) {
                        maxSize = 2
                        acquireTimeout = 3.seconds
                    }
                val held = listOf(keyed.acquire("small"), keyed.acquire("big"), keyed.acquire("big"))
                val start = testScheduler.timeSource.markNow()
                shouldThrow<AcquireTimeoutException> { keyed.acquire("small") }
                start.elapsedNow() shouldBe 3.seconds
                shouldThrow<AcquireTimeoutException> { keyed.withConnection("big", 2.seconds) {} }
                start.elapsedNow() shouldBe 5.seconds
                held.forEach(Lease<*>::close)
                keyed.close(Duration.ZERO)
            }
        }

        test("63: a key whose factory or settings fail has no entry, and the next call may succeed") {
            manyPools {
                val fails = mutableListOf(IllegalStateException("no such tenant"))
                val keyed =
                    keyedOf(
                        perKey = { key -> if (key == "bad") maxSize = 0 },
                        factory = {
                            fails.removeFirstOrNull()?.let { throw it }
                            ScriptedFactory()
                        },
                    )
                shouldThrow<IllegalStateException> { keyed.acquire("a") }.message shouldBe "no such tenant"
                keyed.keys.shouldBeEmpty()
                keyed.acquire("a").close()
                shouldThrow<InvalidConfigException> { keyed.acquire("bad") }.message shouldBe
                    "pool 'keyed[bad]' is misconfigured: maxSize is 0 but must be at least 1"
                keyed.acquire("a\nb").close()
                keyed.snapshot("a\nb")?.name shouldBe "keyed[a\\u000ab]"
                keyed.keys shouldBe setOf("a", "a\nb")
                keyed.close(Duration.ZERO)
            }
        }

        test(
            "64: remove fails the waiters of that key; other keys do not notice, and the next caller gets a new pool"
        ) {
            manyPools {
                val keyed = keyedOf(factory = { ScriptedFactory() }) { maxSize = 1 }
                val held = listOf(keyed.acquire("a"), keyed.acquire("b"))
                val waiters = listOf("a", "b").map { key -> async { runCatching { keyed.acquire(key).close() } } }
                pass(Duration.ZERO)
                val removed = async { keyed.remove("a", 1.minutes) }
                pass(Duration.ZERO)
                (waiters[0].await().exceptionOrNull() is PoolClosedException) shouldBe true
                waiters[1].isCompleted shouldBe false
                keyed.withConnection("a") { it.number } shouldBe 1
                removed.isCompleted shouldBe false
                held.forEach(Lease<*>::close)
                removed.await() shouldBe true
                waiters[1].await().isSuccess shouldBe true
                keyed.remove("c") shouldBe false
                keyed.close(Duration.ZERO)
            }
        }

        test("65, 66: the pool of a key closes when it was empty for the idle time, and begins anew") {
            manyPools {
                val factory = ScriptedFactory()
                val keyed = keyedOf(factory = { factory })
                keyed.acquire("a").close()
                pass(5.seconds + 9_999.milliseconds)
                keyed.keys shouldBe setOf("a")
                pass(1.milliseconds)
                keyed.keys.shouldBeEmpty()
                keyed.acquire("a").close()
                keyed.snapshot("a")?.acquired shouldBe 1
                keyed.snapshot("a")?.opened shouldBe 1
                factory.connections.size shouldBe 2
                keyed.close(Duration.ZERO)
            }
        }

        test("67: closing ends every coroutine of every key; later callers fail") {
            manyPools {
                val factories = List(3) { ScriptedFactory() }
                val keyed = keyedOf(factory = { factories[it.toInt()] })
                repeat(3) { keyed.acquire("$it").close() }
                val lease = keyed.acquire("0")
                val closing = launch { keyed.close(3.seconds) }
                pass(Duration.ZERO)
                shouldThrow<PoolClosedException> { keyed.acquire("0") }
                shouldThrow<PoolClosedException> { keyed.acquire("new") }.message shouldBe
                    "pool 'keyed' has been closed: no connection can be acquired from it"
                closing.isCompleted shouldBe false
                lease.close()
                closing.join()
                factories.flatMap { it.openConnections }.shouldBeEmpty()
                backgroundScope.coroutineContext.job.children.toList().shouldBeEmpty()
            }
        }

        test("71: callers that arrive when their key's pool closes itself get a fresh one") {
            manyPools {
                val keyed = keyedOf(factory = { ScriptedFactory() }) { idleTimeout = 1.seconds }
                repeat(200) { round ->
                    keyed.acquire("a").close()
                    // From just before the close to just after it, in steps of a millisecond.
                    pass(1.seconds + 10.seconds - 100.milliseconds + round.milliseconds)
                    List(3) { async { keyed.acquire("a").close() } }.awaitAll()
                    keyed.keys shouldBe setOf("a")
                }
                keyed.close(Duration.ZERO)
            }
        }

        test("71: a caller that found its key's pool just before the close gets a fresh one") {
            manyPools {
                val keyed = keyedOf(factory = { ScriptedFactory() }) as EngineKeyedPool<String, FakeConnection>
                keyed.acquire("a").close()
                val found = mutableListOf<Engine<*>>()
                keyed.retried("a") { engine ->
                    found += engine
                    if (found.size == 1) pass(15.seconds)
                    engine.isClosed shouldBe (found.size == 1)
                    engine.pool.acquire().close()
                }
                found.size shouldBe 2
                found.distinct().size shouldBe 2
                keyed.snapshot("a")?.acquired shouldBe 1
                keyed.close(Duration.ZERO)
            }
        }

        test("71: with hooks, too") {
            manyPools {
                val hooks = ScriptedHooks()
                val keyed =
                    keyedOf(1.seconds, hooks = hooks, factory = { ScriptedFactory() }) { idleTimeout = 1.seconds }
                repeat(20) { round ->
                    keyed.withConnection("a") {}
                    pass(2.seconds - 10.milliseconds + round.milliseconds)
                }
                hooks.beforeLends.calls shouldBe 20
                keyed.close(Duration.ZERO)
            }
        }

        test("an idle time that is not positive is refused") {
            shouldThrow<InvalidConfigException> {
                    KeyedPool<String, FakeConnection>("keyed", { ScriptedFactory() }, Duration.ZERO)
                }
                .message shouldBe
                "pool 'keyed' is misconfigured: idlePoolTimeout is 0s but must be longer than zero and finite; " +
                    "null means never"
        }

        test("the keyed pool of the documents") {
            val factoryOf = { _: String -> ScriptedFactory() }
            // region keyed
            val lines =
                KeyedPool("lines", factory = { host: String -> factoryOf(host) }, idlePoolTimeout = 5.minutes) {
                    maxSize = 4
                }
            val answer = lines.withConnection("host-1") { line -> line.toString() }
            // endregion
            answer shouldBe "fake connection 1"
            // region connect all
            val results =
                lines.connectAll(
                    listOf("host-1", "host-2", "host-3"),
                    atOnce = 2,
                    retry = { host -> ConnectRetry(attempts = if (host == "host-3") 10 else 3) },
                    onResult = { println(it) }, // such as "host-2: connected in 31ms, 1 attempt"
                )
            val missing = results.values.filterNot { it.isConnected }
            // endregion
            missing.shouldBeEmpty()
            lines.close()
        }

        test("threads, futures and coroutines use the same pool of a key") {
            val factory = ScriptedFactory()
            val config = PoolConfig { name = "keyed" }
            BlockingKeyedPool.builder<String, FakeConnection>({ factory.blocking() }, config).build().use { blocking ->
                val keyed = blocking.pool()
                BlockingKeyedPool.of(keyed).pool() shouldBeSameInstanceAs keyed
                blocking.withConnection<Int, Exception>("a") { it.number } shouldBe 1
                keyed.withConnection("a") { it.number } shouldBe 1
                blocking.acquireAsync("a").get(5, TimeUnit.SECONDS).close()
                blocking.tryAcquire("a").close()
                blocking.snapshot("a").acquired shouldBe 4
                blocking.connectAll(listOf("a", "b")).values.map { it.isConnected }.shouldContainExactly(true, true)
                blocking.remove("a") shouldBe true
                blocking.keys() shouldBe setOf("b")
            }
            factory.openConnections.shouldBeEmpty()
        }
    })

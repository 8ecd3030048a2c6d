package dev.rockpool

import dev.rockpool.internal.engine.EnginePool
import dev.rockpool.internal.registry.PoolMember
import dev.rockpool.internal.registry.PoolRegistry
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.ScriptedHooks
import dev.rockpool.testing.Step
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.maps.shouldBeEmpty
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.matchers.types.shouldNotBeSameInstanceAs
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CyclicBarrier
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.async
import kotlinx.coroutines.job
import kotlinx.coroutines.launch

/** Laws 61 to 67 of many pools, for a [PoolManager]. */
class PoolManagerLaws :
    FunSpec({
        test("61: a hundred threads that ask for one name at the same time create one pool") {
            val pools = PoolManager()
            val factory = ScriptedFactory()
            val barrier = CyclicBarrier(100)
            val found = CopyOnWriteArrayList<Pool<*>>()
            val threads =
                List(100) {
                    thread {
                        barrier.await()
                        found += pools.pool("orders", factory) { minIdle = 1 }
                    }
                }
            threads.forEach(Thread::join)
            found.size shouldBe 100
            found.distinct().size shouldBe 1
            pools.names shouldBe setOf("orders")
            pools.close()
        }

        test("62: a pool that was closed by its user, or is closing, is not found any more") {
            manyPools {
                val pools = managerOf(null)
                val first = pools.pool("orders", ScriptedFactory()) { minIdle = 0 }
                val lease = first.acquire()
                val closing = launch { first.close(1.minutes) }
                pass(Duration.ZERO)
                pools.get("orders").shouldBeNull()
                pools.names.shouldBeEmpty()
                val second = pools.pool("orders", ScriptedFactory()) { minIdle = 0 }
                second shouldNotBeSameInstanceAs first
                second.acquire().close()
                lease.close()
                closing.join()
                pools.get("orders") shouldBeSameInstanceAs second
                pools.close(Duration.ZERO)
            }
        }

        test("62: a closed pool is not returned, even before it has told its registry") {
            manyPools {
                val registry = PoolRegistry<String>(null) { IllegalStateException("closed") }
                fun member(): PoolMember { // it does not know its place, so it never tells the registry
                    val pool = Pool("orders", ScriptedFactory(), poolContext, testScheduler.timeSource) as EnginePool
                    return PoolMember(pool.engine, pool, pool.config)
                }
                val first = registry.getOrCreate("orders") { member() }
                registry.getOrCreate("orders") { member() } shouldBeSameInstanceAs first
                first.close(java.time.Duration.ZERO)
                registry.getOrCreate("orders") { member() } shouldNotBeSameInstanceAs first
                registry.close(java.time.Duration.ZERO)
                pass(1.seconds)
            }
        }

        test("62: what the manager returns stays open for its idle time") {
            manyPools {
                val pools = managerOf(10.seconds)
                val first = pools.pool("orders", ScriptedFactory()) { minIdle = 0 }
                pass(9.seconds)
                pools.get("orders") shouldBeSameInstanceAs first
                pass(9.seconds)
                first.acquire().close()
                pools.close(Duration.ZERO)
            }
        }

        test("63: a failed creation leaves no entry, and the next one may succeed") {
            manyPools {
                val pools = managerOf(null)
                val failing = object : ConnectionHooks<FakeConnection> {}
                shouldThrow<InvalidConfigException> { pools.pool("orders", ScriptedFactory(), failing) { maxSize = 0 } }
                pools.names.shouldBeEmpty()
                pools.pool("orders", ScriptedFactory()) { minIdle = 0 }
                pools.names shouldBe setOf("orders")
                pools.close(Duration.ZERO)
            }
        }

        test("63: a pool whose guarantee the budget cannot give leaves no entry") {
            manyPools {
                val limit = Budget(3)
                val pools = managerOf(null)
                fun create(name: String) = pools.pool(name, ScriptedFactory()) { budget = limit.share(3) }
                create("orders")
                shouldThrow<InvalidConfigException> { create("users") }
                pools.names shouldBe setOf("orders")
                pools.remove("orders", Duration.ZERO)
                create("users")
                pools.names shouldBe setOf("users")
                pools.close(Duration.ZERO)
            }
        }

        test("64: remove fails the waiters of that pool and waits for its leases; other pools do not notice") {
            manyPools {
                val pools = managerOf(null)
                val orders = pools.pool("orders", ScriptedFactory()) { maxSize = 1 }
                val users = pools.pool("users", ScriptedFactory()) { maxSize = 1 }
                val held = listOf(orders.acquire(), users.acquire())
                val waitsForOrder = async { shouldThrow<PoolClosedException> { orders.acquire() } }
                val waitsForUser = async { users.acquire().also(Lease<*>::close) }
                pass(Duration.ZERO)
                val removed = async { pools.remove("orders", 1.minutes) }
                pass(Duration.ZERO)
                waitsForOrder.isCompleted shouldBe true
                waitsForUser.isCompleted shouldBe false
                removed.isCompleted shouldBe false
                held[0].isActive shouldBe true
                held.forEach(Lease<*>::close)
                removed.await() shouldBe true
                waitsForUser.await()
                pools.names shouldBe setOf("users")
                pools.remove("orders", Duration.ZERO) shouldBe false
                pools.close(Duration.ZERO)
            }
        }

        test("65: an empty pool closes at its time, and leaves") {
            manyPools {
                val pools = managerOf(10.seconds)
                val factory = ScriptedFactory()
                val pool =
                    pools.pool("orders", factory) {
                        minIdle = 0
                        idleTimeout = 5.seconds
                    }
                pool.acquire().close()
                pass(5.seconds)
                factory.openConnections.shouldBeEmpty()
                pass(9_999.milliseconds)
                pools.names shouldBe setOf("orders")
                pass(1.milliseconds)
                pools.names.shouldBeEmpty()
                shouldThrow<PoolClosedException> { pool.acquire() }
                pools.close(Duration.ZERO)
            }
        }

        test("65: a pool does not close while a caller waits, while a lease lasts, or while it is paused") {
            manyPools {
                val pools = managerOf(1.seconds)
                val factory = ScriptedFactory().also { it.opens.otherwise = Step.Fail(IllegalStateException("down")) }
                val waiting = pools.pool("waiting", factory) { minIdle = 0 }
                val caller = async { shouldThrow<AcquireTimeoutException> { waiting.acquire(20.seconds) } }
                val lease = pools.pool("leased", ScriptedFactory()) { minIdle = 0 }.acquire()
                pools.pool("paused", ScriptedFactory()) { minIdle = 0 }.control.pause()
                pass(19.seconds)
                pools.names shouldBe setOf("waiting", "leased", "paused")
                pass(1.seconds)
                caller.await()
                pools.control("paused")?.resume()
                pass(2.seconds)
                pools.names shouldBe setOf("leased")
                lease.close()
                pools.close(Duration.ZERO)
            }
        }

        test("65: a pool whose server is gone closes at its time, although it goes on connecting") {
            manyPools {
                val pools = managerOf(1.minutes)
                val factory = ScriptedFactory().also { it.opens.otherwise = Step.After(3.seconds, DOWN) }
                val pool =
                    pools.pool("gone", factory) {
                        minIdle = 0
                        failFastAfter = 1.seconds
                    }
                shouldThrow<PoolException> { pool.acquire(20.seconds) }
                pass(30.seconds)
                val tried = factory.opens.calls
                pass(20.seconds)
                (factory.opens.calls > tried) shouldBe true
                pass(20.seconds)
                pools.names.shouldBeEmpty()
                pools.close(Duration.ZERO)
            }
        }

        test("65: without a time, or with a minimum, a pool never closes itself") {
            manyPools {
                val down = ScriptedFactory().also { it.opens.otherwise = DOWN }
                val forever = managerOf(null)
                forever.pool("empty", ScriptedFactory()) { minIdle = 0 }
                val short = managerOf(1.seconds)
                short.pool("minimum", down) { minIdle = 1 }
                pass(10.minutes)
                forever.names shouldBe setOf("empty")
                short.names shouldBe setOf("minimum")
                forever.close(Duration.ZERO)
                short.close(Duration.ZERO)
            }
        }

        test("66: a pool that is created again starts its counters at zero") {
            manyPools {
                val pools = managerOf(1.seconds)
                val settings: PoolSettings.() -> Unit = {
                    minIdle = 0
                    idleTimeout = 1.seconds
                }
                pools.pool("orders", ScriptedFactory(), settings = settings).acquire().close()
                pools.stats().getValue("orders").acquired shouldBe 1
                pass(3.seconds)
                pools.stats().shouldBeEmpty()
                val again = pools.pool("orders", ScriptedFactory(), settings = settings)
                again.snapshot().acquired shouldBe 0
                again.snapshot().opened shouldBe 0
                pools.close(Duration.ZERO)
            }
        }

        test("67: closing the manager ends every coroutine, also of pools that already close") {
            manyPools {
                val pools = managerOf(null)
                val factories = List(3) { ScriptedFactory() }
                val all = factories.mapIndexed { i, factory -> pools.pool("p$i", factory) { minIdle = 2 } }
                pass(Duration.ZERO)
                val lease = all[0].acquire()
                val removal = launch { pools.remove("p0", 30.seconds) }
                pass(Duration.ZERO)
                val start = testScheduler.timeSource.markNow()
                pools.close(40.seconds) // which does not extend the grace of the removal
                start.elapsedNow() shouldBe 30.seconds
                lease.isActive shouldBe false
                removal.join()
                factories.flatMap { it.openConnections }.shouldBeEmpty()
                backgroundScope.coroutineContext.job.children.toList().shouldBeEmpty()
                shouldThrow<IllegalStateException> { pools.pool("p1", ScriptedFactory()) }.message shouldContain
                    "closed"
            }
        }

        test("67: closing the manager without a grace ends also the grace of a pool that was removed") {
            manyPools {
                val pools = managerOf(null)
                val lease = pools.pool("p", ScriptedFactory()) { minIdle = 1 }.acquire()
                val removal = launch { pools.remove("p", 30.seconds) }
                pass(Duration.ZERO)
                lease.isActive shouldBe true
                val start = testScheduler.timeSource.markNow()
                pools.close(Duration.ZERO)
                start.elapsedNow() shouldBe Duration.ZERO
                lease.isActive shouldBe false
                removal.join()
            }
        }

        test("an existing name with other settings fails, and the error names all differences") {
            manyPools {
                val pools = managerOf(null)
                val factory = ScriptedFactory()
                val first = pools.pool("orders", factory) { maxSize = 4 }
                pools.pool("orders", ScriptedFactory()) { maxSize = 4 } shouldBeSameInstanceAs first
                first.control.reconfigure { maxSize = 5 }
                pools.pool("orders", factory) { maxSize = 4 } shouldBeSameInstanceAs first
                val error =
                    shouldThrow<InvalidConfigException> {
                        pools.pool("orders", factory, ScriptedHooks()) {
                            maxSize = 6
                            acquireTimeout = null
                        }
                    }
                error.problems.shouldContainExactly(
                    "hooks is dev.rockpool.testing.ScriptedHooks but the existing pool has none",
                    "maxSize is 6 but the existing pool has 4",
                    "acquireTimeout is never but the existing pool has 30s",
                )
                pools.close(Duration.ZERO)
            }
        }

        test("the pools of a manager share its budget, and return it when they close themselves") {
            manyPools {
                val budget = Budget(3)
                val pools = managerOf(10.seconds, budget)
                val settings: PoolSettings.() -> Unit = {
                    minIdle = 0
                    maxSize = 3
                    idleTimeout = 5.seconds
                }
                val orders = pools.pool("orders", ScriptedFactory(), settings = settings)
                val users = pools.pool("users", ScriptedFactory(), settings = settings)
                val own = pools.pool("own", ScriptedFactory()) { this.budget = Budget(1).share() }
                own.acquire().close()
                val held = List(3) { orders.acquire() }
                val waiter = async { users.acquire() }
                pass(1.seconds)
                waiter.isCompleted shouldBe false
                budget.taken shouldBe 3
                held.forEach(Lease<*>::close)
                waiter.await().close()
                budget.pools.map { it.pool } shouldBe listOf("orders", "users")
                pools.pool("orders", ScriptedFactory(), settings = settings) shouldBeSameInstanceAs orders
                pass(30.seconds)
                pools.names shouldBe setOf("own")
                budget.taken shouldBe 0
                budget.pools.shouldBeEmpty()
                pools.close(Duration.ZERO)
            }
        }

        test("stats and health are by name, and show each pool's own") {
            manyPools {
                val pools = managerOf(null)
                pools.pool("a", ScriptedFactory()) { maxSize = 3 }
                pools.pool("b", ScriptedFactory()) { maxSize = 7 }
                pools.stats().mapValues { it.value.maxSize } shouldBe mapOf("a" to 3, "b" to 7)
                pools.health().keys shouldBe setOf("a", "b")
                pools.control("a")?.config?.maxSize shouldBe 3
                pools.control("c").shouldBeNull()
                pools.health().getValue("a") shouldNotBe null
                pools.close(Duration.ZERO)
            }
        }
    }) {
    private companion object {
        val DOWN = Step.Fail(IllegalStateException("down"))
    }
}

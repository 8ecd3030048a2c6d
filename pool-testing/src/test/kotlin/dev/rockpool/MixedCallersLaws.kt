package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.checkNothingLost
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.util.Collections
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/** Runs [body] against a pool in real time, then checks that nothing was lost. */
internal suspend fun realPool(
    settings: PoolSettings.() -> Unit = {},
    body: suspend CoroutineScope.(Pool<FakeConnection>, BlockingPool<FakeConnection>) -> Unit,
) {
    val factory = ScriptedFactory()
    val pool =
        Pool("real", factory) {
            minIdle = 0
            settings()
        }
    coroutineScope { body(pool, BlockingPool.of(pool)) }
    checkNothingLost(pool, factory)
}

internal suspend fun Pool<*>.untilPending(count: Int) = eventually(20.seconds) { snapshot().pending shouldBe count }

/** Law 36, and the blocking side of laws 4 to 6, 8, 9, 12 and 32: threads, futures and coroutines in one queue. */
class MixedCallersLaws :
    FunSpec({
        test("36: coroutines, threads and futures are served in order of arrival") {
            realPool({ maxSize = 1 }) { pool, blocking ->
                val order = Collections.synchronizedList(mutableListOf<Int>())
                val held = pool.acquire()
                val ends = mutableListOf<() -> Unit>()
                for (i in 0 until 12) {
                    when (i % 3) {
                        0 -> launch(Dispatchers.Default) { pool.withConnection { order += i } }
                        1 ->
                            thread { blocking.withConnection<Unit, RuntimeException> { order += i } }
                                .let { ends += it::join }
                        2 ->
                            blocking
                                .acquireAsync()
                                .thenAccept {
                                    order += i
                                    it.close()
                                }
                                .let { ends += { it.join() } }
                    }
                    pool.untilPending(i + 1)
                }
                held.close()
                ends.forEach { it() }
                eventually(20.seconds) { order.size shouldBe 12 }
                order shouldContainExactly (0 until 12).toList()
            }
        }

        test("36: an interrupted thread throws at once, frees its place, and loses no connection") {
            realPool({ maxSize = 1 }) { pool, blocking ->
                val held = pool.acquire()
                val thrown = AtomicReference<Throwable>()
                val parked = thread { runCatching { blocking.acquire() }.onFailure(thrown::set) }
                pool.untilPending(1)
                parked.interrupt()
                parked.join()
                (thrown.get() is InterruptedException) shouldBe true
                pool.snapshot().pending shouldBe 0
                pool.snapshot().cancelled shouldBe 1
                held.close()
                blocking.acquire().close()
            }
        }

        test("36: a thread interrupted as it is served has either the lease and the flag, or the exception") {
            realPool({ maxSize = 1 }) { pool, blocking ->
                repeat(300) {
                    val held = blocking.acquire()
                    val outcome = AtomicReference<String>()
                    val parked = thread {
                        try {
                            blocking.acquire().close()
                            outcome.set("lease, flag ${Thread.currentThread().isInterrupted}")
                        } catch (_: InterruptedException) {
                            outcome.set("interrupted")
                        }
                    }
                    pool.untilPending(1)
                    val releaser = thread { held.close() }
                    parked.interrupt()
                    releaser.join()
                    parked.join()
                    (outcome.get() in listOf("interrupted", "lease, flag true", "lease, flag false")) shouldBe true
                    pool.snapshot().leased shouldBe 0
                }
            }
        }

        test("6: a thread times out with the pool's own exception, not early") {
            realPool({ maxSize = 1 }) { pool, blocking ->
                val held = pool.acquire()
                val start = System.nanoTime()
                val timeout = shouldThrow<AcquireTimeoutException> { blocking.acquire(java.time.Duration.ofMillis(50)) }
                (System.nanoTime() - start >= 50.milliseconds.inWholeNanoseconds) shouldBe true
                (timeout.waitedMillis >= 50) shouldBe true
                pool.snapshot().timedOut shouldBe 1
                shouldThrow<AcquireTimeoutException> { blocking.acquire(java.time.Duration.ZERO) }
                held.close()
            }
        }

        test("8: tryAcquire of a thread gives a lease or null") {
            realPool({ maxSize = 1 }) { _, blocking ->
                blocking.acquire().close()
                val lease = blocking.tryAcquire()
                blocking.tryAcquire() shouldBe null
                lease?.close()
            }
        }

        test("9: a cancelled future frees its place, and the next caller is served") {
            realPool({ maxSize = 1 }) { pool, blocking ->
                val held = pool.acquire()
                val doomed = blocking.acquireAsync()
                val next = blocking.acquireAsync()
                doomed.cancel(false)
                pool.snapshot().pending shouldBe 1
                held.close()
                next.get(20, TimeUnit.SECONDS).close()
                eventually(20.seconds) { pool.snapshot().leased shouldBe 0 }
            }
        }

        test("10: a future cancelled after it was served, but before it completed, returns the lease at once") {
            realPool({ maxSize = 1 }) { pool, blocking ->
                repeat(1_000) {
                    val held = blocking.acquire()
                    val future = blocking.acquireAsync()
                    held.close()
                    if (future.cancel(false)) pool.snapshot().leased shouldBe 0 else future.join().close()
                }
            }
        }

        test("9: a future that times out by orTimeout leaves the queue") {
            realPool({ maxSize = 1 }) { pool, blocking ->
                val held = blocking.acquire()
                val future = blocking.acquireAsync()
                val late = shouldThrow<ExecutionException> { future.orTimeout(5, TimeUnit.MILLISECONDS).get() }
                (late.cause is java.util.concurrent.TimeoutException) shouldBe true
                pool.untilPending(0)
                held.close()
            }
        }

        test("9: a future that its holder completes, such as by completeOnTimeout, leaves the queue") {
            realPool({
                maxSize = 1
                acquireTimeout = null
            }) { pool, blocking ->
                val held = blocking.acquire()
                blocking.acquireAsync().completeOnTimeout(null, 5, TimeUnit.MILLISECONDS).get() shouldBe null
                pool.untilPending(0)
                blocking.acquireAsync().complete(null) shouldBe true
                pool.snapshot().pending shouldBe 0
                pool.snapshot().cancelled shouldBe 2
                held.close()
            }
        }

        test("10: a future that its holder completes while it is served takes no connection") {
            realPool({ maxSize = 1 }) { pool, blocking ->
                repeat(1_000) {
                    val held = blocking.acquire()
                    val future = blocking.acquireAsync()
                    held.close()
                    if (!future.complete(null)) future.join().close()
                }
                eventually(20.seconds) { pool.snapshot().leased shouldBe 0 }
            }
        }

        test("6: a future fails at the pool's timeout, and at once when the pool is closed") {
            realPool({
                maxSize = 1
                acquireTimeout = 20.milliseconds
            }) { pool, blocking ->
                val held = pool.acquire()
                val late = shouldThrow<ExecutionException> { blocking.acquireAsync().get(20, TimeUnit.SECONDS) }
                (late.cause is AcquireTimeoutException) shouldBe true
                held.close()
                blocking.close()
                val closed = shouldThrow<ExecutionException> { blocking.acquireAsync().get(20, TimeUnit.SECONDS) }
                (closed.cause is PoolClosedException) shouldBe true
            }
        }

        test("32: close wakes parked threads at once, and waits for active leases") {
            realPool({ maxSize = 1 }) { pool, blocking ->
                val held = pool.acquire()
                val thrown = AtomicReference<Throwable>()
                val parked = thread { runCatching { blocking.acquire() }.onFailure(thrown::set) }
                pool.untilPending(1)
                val closing = CompletableFuture.runAsync { blocking.close(java.time.Duration.ofSeconds(20)) }
                parked.join()
                (thrown.get() is PoolClosedException) shouldBe true
                closing.isDone shouldBe false
                held.close()
                closing.get(20, TimeUnit.SECONDS)
                pool.snapshot().total shouldBe 0
            }
        }

        test("callers that block every thread of Dispatchers.Default do not stop the pool from opening") {
            realPool { pool, blocking ->
                val blocked =
                    List(4 * Runtime.getRuntime().availableProcessors()) {
                        async(Dispatchers.Default) {
                            blocking.acquire(java.time.Duration.ofSeconds(20)).use { it.connection.number }
                        }
                    }
                blocked.forEach { it.await() }
                (pool.snapshot().opened > 0) shouldBe true
            }
        }

        test("1,000 coroutines on 10 connections all finish, although each suspends while it holds one") {
            realPool { pool, _ ->
                val numbers =
                    List(1_000) {
                        async(Dispatchers.Default) {
                            pool.withConnection { c ->
                                kotlinx.coroutines.delay(1.milliseconds)
                                c.number
                            }
                        }
                    }
                numbers.forEach { (it.await() in 1..10) shouldBe true }
                pool.snapshot().opened shouldBe 10
            }
        }
    })

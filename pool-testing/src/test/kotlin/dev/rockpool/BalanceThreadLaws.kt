package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.FakeConnection
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.shouldBe
import java.time.Duration
import java.util.Collections
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull

/** Starts a virtual thread if this JVM has them, else a platform thread. */
private fun startVirtual(work: Runnable): Thread =
    try {
        Thread::class.java.getMethod("startVirtualThread", Runnable::class.java).invoke(null, work) as Thread
    } catch (_: NoSuchMethodException) {
        Thread(work).apply { start() }
    }

/** Laws 84 to 87 for threads and futures, beside coroutines, in real time. */
class BalanceThreadLaws :
    FunSpec({
        suspend fun balancedPool(
            settings: PoolSettings.(Int) -> Unit = {},
            body: suspend (Balanced, BlockingPool<FakeConnection>) -> Unit,
        ) {
            val reads = Balanced(settings = settings)
            eventually(20.seconds) { reads.pool.snapshot().idle shouldBe 3 }
            body(reads, BlockingPool.of(reads.pool))
            eventually(20.seconds) { reads.pool.snapshot().leased shouldBe 0 }
            reads.end()
        }

        test("84: coroutines, platform and virtual threads and futures are served in order of arrival") {
            balancedPool { reads, blocking ->
                val held = reads.holdAll().map { it.single() }
                val order = Collections.synchronizedList(mutableListOf<Int>())
                val ends = mutableListOf<() -> Unit>()
                coroutineScope {
                    for (caller in 0 until 12) {
                        when (caller % 4) {
                            0 -> launch(Dispatchers.Default) { reads.pool.withConnection { order += caller } }
                            1 -> thread { blocking.acquire().use { order += caller } }.let { ends += it::join }
                            2 -> startVirtual { blocking.acquire().use { order += caller } }.let { ends += it::join }
                            3 -> {
                                val future =
                                    blocking.acquireAsync().thenAccept { lease ->
                                        order += caller
                                        lease.close()
                                    }
                                ends.add { future.join() }
                            }
                        }
                        eventually(20.seconds) { reads.pending() shouldContainExactly List(3) { caller + 1 } }
                    }
                    held[2].close()
                }
                ends.forEach { it() }
                order shouldContainExactly (0 until 12).toList()
                held[0].close()
                held[1].close()
            }
        }

        test("86: a thread and a future time out after their timeout, whatever the number of members") {
            balancedPool { reads, blocking ->
                val held = reads.holdAll().flatten()
                val start = System.nanoTime()
                val error = shouldThrow<AcquireTimeoutException> { blocking.acquire(Duration.ofMillis(200)) }
                (System.nanoTime() - start) shouldBeGreaterThanOrEqualTo 200_000_000
                error.poolName shouldBe "reads"
                val future = blocking.acquireAsync(Duration.ofMillis(100))
                eventually(20.seconds) { future.isCompletedExceptionally shouldBe true }
                shouldThrow<AcquireTimeoutException> { blocking.acquire(Duration.ZERO) }
                reads.pool.snapshot().timedOut shouldBe 3
                reads.pending() shouldContainExactly listOf(0, 0, 0)
                held.forEach { it.close() }
            }
        }

        test(
            "87: an interrupted thread and a future that is cancelled or completed leave all queues and lease nothing"
        ) {
            balancedPool { reads, blocking ->
                val held = reads.holdAll().flatten()
                val interrupted = CompletableFuture<Boolean>()
                val waiting = thread {
                    interrupted.complete(runCatching { blocking.acquire() }.exceptionOrNull() is InterruptedException)
                }
                eventually(20.seconds) { reads.pending() shouldContainExactly listOf(1, 1, 1) }
                waiting.interrupt()
                interrupted.get(20, TimeUnit.SECONDS) shouldBe true
                val future = blocking.acquireAsync()
                reads.pending() shouldContainExactly listOf(1, 1, 1)
                future.cancel(false) shouldBe true
                reads.pending() shouldContainExactly listOf(0, 0, 0)
                blocking.acquireAsync().complete(null) shouldBe true
                reads.pending() shouldContainExactly listOf(0, 0, 0)
                held.forEach { it.close() }
                reads.leased() shouldContainExactly listOf(0, 0, 0)
            }
        }

        test("85: callers of all kinds that give up at random moments never share a connection, and lose none") {
            val proof = System.getProperty("rockpool.proof").toBoolean()
            val seed = System.getProperty("rockpool.seed")?.toLong() ?: System.nanoTime()
            balancedPool { reads, blocking ->
                val inUse: MutableSet<FakeConnection> = ConcurrentHashMap.newKeySet()
                val wrong = ConcurrentLinkedQueue<String>()
                val ends = AtomicBoolean()
                fun use(connection: FakeConnection, random: Random) {
                    if (!inUse.add(connection)) wrong += "$connection has two users, rerun with -Drockpool.seed=$seed"
                    if (random.nextInt(4) == 0) Thread.yield()
                    inUse -= connection
                }
                fun blockingCaller(number: Int) {
                    val random = Random(seed + number)
                    while (!ends.get()) {
                        try {
                            blocking.acquire(Duration.ofNanos(random.nextLong(1, 200_000))).use {
                                use(it.connection, random)
                            }
                        } catch (_: AcquireTimeoutException) {
                            // as intended
                        }
                    }
                }
                fun futureCaller(number: Int) {
                    val random = Random(seed + number)
                    while (!ends.get()) {
                        val future = blocking.acquireAsync(Duration.ofSeconds(20))
                        if (random.nextBoolean() && future.cancel(true)) continue
                        try {
                            future.get().use { use(it.connection, random) }
                        } catch (_: CancellationException) {
                            // as intended
                        }
                    }
                }
                val threads =
                    List(3) { thread { blockingCaller(it) } } +
                        List(3) { startVirtual { blockingCaller(10 + it) } } +
                        List(2) { thread { futureCaller(20 + it) } }
                coroutineScope {
                    repeat(3) { number ->
                        launch(Dispatchers.Default) {
                            val random = Random(seed + 30 + number)
                            while (!ends.get()) {
                                withTimeoutOrNull(random.nextInt(1, 3).milliseconds) {
                                    reads.pool.withConnection { use(it, random) }
                                }
                            }
                        }
                    }
                    delay(if (proof) 60.seconds else 1.seconds)
                    ends.set(true)
                }
                threads.forEach { it.join() }
                wrong.shouldBeEmpty()
                eventually(20.seconds) { reads.pool.snapshot().idle shouldBe reads.pool.snapshot().total }
            }
        }
    })

package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.FakeConnection
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

/** Tracks who holds which connection, and records a connection that two callers hold at once. */
private class Holders {
    private val held = ConcurrentHashMap.newKeySet<Int>()
    val violations = ConcurrentLinkedQueue<String>()

    inline fun <R> holding(connection: FakeConnection, work: () -> R): R {
        if (connection.isClosed) violations += "$connection was lent after it was closed"
        if (!held.add(connection.number)) violations += "$connection is held twice"
        try {
            return work()
        } finally {
            held.remove(connection.number)
        }
    }
}

/**
 * Threads and coroutines acquire, time out, are cancelled, are interrupted and break connections, with few connections.
 */
private class Crowd(private val pool: Pool<FakeConnection>, private val seed: Long) {
    private val blocking = BlockingPool.of(pool)
    val holders = Holders()
    val failures = ConcurrentLinkedQueue<Throwable>()

    fun coroutine(scope: CoroutineScope, number: Int): Job =
        scope.launch(Dispatchers.Default) {
            val random = Random(seed + number)
            repeat(ROUNDS) {
                val hasty = random.nextInt(4) == 0
                attempt {
                    pool.withConnection(if (hasty) random.nextInt(300).microseconds else 60.seconds) { c ->
                        holders.holding(c) { if (random.nextInt(3) == 0) yield() }
                        if (random.nextInt(200) == 0) c.isBroken = true
                    }
                }
            }
        }

    fun parked(number: Int): Thread = thread {
        val random = Random(seed - number)
        repeat(ROUNDS) {
            val timeout = if (random.nextInt(4) == 0) random.nextLong(300_000) else 60_000_000_000
            attempt {
                blocking.acquire(java.time.Duration.ofNanos(timeout)).use { lease ->
                    holders.holding(lease.connection) { if (random.nextInt(3) == 0) Thread.yield() }
                    if (random.nextInt(200) == 0) lease.evict("the crowd")
                }
            }
        }
    }

    fun future(number: Int): Thread = thread {
        val random = Random(seed * 31 + number)
        repeat(ROUNDS) {
            val future = blocking.acquireAsync()
            if (random.nextInt(3) == 0) future.cancel(false)
            attempt { if (!future.isCancelled) future.join().use { holders.holding(it.connection) {} } }
        }
    }

    /** Short timeouts may expire. A timeout of a minute means that a waiter was forgotten. */
    private inline fun attempt(work: () -> Unit) {
        try {
            work()
        } catch (e: AcquireTimeoutException) {
            if (e.waited > 10.seconds) failures += e
        } catch (_: InterruptedException) {
            Thread.interrupted()
        }
    }

    companion object {
        val ROUNDS = if (System.getProperty("rockpool.proof").toBoolean()) 2_000 else 400
    }
}

class StressTest :
    FunSpec({
        for (policy in ReusePolicy.entries) {
            for (patient in listOf(true, false)) {
                test(
                    "a crowd of threads, coroutines and futures loses nothing: $policy, ${if (patient) "patient" else "strict"}"
                ) {
                    val seed = System.getProperty("rockpool.seed")?.toLong() ?: System.nanoTime()
                    println("StressTest $policy patient=$patient: rerun with -Drockpool.seed=$seed")
                    realPool({
                        maxSize = 3
                        reusePolicy = policy
                        bargingWindow = if (patient) 200.microseconds else 0.seconds
                        trustWindow = 5.milliseconds
                        maxLifetime = 50.milliseconds
                    }) { pool, _ ->
                        val crowd = Crowd(pool, seed)
                        val threads = List(4) { crowd.parked(it) } + List(2) { crowd.future(it) }
                        val coroutines = List(8) { crowd.coroutine(this, it) }
                        val victims = List(20) { crowd.coroutine(this, 100 + it) }
                        val random = Random(seed)
                        victims.forEach {
                            yield()
                            if (random.nextBoolean()) it.cancel()
                        }
                        repeat(50) {
                            threads[random.nextInt(4)].interrupt()
                            yield()
                        }
                        threads.forEach { it.join() }
                        (coroutines + victims).forEach { it.join() }
                        crowd.holders.violations.toList() shouldBe emptyList()
                        crowd.failures.toList() shouldBe emptyList()
                    }
                }
            }
        }
    })

package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.sql.SQLException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.locks.LockSupport
import kotlin.concurrent.thread
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.isActive
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull

/** Coroutines and threads that use one connection concurrently: each loses only its own statement. */
class SharedConnectionLaws :
    FunSpec({
        for ((place, dispatcher) in callerPlaces) {
            test("a call that waits for the connection times out, and the running query continues: $place") {
                withSlowQueries { pool, queries, _ ->
                    coroutineScope {
                        val gaveUp = CountDownLatch(1)
                        launch(dispatcher(pool)) {
                            pool.withConnection { c ->
                                coroutineScope {
                                    launch(Dispatchers.IO) {
                                        queries.untilRunning("slow first")
                                        withTimeoutOrNull(20.milliseconds) { c.slow("second") } shouldBe null
                                        gaveUp.countDown()
                                    }
                                    c.slow("first")
                                }
                            }
                        }
                        until { check(gaveUp.count == 0L) { "the second waits still" } }
                        queries.untilLookedAgain()
                        queries.end("slow first")
                    }
                    queries.cancelled.shouldBeEmpty()
                    queries.finished.toList() shouldBe listOf("slow first")
                }
            }

            test("a running query times out while another call waits for it: $place") {
                withSlowQueries { pool, queries, _ ->
                    coroutineScope {
                        val scope = CompletableDeferred<Job>()
                        val second = CompletableFuture<Thread>()
                        launch(dispatcher(pool)) {
                            pool.withConnection { c ->
                                coroutineScope {
                                    launch(Dispatchers.IO) {
                                        queries.untilRunning("slow first")
                                        second.complete(Thread.currentThread())
                                        c.slow("second")
                                    }
                                    shouldThrow<CancellationException> {
                                        coroutineScope {
                                            scope.complete(coroutineContext.job)
                                            c.slow("first")
                                        }
                                    }
                                }
                            }
                        }
                        until { check(second.getNow(null)?.state == Thread.State.TIMED_WAITING) }
                        scope.await().cancel()
                        queries.untilRunning("slow second")
                        queries.end("slow second")
                    }
                    queries.cancelled.toList() shouldBe listOf("slow first")
                    queries.finished.toList() shouldBe listOf("slow second")
                }
            }

            test("the statement of a thread that a block started ends with the block's coroutine, not before: $place") {
                withSlowQueries { pool, queries, _ ->
                    val failure = CompletableFuture<Throwable?>()
                    coroutineScope {
                        val gaveUp = CountDownLatch(1)
                        val caller =
                            launch(dispatcher(pool)) {
                                pool.withConnection { c ->
                                    thread { failure.complete(runCatching { c.slow("query") }.exceptionOrNull()) }
                                    withTimeoutOrNull(1.milliseconds) {
                                        while (coroutineContext.isActive) LockSupport.parkNanos(10_000)
                                        gaveUp.countDown()
                                        failure.get()
                                    }
                                }
                            }
                        queries.untilRunning("slow query")
                        until { check(gaveUp.count == 0L) { "the block did not give up" } }
                        queries.untilLookedAgain()
                        queries.cancelled.shouldBeEmpty()
                        caller.cancelAndJoin()
                    }
                    queries.cancelled.toList() shouldBe listOf("slow query")
                    failure.get().shouldBeInstanceOf<SQLException>().cause.shouldBeInstanceOf<CancellationException>()
                }
            }

            test("runBlocking in a block ends with the block, and with its own timeout: $place") {
                withSlowQueries { pool, queries, _ ->
                    withContext(dispatcher(pool)) {
                        val caller = launch { pool.withConnection { c -> runBlocking { c.slow("first") } } }
                        queries.untilRunning("slow first")
                        caller.cancelAndJoin()
                        pool.withConnection { c ->
                            runBlocking(currentCoroutineContext()) {
                                withTimeoutOrNull(20.milliseconds) { c.slow("second") } shouldBe null
                            }
                        }
                    }
                    queries.cancelled.toList() shouldBe listOf("slow first", "slow second")
                }
            }
        }

        test("an interrupt of the thread of a block does not end the statement of another thread") {
            withSlowQueries { pool, queries, _ ->
                val failure = CompletableFuture<Throwable?>()
                val interrupted = CountDownLatch(1)
                val owner = thread {
                    pool.dataSource.useConnection<Exception> { c ->
                        thread { failure.complete(runCatching { c.slow("query") }.exceptionOrNull()) }
                        while (!Thread.currentThread().isInterrupted) LockSupport.park()
                        interrupted.countDown()
                        while (!failure.isDone) Thread.onSpinWait()
                    }
                }
                queries.untilRunning("slow query")
                owner.interrupt()
                interrupted.await()
                queries.untilLookedAgain()
                queries.end("slow query")
                failure.get() shouldBe null
                owner.join()
                queries.cancelled.shouldBeEmpty()
            }
        }

        for (next in listOf("statement", "commit")) {
            test("a late cancel hits no later call of the block: a $next waits until it has arrived") {
                val database = FakeDatabase()
                val pool = fakePool(database) { cancelTimeout = 10.seconds }.asJdbcPool()
                val cancelling = CountDownLatch(1)
                val arrive = CountDownLatch(1)
                val order = ConcurrentLinkedQueue<String>()
                database.on("statement.execute") { call ->
                    if (call.arguments.single() == "slow") cancelling.await(20, SECONDS) // and ends on its own
                    else order += "next"
                    true
                }
                database.on("connection.commit") {
                    order += "next"
                    FakeDatabase.RECORD_ONLY
                }
                database.on("statement.cancel") {
                    cancelling.countDown()
                    arrive.await(20, SECONDS)
                    order += "cancel"
                    null
                }
                coroutineScope {
                    val goesOn = CompletableFuture<Thread>()
                    launch(Dispatchers.IO) {
                        pool.transaction { c ->
                            withTimeoutOrNull(20.milliseconds) { c.execute("slow") }
                            goesOn.complete(Thread.currentThread())
                            if (next == "statement") c.execute("next")
                        }
                    }
                    until { check(order.isNotEmpty() || goesOn.getNow(null)?.state == Thread.State.TIMED_WAITING) }
                    arrive.countDown()
                }
                order.first() shouldBe "cancel"
                order.size shouldBeGreaterThan 1
                pool.close()
            }
        }

        test("coroutines that share connections lose a statement only by their own timeout") {
            val seed = System.getProperty("rockpool.seed")?.toLong() ?: Random.nextLong()
            val server = SharedServer(seed)
            val pool = fakePool(server.database) { maxSize = CONNECTIONS }.asJdbcPool()
            val strange = ConcurrentLinkedQueue<Throwable>()
            withClue("rerun with -Drockpool.seed=$seed") {
                withTimeout(60.seconds) {
                    repeat(CONNECTIONS) { block ->
                        launch(Dispatchers.IO) {
                            repeat(ROUNDS) { round ->
                                pool.withConnection { c ->
                                    coroutineScope {
                                        val random = Random(seed + block * ROUNDS + round)
                                        repeat(SIBLINGS) { i ->
                                            val timeout = random.nextInt(1, 80).milliseconds
                                            launch {
                                                try {
                                                    withTimeoutOrNull(timeout) { c.execute("query $block $i") }
                                                } catch (e: SQLException) {
                                                    strange.add(e)
                                                }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                pool.close()
                strange.shouldBeEmpty()
                withClue("${server.hits} cancels met their statement, ${server.late} came late") {
                    server.hits.get() shouldNotBe 0
                    server.late.get() shouldNotBe 0
                }
            }
        }
    }) {
    private companion object {
        const val CONNECTIONS = 6
        const val ROUNDS = 12
        const val SIBLINGS = 4
    }
}

/**
 * Runs statements for some milliseconds. A cancel takes a moment to arrive, and hits whatever the session runs then.
 */
private class SharedServer(seed: Long) {
    private class Run {
        @Volatile var cancelled = false
    }

    val database = FakeDatabase()
    val hits = AtomicInteger()
    val late = AtomicInteger()
    private val random = Random(seed)
    private val sessions = ConcurrentHashMap<FakeObject, Any>()
    private val running = ConcurrentHashMap<FakeObject, Run>()

    init {
        database.on("statement.execute") { call -> execute(checkNotNull(call.on.parent)) }
        database.on("statement.cancel") { call -> cancel(checkNotNull(call.on.parent)) }
    }

    private fun execute(session: FakeObject): Boolean =
        synchronized(sessions.computeIfAbsent(session) { Any() }) {
            val run = Run()
            val until = System.nanoTime() + synchronized(random) { random.nextLong(MOST_NANOS) }
            running[session] = run
            while (!run.cancelled && System.nanoTime() < until) LockSupport.parkNanos(PAUSE_NANOS)
            running.remove(session)
            if (run.cancelled) throw SQLException("canceling statement due to user request", "57014")
            true
        }

    private fun cancel(session: FakeObject) {
        val meant = running[session]
        val until = System.nanoTime() + synchronized(random) { random.nextLong(MOST_NANOS / 2) }
        while (System.nanoTime() < until) LockSupport.parkNanos(PAUSE_NANOS)
        val hit = running[session]
        if (hit !== meant || meant == null) late.incrementAndGet()
        if (hit == null) return
        hit.cancelled = true
        hits.incrementAndGet()
    }

    private companion object {
        const val MOST_NANOS = 30_000_000L
        const val PAUSE_NANOS = 100_000L
    }
}

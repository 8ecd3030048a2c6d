package dev.rockpool.jdbc

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS
import java.util.concurrent.locks.LockSupport
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.selects.onTimeout
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield

/** Where callers of a pool may be. */
val callerPlaces: List<Pair<String, (JdbcPool) -> CoroutineDispatcher>> =
    listOf(
        "Default" to { _ -> Dispatchers.Default },
        "IO" to { _ -> Dispatchers.IO },
        "the pool's dispatcher" to { pool -> pool.dispatcher },
    )

/** Code concurrent with a query: it gives up at once, and keeps blocking its thread like a slow call. */
private class Sibling(val pool: JdbcPool) {
    val begin = CompletableDeferred<Unit>()
    val gaveUp = CountDownLatch(1)
    val end = CountDownLatch(1)

    suspend fun blockPastTheEnd() = blockPastTheEndOf(currentCoroutineContext().job)

    /** Blocks until this job is cancelled, and then as long as the test wants. */
    fun blockPastTheEndOf(job: Job) {
        while (job.isActive) LockSupport.parkNanos(10_000)
        gaveUp.countDown()
        end.await()
    }

    /** Keeps a failing test from hanging. */
    inline fun endingWithTest(test: () -> Unit) =
        try {
            test()
        } finally {
            end.countDown()
        }

    suspend fun untilGaveUp() = until { check(gaveUp.count == 0L) { "no caller gave up" } }
}

/** Law 47: no other coroutine of the same block can cancel a call. */
class SiblingLaws :
    FunSpec({
        /** None of these touches the connection. */
        val siblings: Map<String, suspend CoroutineScope.(Sibling) -> Unit> =
            mapOf(
                "launch, with a timeout of its own" to
                    { sibling ->
                        launch { withTimeoutOrNull(1.milliseconds) { sibling.blockPastTheEnd() } }
                    },
                "launch on Default, with a timeout of its own" to
                    { sibling ->
                        launch(Dispatchers.Default) { withTimeoutOrNull(1.milliseconds) { sibling.blockPastTheEnd() } }
                    },
                "async, cancelled" to
                    { sibling ->
                        val started = CompletableDeferred<Unit>()
                        val other =
                            async(Dispatchers.IO) {
                                started.complete(Unit)
                                sibling.blockPastTheEnd()
                            }
                        started.await()
                        other.cancel()
                    },
                "withContext, with a timeout around it" to
                    { sibling ->
                        withTimeoutOrNull(1.milliseconds) {
                            withContext(Dispatchers.Default) { sibling.blockPastTheEnd() }
                        }
                    },
                "a child of a supervisor that failed" to
                    { sibling ->
                        supervisorScope {
                            val failing =
                                async(Dispatchers.IO) {
                                    coroutineScope {
                                        launch { error("planned") }
                                        sibling.blockPastTheEnd()
                                    }
                                }
                            runCatching { failing.await() }
                        }
                    },
                "runBlocking, with a timeout in it" to
                    { sibling ->
                        runBlocking(currentCoroutineContext()) {
                            withTimeoutOrNull(1.milliseconds) { sibling.blockPastTheEnd() }
                        }
                    },
                "one that lost a select" to
                    { sibling ->
                        val slow = async(Dispatchers.IO) { sibling.blockPastTheEnd() }
                        select {
                            slow.onAwait {}
                            onTimeout(1.milliseconds) { slow.cancel() }
                        }
                    },
                "one that cannot be cancelled, in a timeout" to
                    { sibling ->
                        withTimeoutOrNull(1.milliseconds) {
                            val given = currentCoroutineContext().job
                            withContext(NonCancellable) { sibling.blockPastTheEndOf(given) }
                        }
                    },
                "one with another connection of the pool, with a timeout in its block" to
                    { sibling ->
                        sibling.pool.withConnection { withTimeoutOrNull(1.milliseconds) { sibling.blockPastTheEnd() } }
                    },
            )

        for ((place, dispatcher) in callerPlaces) {
            for ((name, beside) in siblings) {
                test("a query is left alone when concurrent code gives up: $name; on $place") {
                    withSlowQueries { pool, queries, _ ->
                        val sibling = Sibling(pool)
                        coroutineScope {
                            val block =
                                async(dispatcher(pool)) {
                                    pool.withConnection { c ->
                                        coroutineScope {
                                            launch(Dispatchers.IO) {
                                                sibling.begin.await() // dispatched after the query began
                                                try {
                                                    beside(sibling)
                                                } finally {
                                                    sibling.gaveUp.countDown() // too late to start
                                                }
                                            }
                                            c.slow("query")
                                        }
                                    }
                                }
                            sibling.endingWithTest {
                                queries.untilRunning("slow query")
                                sibling.begin.complete(Unit)
                                sibling.untilGaveUp()
                                queries.untilLookedAgain()
                                queries.cancelled.shouldBeEmpty()
                                queries.end("slow query")
                            }
                            block.await()
                        }
                        queries.finished.toList() shouldBe listOf("slow query")
                    }
                }
            }

            test("a timeout around a query is noticed although concurrent code is busy: $place") {
                withSlowQueries { pool, queries, _ ->
                    val busy = CountDownLatch(1)
                    withContext(dispatcher(pool)) {
                        pool.withConnection { c ->
                            coroutineScope {
                                val begin = CompletableDeferred<Unit>()
                                launch(Dispatchers.IO) {
                                    begin.await()
                                    queries.untilRunning("slow query")
                                    check(busy.await(20, SECONDS)) { "the timeout was not noticed meanwhile" }
                                }
                                val result =
                                    withTimeoutOrNull(50.milliseconds) {
                                        begin.complete(Unit)
                                        c.slow("query")
                                    }
                                result shouldBe null
                                busy.countDown()
                            }
                        }
                    }
                    queries.cancelled.toList() shouldBe listOf("slow query")
                }
            }

            test("a transaction in a launch is committed although concurrent code gives up: $place") {
                withSlowQueries { pool, queries, database ->
                    val sibling = Sibling(pool)
                    coroutineScope {
                        launch(dispatcher(pool)) {
                            pool.withConnection {
                                coroutineScope {
                                    launch(dispatcher(pool)) {
                                        pool.transaction { c ->
                                            coroutineScope {
                                                launch(Dispatchers.IO) {
                                                    sibling.begin.await()
                                                    withTimeoutOrNull(1.milliseconds) { sibling.blockPastTheEnd() }
                                                }
                                                c.slow("insert")
                                            }
                                        }
                                    }
                                }
                            }
                        }
                        sibling.endingWithTest {
                            queries.untilRunning("slow insert")
                            sibling.begin.complete(Unit)
                            sibling.untilGaveUp()
                            queries.untilLookedAgain()
                            queries.end("slow insert")
                        }
                    }
                    database.story().filter { "canary" !in it } shouldBe listOf("begin", "slow insert", "commit")
                }
            }

            test("a sibling's own query is cancelled with its own timeout, and with the block: $place") {
                withSlowQueries { pool, queries, _ ->
                    withContext(dispatcher(pool)) {
                        pool.withConnection { c ->
                            coroutineScope {
                                launch(Dispatchers.Default) {
                                    withTimeoutOrNull(20.milliseconds) { c.slow("first") } shouldBe null
                                }
                                yield()
                            }
                        }
                        val caller = launch {
                            pool.withConnection { c -> coroutineScope { launch(Dispatchers.IO) { c.slow("second") } } }
                        }
                        queries.untilRunning("slow second")
                        caller.cancelAndJoin()
                    }
                    queries.cancelled.toList() shouldBe listOf("slow first", "slow second")
                }
            }

            test("after a block was suspended, its own timeouts and NonCancellable parts still apply: $place") {
                withSlowQueries { pool, queries, _ ->
                    withContext(dispatcher(pool)) {
                        pool.withConnection { c ->
                            yield()
                            withTimeoutOrNull(20.milliseconds) { c.slow("first") } shouldBe null
                            withTimeoutOrNull(20.milliseconds) {
                                yield()
                                c.slow("second")
                            } shouldBe null
                        }
                        queries.cancelled.toList() shouldBe listOf("slow first", "slow second")
                        pool.withConnection { c ->
                            coroutineScope { yield() } // the coroutine continues on its thread
                            withTimeoutOrNull(20.milliseconds) { c.slow("third") } shouldBe null
                        }
                        queries.cancelled.last() shouldBe "slow third"
                        val caller = launch {
                            pool.withConnection { c ->
                                yield()
                                withContext(NonCancellable) {
                                    yield()
                                    c.slow("cleanup")
                                }
                            }
                        }
                        queries.untilRunning("slow cleanup")
                        caller.cancel()
                        queries.untilLookedAgain()
                        queries.end("slow cleanup")
                        caller.join()
                    }
                    queries.finished.toList() shouldBe listOf("slow cleanup")
                }
            }
        }
    })

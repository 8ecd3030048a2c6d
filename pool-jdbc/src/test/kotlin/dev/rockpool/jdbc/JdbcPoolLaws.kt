package dev.rockpool.jdbc

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.Priority
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.sql.Connection
import java.sql.SQLException
import java.util.concurrent.CountDownLatch
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

class JdbcPoolLaws :
    FunSpec({
        suspend fun withPool(test: suspend (FakeDatabase, JdbcPool) -> Unit) {
            val database = FakeDatabase()
            val pool = fakePool(database).asJdbcPool()
            pool.withConnection {}
            database.forget()
            test(database, pool)
            pool.close()
            database.open() shouldBe 0
        }

        test("a block runs on the pool's dispatcher, and a caller already there stays") {
            withPool { _, pool ->
                pool.withConnection { currentCoroutineContext()[ContinuationInterceptor] shouldBe pool.dispatcher }
                withContext(pool.dispatcher) {
                    val thread = Thread.currentThread()
                    pool.withConnection { Thread.currentThread() shouldBeSameInstanceAs thread }
                }
            }
        }

        test("a caller waits in the pool's queue and times out on time while blocks occupy the whole dispatcher") {
            withPool { _, pool ->
                coroutineScope {
                    val inside = CountDownLatch(1)
                    val leave = CountDownLatch(1)
                    val busy =
                        launch(Dispatchers.Default) {
                            pool.withConnection {
                                inside.countDown()
                                leave.await()
                            }
                        }
                    inside.await()
                    try {
                        val waiting = launch { pool.withConnection {} }
                        while (pool.snapshot().pending == 0) yield()
                        shouldThrow<AcquireTimeoutException> { pool.withConnection(50.milliseconds) {} }
                        busy.isActive shouldBe true
                        waiting.isActive shouldBe true
                    } finally {
                        leave.countDown()
                    }
                }
            }
        }

        test("a caller cancelled before its block begins returns the connection") {
            withPool { _, pool ->
                repeat(200) { i ->
                    coroutineScope {
                        val caller = launch(Dispatchers.Default) { pool.withConnection { yield() } }
                        repeat(i % 5) { yield() }
                        caller.cancel()
                    }
                    pool.snapshot().leased shouldBe 0
                }
                pool.snapshot().total shouldBe 1
            }
        }

        test("a transaction is committed when its block returns") {
            withPool { database, pool ->
                val calls =
                    listOf(
                        "connection.setTransactionIsolation(8)",
                        "connection.setAutoCommit(false)",
                        "connection.createStatement()",
                        "statement.execute(touch)",
                        "statement.close()",
                        "connection.commit()",
                        "connection.setAutoCommit(true)",
                        "connection.setTransactionIsolation(2)",
                        "connection.clearWarnings()",
                    )
                val question = "connection.getTransactionIsolation()" // what it was, and whether the driver has set it
                pool.transaction(isolation = Connection.TRANSACTION_SERIALIZABLE) { it.touch() }
                database.log() shouldContainExactly listOf(question, calls.first(), question) + calls.drop(1)
                val before = database.log().size
                pool.transaction(isolation = Connection.TRANSACTION_SERIALIZABLE) { it.touch() }
                database.log().drop(before) shouldContainExactly calls
            }
        }

        test("a transaction is rolled back when its block throws, and the same exception is thrown") {
            withPool { database, pool ->
                val mine = IllegalStateException("mine")
                shouldThrow<IllegalStateException> {
                    pool.transaction {
                        it.touch()
                        throw mine
                    }
                } shouldBeSameInstanceAs mine
                database.log().count { it == "connection.rollback()" } shouldBe 1
                database.log() shouldNotContain "connection.commit()"
            }
        }

        test("a failed rollback is suppressed in the block's exception, and the connection is not used again") {
            withPool { database, pool ->
                val no = SQLException("no rollback")
                database.on("connection.rollback") { throw no }
                val mine = IllegalStateException("mine")
                shouldThrow<IllegalStateException> {
                    pool.transaction {
                        it.touch()
                        throw mine
                    }
                }
                mine.suppressed.toList() shouldContainExactly listOf(no)
                pool.withConnection {}
                database.connections.size shouldBe 2
            }
        }

        test("a transaction is rolled back when its coroutine is cancelled") {
            withPool { database, pool ->
                coroutineScope {
                    val inside = CompletableDeferred<Unit>()
                    val job = launch {
                        pool.transaction {
                            it.touch()
                            inside.complete(Unit)
                            awaitCancellation()
                        }
                    }
                    inside.await()
                    job.cancelAndJoin()
                }
                database.log() shouldContain "connection.rollback()"
                database.log() shouldNotContain "connection.commit()"
                pool.snapshot().leased shouldBe 0
            }
        }

        test("a transaction whose coroutine was cancelled before the commit is not committed") {
            withPool { database, pool ->
                coroutineScope {
                    launch {
                            pool.transaction {
                                it.touch()
                                currentCoroutineContext()[Job]?.cancel()
                            }
                        }
                        .join()
                }
                database.log() shouldNotContain "connection.commit()"
            }
        }

        test("a caller that times out or is cancelled while it waits loses nothing") {
            withPool { _, pool ->
                pool.withConnection {
                    shouldThrow<AcquireTimeoutException> {
                        withContext(Dispatchers.Default) { pool.withConnection(timeout = 20.milliseconds) {} }
                    }
                    coroutineScope {
                        val waiter = launch(Dispatchers.Default) { pool.withConnection {} }
                        until { check(pool.snapshot().pending == 1) }
                        waiter.cancelAndJoin()
                    }
                }
                pool.withConnection {}
                pool.snapshot().leased shouldBe 0
            }
        }

        test("if several callers wait, those of a higher priority are served first") {
            withPool { _, pool ->
                val order = java.util.Collections.synchronizedList(mutableListOf<Priority>())
                coroutineScope {
                    pool.withConnection {
                        launch { pool.transaction(priority = Priority.LOW) { order += Priority.LOW } }
                        while (pool.snapshot().pending < 1) yield()
                        launch { pool.withConnection(priority = Priority.HIGH) { order += Priority.HIGH } }
                        while (pool.snapshot().pending < 2) yield()
                    }
                }
                order shouldContainExactly listOf(Priority.HIGH, Priority.LOW)
            }
        }

        test("threads and coroutines share one pool") {
            withPool { _, pool ->
                pool.dataSource.connection.use {
                    pool.snapshot().leased shouldBe 1
                    pool.dataSource.asJdbcPool() shouldBeSameInstanceAs pool
                }
            }
        }
    })

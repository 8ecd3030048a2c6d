package dev.rockpool.jdbc

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.Backoff
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLNonTransientConnectionException
import java.sql.SQLTimeoutException
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull

private val both: List<CoroutineDispatcher> = listOf(Dispatchers.Default, Dispatchers.IO)

class TransactionLaws :
    FunSpec({
        val steps =
            listOf("setTransactionIsolation", "setReadOnly", "setAutoCommit", "setSavepoint", "releaseSavepoint")

        /** Runs all of these steps, and adds the hooks that ran to [ran]. */
        suspend fun JdbcPool.takeAllSteps(ran: MutableList<String>) =
            transaction(Connection.TRANSACTION_SERIALIZABLE, readOnly = true) {
                afterCommit { ran += "committed" }
                afterRollback { ran += "rolled back" }
                savepoint { it.execute("work") }
            }

        for (failure in listOf(SQLException("no"), IllegalStateException("no"), NoClassDefFoundError("no"))) {
            for (step in steps) {
                test("$step fails with ${failure.javaClass.simpleName}: it is thrown, and nothing is committed") {
                    withTransactions { database, pool ->
                        val ran = mutableListOf<String>()
                        database.on("connection.$step") {
                            val setsBack = it.arguments == listOf(step == "setAutoCommit")
                            if (setsBack) FakeDatabase.RECORD_ONLY else throw failure
                        }
                        shouldThrow<Throwable> { pool.takeAllSteps(ran) } shouldBeSameInstanceAs failure
                        database.story() shouldNotContain "commit"
                        ran shouldNotContain "committed"
                        database.normal("connection.$step")
                        database.numberSavepoints()
                        pool.takeAllSteps(ran)
                        ran.last() shouldBe "committed"
                    }
                }
            }
        }

        test("a caller cancelled at any driver call: committed only if that was the commit, and the hooks match") {
            for (here in both) {
                for (step in steps + "execute" + "commit") {
                    withTransactions { database, pool ->
                        val ran = mutableListOf<String>()
                        coroutineScope {
                            lateinit var caller: Job
                            val kind = if (step == "execute") "statement" else "connection"
                            val ready = CountDownLatch(1)
                            database.on("$kind.$step") {
                                ready.await()
                                caller.cancel()
                                if (step == "setSavepoint") savepoint(1) else FakeDatabase.RECORD_ONLY
                            }
                            caller = launch(here) { pool.takeAllSteps(ran) }
                            ready.countDown()
                            caller.join()
                            caller.isCancelled shouldBe true
                        }
                        val committed = step == "commit"
                        ("commit" in database.story()) shouldBe committed
                        ("rollback" in database.story()) shouldBe !committed
                        ran shouldNotContain if (committed) "rolled back" else "committed"
                        if (committed) ran shouldContainExactly listOf("committed")
                    }
                }
            }
        }

        test(
            "a block that returns after its caller was cancelled is rolled back, even if it swallowed the cancellation"
        ) {
            withTransactions { database, pool ->
                coroutineScope {
                    launch {
                            pool.transaction {
                                it.execute("work")
                                currentCoroutineContext()[Job]?.cancel()
                                try {
                                    awaitCancellation()
                                } catch (_: CancellationException) {}
                            }
                        }
                        .join()
                }
                database.story() shouldContainExactly listOf("begin", "work", "rollback")
            }
        }

        test(
            "hooks run in order after the connection was returned; one that throws affects neither the others nor the result"
        ) {
            withTransactions { _, pool ->
                val ran = mutableListOf<String>()
                val result =
                    pool.transaction {
                        afterCommit { ran += "first, leased ${pool.snapshot().leased}" }
                        afterCommit { error("not mine") }
                        afterRollback { ran += "never" }
                        afterCommit { pool.transaction { ran += "a transaction of its own" } }
                        ran += "block, leased ${pool.snapshot().leased}"
                        7
                    }
                result shouldBe 7
                ran shouldContainExactly listOf("block, leased 1", "first, leased 0", "a transaction of its own")
            }
        }

        test("an afterRollback hook runs when the block throws, and the block's exception is thrown") {
            withTransactions { _, pool ->
                val ran = mutableListOf<String>()
                shouldThrow<IllegalStateException> {
                        pool.transaction {
                            afterCommit { ran += "never" }
                            afterRollback { error("not mine") }
                            afterRollback { ran += "undone, leased ${pool.snapshot().leased}" }
                            error("mine")
                        }
                    }
                    .message shouldBe "mine"
                ran shouldContainExactly listOf("undone, leased 0")
            }
        }

        test("a scope that outlived its transaction rejects hooks and savepoints") {
            withTransactions { database, pool ->
                lateinit var kept: TransactionScope
                pool.transaction { kept = this }
                database.forget()
                shouldThrow<IllegalStateException> { kept.afterCommit {} }.message shouldContain "has ended"
                shouldThrow<IllegalStateException> { kept.savepoint {} }.message shouldContain "pool 'fake'"
                database.log().shouldBeEmpty()
            }
        }

        test("a commit that the database refuses is rolled back and its error thrown; afterRollback hooks run") {
            withTransactions { database, pool ->
                val no = SQLException("deferred constraint", "23503")
                database.on("connection.commit") { throw no }
                val ran = mutableListOf<String>()
                shouldThrow<SQLException> { pool.takeAllSteps(ran) } shouldBeSameInstanceAs no
                ran shouldContainExactly listOf("rolled back")
                database.story().takeLast(2) shouldContainExactly listOf("commit", "rollback")
            }
        }

        test(
            "if the connection is lost during the commit, the outcome is unknown: no hook runs, and nothing is retried"
        ) {
            val lost =
                listOf(
                    SQLException("broken pipe", "08006"),
                    SQLException("unknown", "40003"),
                    SQLTimeoutException("no answer"),
                    IllegalStateException("driver is confused"),
                )
            for (failure in lost) {
                withTransactions { database, pool ->
                    database.on("connection.commit") { throw failure }
                    val ran = mutableListOf<String>()
                    var blocks = 0
                    val error =
                        shouldThrow<SQLNonTransientConnectionException> {
                            pool.transaction(retry = Retry.conflicts.alsoOn { true }) {
                                blocks++
                                afterCommit { ran += "committed" }
                                afterRollback { ran += "rolled back" }
                                it.execute("work")
                                runCatching {
                                    savepoint {
                                        afterRollback { ran += "savepoint rolled back" }
                                        error("undo")
                                    }
                                }
                            }
                        }
                    error.sqlState shouldBe "08007"
                    error.message shouldContain "pool 'fake'"
                    error.message shouldContain "it is unknown"
                    error.cause shouldBeSameInstanceAs failure
                    blocks shouldBe 1
                    ran shouldContainExactly listOf("savepoint rolled back")
                }
            }
        }

        test("if the connection is closed before the commit is sent, it was certainly not committed") {
            withTransactions { _, pool ->
                val ran = mutableListOf<String>()
                shouldThrow<SQLException> {
                        pool.transaction {
                            afterRollback { ran += "rolled back" }
                            it.execute("work")
                            it.abort(Runnable::run)
                        }
                    }
                    .sqlState shouldBe "08003"
                ran shouldContainExactly listOf("rolled back")
            }
        }

        test("at the timeout a block is cancelled and rolled back, and the error says what to try") {
            for (here in both) {
                withTransactions { database, pool ->
                    val error =
                        withContext(here) {
                            shouldThrow<SQLTimeoutException> {
                                pool.transaction(timeout = briefly) {
                                    it.execute("work")
                                    awaitCancellation()
                                }
                            }
                        }
                    error.sqlState shouldBe "57014"
                    error.message shouldContain "pool 'fake': the transaction was not finished after $briefly (timeout)"
                    error.message shouldContain "its block was running, attempt 1"
                    error.cause shouldBe null
                    database.story() shouldContainExactly listOf("begin", "work", "rollback")
                }
            }
        }

        test("the timeout bounds the wait for a connection, and so does the pool's acquireTimeout") {
            withTransactions({ acquireTimeout = 60.milliseconds }) { _, pool ->
                pool.dataSource.connection.use {
                    shouldThrow<SQLTimeoutException> { pool.transaction(timeout = 20.milliseconds) {} }
                        .message shouldContain "it waited for a connection"
                    shouldThrow<AcquireTimeoutException> { pool.transaction(timeout = 10.seconds) {} }
                    shouldThrow<AcquireTimeoutException> { pool.transaction {} }
                }
            }
        }

        test("the timeout bounds all attempts together, and the error has their failures as suppressed") {
            withTransactions { database, pool ->
                val first = conflict()
                val error =
                    shouldThrow<SQLTimeoutException> {
                        pool.transaction(timeout = briefly, retry = Retry(attempts = 3)) {
                            if (attempt == 1) throw first
                            awaitCancellation()
                        }
                    }
                error.message shouldContain "attempt 2"
                error.suppressed.toList() shouldContainExactly listOf(first)
                database.story() shouldContainExactly listOf("begin", "rollback", "begin", "rollback")
            }
        }

        test("a timeout in the pause before the next attempt has the latest failure as its cause") {
            withTransactions { _, pool ->
                val first = conflict()
                val error =
                    shouldThrow<SQLTimeoutException> {
                        val patient = Retry(attempts = 2, backoff = Backoff.Fixed(60.seconds))
                        pool.transaction(timeout = briefly, retry = patient) { throw first }
                    }
                error.message shouldContain "it paused before the next attempt, attempt 2"
                error.cause shouldBeSameInstanceAs first
            }
        }

        test("the block's failure because of the timeout is the cause of the error") {
            withTransactions { _, pool ->
                val cut = SQLException("canceling statement due to user request", "57014")
                shouldThrow<SQLTimeoutException> {
                        pool.transaction(timeout = briefly) {
                            try {
                                awaitCancellation()
                            } catch (_: CancellationException) {
                                throw cut
                            }
                        }
                    }
                    .cause shouldBeSameInstanceAs cut
            }
        }

        test("a transaction that was committed when it timed out is reported as committed, and its hook runs") {
            for (here in both) {
                withTransactions { database, pool ->
                    val ran = mutableListOf<String>()
                    lateinit var around: Job
                    database.on("connection.commit") {
                        while (around.isActive) Thread.onSpinWait()
                        FakeDatabase.RECORD_ONLY
                    }
                    val result =
                        withContext(here) {
                            pool.transaction(timeout = briefly) {
                                around = checkNotNull(currentCoroutineContext()[Job]?.parent)
                                afterCommit { ran += "committed" }
                                7
                            }
                        }
                    result shouldBe 7
                    ran shouldContainExactly listOf("committed")
                }
            }
        }

        test("if the connection is lost during a commit that timed out, the error says that the outcome is unknown") {
            for (here in both) {
                withTransactions { database, pool ->
                    lateinit var around: Job
                    database.on("connection.commit") {
                        while (around.isActive) Thread.onSpinWait()
                        throw SQLException("broken pipe", "08006")
                    }
                    withContext(here) {
                        shouldThrow<SQLNonTransientConnectionException> {
                                pool.transaction(timeout = briefly) {
                                    around = checkNotNull(currentCoroutineContext()[Job]?.parent)
                                }
                            }
                            .sqlState shouldBe "08007"
                    }
                }
            }
        }

        test("the caller's own timeout, and one inside the block, are not the transaction's") {
            withTransactions { database, pool ->
                withTimeoutOrNull(briefly) { pool.transaction(timeout = 30.seconds) { awaitCancellation() } } shouldBe
                    null
                shouldThrow<TimeoutCancellationException> {
                    pool.transaction(timeout = 30.seconds) { withTimeout(briefly) { awaitCancellation() } }
                }
                database.story() shouldContainExactly listOf("begin", "rollback", "begin", "rollback")
            }
        }

        test("a timeout of zero fails without acquiring a connection") {
            withTransactions { database, pool ->
                shouldThrow<SQLTimeoutException> { pool.transaction(timeout = 0.seconds) {} }
                database.log().shouldBeEmpty()
            }
        }

        test("transactions with any timeout, on any dispatcher, lose no connection and report the true outcome") {
            withTransactions({ maxSize = 4 }) { database, pool ->
                val seen = ConcurrentLinkedQueue<Boolean>()
                coroutineScope {
                    repeat(400) { i ->
                        launch(both[i % 2]) {
                            val hooks = AtomicInteger()
                            val told =
                                try {
                                    pool.transaction(timeout = (i % 7).milliseconds) {
                                        afterCommit { hooks.incrementAndGet() }
                                        delay((i % 5).milliseconds)
                                        true
                                    }
                                } catch (_: SQLTimeoutException) {
                                    false
                                }
                            hooks.get() shouldBe if (told) 1 else 0
                            seen += told
                        }
                    }
                }
                seen.count { it } shouldBe database.story().count { it == "commit" }
                seen shouldContain true
                seen shouldContain false
            }
        }
    })

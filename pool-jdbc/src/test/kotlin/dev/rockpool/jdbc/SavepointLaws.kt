package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLFeatureNotSupportedException
import java.sql.SQLTimeoutException
import java.sql.SQLTransactionRollbackException
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull

class SavepointLaws :
    FunSpec({
        test("a savepoint is released when its block returns, rolled back and released when it throws; they nest") {
            withTransactions { database, pool ->
                val mine = IllegalStateException("mine")
                pool.transaction { c ->
                    savepoint {
                        c.execute("a")
                        shouldThrow<IllegalStateException> {
                            savepoint {
                                c.execute("b")
                                savepoint { c.execute("c") }
                                throw mine
                            }
                        } shouldBeSameInstanceAs mine
                        c.execute("d")
                    }
                    savepoint { 7 } shouldBe 7
                }
                database.story() shouldContainExactly
                    listOf("begin", "savepoint", "a", "savepoint", "b", "savepoint", "c", "release 3") +
                        listOf("rollback to 2", "release 2", "d", "release 1", "savepoint", "release 4", "commit")
            }
        }

        test("a savepoint is rolled back when its coroutine is cancelled, and the rest of the transaction stays") {
            withTransactions { database, pool ->
                pool.transaction { c ->
                    withTimeoutOrNull(briefly) {
                        savepoint {
                            c.execute("a")
                            awaitCancellation()
                        }
                    }
                    c.execute("b")
                }
                database.story() shouldContainExactly
                    listOf("begin", "savepoint", "a", "rollback to 1", "release 1", "b", "commit")
            }
        }

        test("a savepoint whose block returns although it was cancelled is rolled back too") {
            withTransactions { database, pool ->
                pool.transaction { c ->
                    withTimeoutOrNull(briefly) {
                        savepoint {
                            try {
                                awaitCancellation()
                            } catch (_: CancellationException) {
                                c.execute("a")
                            }
                        }
                    }
                }
                database.story() shouldContainExactly
                    listOf("begin", "savepoint", "a", "rollback to 1", "release 1", "commit")
            }
        }

        test("a savepoint that cannot be rolled back dooms the transaction, even if the block catches the error") {
            withTransactions { database, pool ->
                val no = SQLException("no savepoint")
                database.on("connection.rollback") {
                    if (it.arguments.isEmpty()) FakeDatabase.RECORD_ONLY else throw no
                }
                val mine = IllegalStateException("mine")
                val error =
                    shouldThrow<SQLTransactionRollbackException> {
                        pool.transaction { runCatching { savepoint { throw mine } } }
                    }
                error.sqlState shouldBe "40000"
                error.cause shouldBeSameInstanceAs mine
                mine.suppressed.toList() shouldContainExactly listOf(no)
                database.story() shouldContainExactly listOf("begin", "savepoint", "rollback to 1", "rollback")
            }
        }

        test("a failed release fails the savepoint, unless the database does not support it") {
            withTransactions { database, pool ->
                val no = SQLException("current transaction is aborted", "25P02")
                database.on("connection.releaseSavepoint") { throw no }
                pool.transaction { shouldThrow<SQLException> { savepoint {} } shouldBeSameInstanceAs no }
                database.story() shouldContainExactly
                    listOf("begin", "savepoint", "release 1", "rollback to 1", "release 1", "commit")
            }
            withTransactions { database, pool ->
                database.on("connection.releaseSavepoint") { throw SQLFeatureNotSupportedException() }
                pool.transaction {
                    savepoint {}
                    runCatching { savepoint { error("mine") } }
                    savepoint {}
                }
                database.story().last() shouldBe "commit"
            }
        }

        test("a transaction inside a transaction of the same pool is a savepoint on the same connection") {
            withTransactions { database, pool ->
                pool.transaction { outer ->
                    pool.transaction { inner ->
                        inner shouldBeSameInstanceAs outer
                        pool.transaction { it.execute("a") }
                    }
                    runCatching { pool.transaction { error("undo") } }
                }
                database.story() shouldContainExactly
                    listOf("begin", "savepoint", "savepoint", "a", "release 2", "release 1") +
                        listOf("savepoint", "rollback to 3", "release 3", "commit")
                pool.snapshot().total shouldBe 1
            }
        }

        test(
            "an inner transaction is found through withContext and coroutineScope, and its calls run where blocking is allowed"
        ) {
            withTransactions { database, pool ->
                pool.transaction { outer ->
                    withContext(Dispatchers.Default) {
                        coroutineScope {
                            async {
                                    pool.transaction {
                                        it shouldBeSameInstanceAs outer
                                        currentCoroutineContext()[ContinuationInterceptor] shouldBe pool.dispatcher
                                    }
                                }
                                .await()
                        }
                    }
                }
                database.story() shouldContainExactly listOf("begin", "savepoint", "release 1", "commit")
            }
        }

        test("a nested transaction of another pool is separate") {
            withTransactions { first, one ->
                withTransactions { second, other ->
                    one.transaction { other.transaction { one.transaction { it.execute("a") } } }
                    first.story() shouldContainExactly listOf("begin", "savepoint", "a", "release 1", "commit")
                    second.story() shouldContainExactly listOf("begin", "commit")
                }
            }
        }

        test("an inner transaction may request the outer one's options or none; anything else is rejected and undone") {
            withTransactions { database, pool ->
                pool.transaction(Connection.TRANSACTION_SERIALIZABLE, readOnly = true) {
                    pool.transaction {}
                    pool.transaction(Connection.TRANSACTION_SERIALIZABLE, readOnly = true) {}
                    shouldThrow<IllegalStateException> { pool.transaction(Connection.TRANSACTION_READ_COMMITTED) {} }
                        .message shouldContain
                        "pool 'fake': isolation READ_COMMITTED was asked for inside a transaction with isolation SERIALIZABLE"
                    shouldThrow<IllegalStateException> { pool.transaction(readOnly = false) {} }.message shouldContain
                        "readOnly = false was asked for inside a read-only transaction"
                }
                pool.transaction {
                    pool.transaction(Connection.TRANSACTION_READ_COMMITTED, readOnly = false) {}
                    shouldThrow<IllegalStateException> { pool.transaction(isolation = 77) {} }.message shouldContain
                        "isolation 77"
                }
                database.story().count { it == "savepoint" } shouldBe 3
                database.story().count { it == "commit" } shouldBe 2
            }
        }

        test("an inner transaction has its own timeout, and the outer one continues") {
            withTransactions { database, pool ->
                pool.transaction { c ->
                    shouldThrow<SQLTimeoutException> { pool.transaction(timeout = briefly) { awaitCancellation() } }
                    pool.transaction(timeout = 30.seconds) { 7 } shouldBe 7
                    c.execute("b")
                }
                database.story() shouldContainExactly
                    listOf("begin", "savepoint", "rollback to 1", "release 1", "savepoint", "release 2", "b", "commit")
            }
        }

        test("hooks of a rolled back savepoint: afterCommit never runs, afterRollback always does") {
            withTransactions { _, pool ->
                val ran = mutableListOf<String>()
                pool.transaction {
                    afterCommit { ran += "1" }
                    runCatching {
                        savepoint {
                            afterCommit { ran += "2 never" }
                            savepoint {
                                afterCommit { ran += "3 never" }
                                afterRollback { ran += "4 undone" }
                            }
                            error("undo")
                        }
                    }
                    savepoint { afterCommit { ran += "5" } }
                    afterRollback { ran += "6 never" }
                    ran.shouldBeEmpty()
                }
                ran shouldContainExactly listOf("1", "4 undone", "5")
            }
        }

        test("a coroutine that outlives its transaction never reaches the connection") {
            withTransactions { database, pool ->
                val over = CompletableDeferred<Unit>()
                lateinit var stray: kotlinx.coroutines.Deferred<List<Result<Unit>>>
                pool.transaction {
                    stray =
                        CoroutineScope(currentCoroutineContext() + Job()).async {
                            over.await()
                            listOf(runCatching { pool.transaction {} }, runCatching { savepoint {} })
                        }
                }
                database.forget()
                over.complete(Unit)
                for (result in stray.await()) {
                    val error = shouldThrow<IllegalStateException> { result.getOrThrow() }
                    error.message shouldContain "pool 'fake': this transaction has ended"
                }
                database.log().shouldBeEmpty()
            }
        }

        test("of two coroutines in savepoints of one transaction, the second is rejected and the first is unaffected") {
            withTransactions { database, pool ->
                pool.transaction {
                    coroutineScope {
                        val inside = CompletableDeferred<Unit>()
                        val leave = CompletableDeferred<Unit>()
                        val first = launch {
                            pool.transaction {
                                inside.complete(Unit)
                                leave.await()
                            }
                        }
                        inside.await()
                        for (second in listOf<suspend () -> Unit>({ savepoint {} }, { pool.transaction {} })) {
                            shouldThrow<IllegalStateException> { second() }.message shouldContain
                                "another coroutine is in a savepoint of this transaction"
                        }
                        leave.complete(Unit)
                        first.join()
                    }
                }
                database.story() shouldContainExactly listOf("begin", "savepoint", "release 1", "commit")
            }
        }

        test("a transaction whose block returns while a coroutine is in a savepoint is rolled back") {
            withTransactions { database, pool ->
                lateinit var stray: Job
                val error =
                    shouldThrow<IllegalStateException> {
                        pool.transaction {
                            val inside = CompletableDeferred<Unit>()
                            stray =
                                CoroutineScope(currentCoroutineContext() + Job()).launch {
                                    savepoint {
                                        inside.complete(Unit)
                                        awaitCancellation()
                                    }
                                }
                            inside.await()
                        }
                    }
                error.message shouldContain "its block returned while another coroutine was in a savepoint"
                database.story() shouldContain "rollback"
                database.forget()
                stray.cancelAndJoin()
                database.log().shouldBeEmpty()
            }
        }
    })

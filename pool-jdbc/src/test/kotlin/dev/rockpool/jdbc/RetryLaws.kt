package dev.rockpool.jdbc

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.Backoff
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.sql.SQLException
import java.sql.SQLTransientConnectionException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

class RetryLaws :
    FunSpec({
        val brisk = Backoff.Fixed(1.milliseconds)

        /** How often a block runs that fails with this error. */
        suspend fun JdbcPool.attempts(retry: Retry, failure: Throwable): Int {
            var attempts = 0
            shouldThrow<Throwable> {
                transaction(retry = retry) {
                    attempts = attempt
                    throw failure
                }
            }
            return attempts
        }

        test("nothing is retried by default") {
            withTransactions { _, pool -> pool.attempts(Retry.none, conflict()) shouldBe 1 }
        }

        test("a retry runs the whole block in a new transaction, and holds no connection in between") {
            withTransactions { database, pool ->
                val leased = mutableListOf<Int>()
                val ran = mutableListOf<String>()
                val pauses =
                    Backoff.Custom {
                        leased += pool.snapshot().leased
                        1.milliseconds
                    }
                val result =
                    pool.transaction(retry = Retry(attempts = 3, backoff = pauses)) {
                        val mine = attempt
                        afterRollback { ran += "undone $mine" }
                        afterCommit { ran += "committed $mine" }
                        it.execute("work $attempt")
                        if (attempt < 3) throw conflict() else attempt
                    }
                result shouldBe 3
                leased shouldContainExactly listOf(0, 0)
                ran shouldContainExactly listOf("undone 1", "undone 2", "committed 3")
                database.story() shouldContainExactly
                    listOf("begin", "work 1", "rollback", "begin", "work 2", "rollback", "begin", "work 3", "commit")
            }
        }

        test("a conflict at the commit is retried too") {
            withTransactions { database, pool ->
                var commits = 0
                database.on("connection.commit") { if (++commits == 1) throw conflict() else FakeDatabase.RECORD_ONLY }
                pool.transaction(retry = Retry(backoff = brisk)) { attempt } shouldBe 2
            }
        }

        test("the last error is thrown with the earlier ones as suppressed, even if it is always the same object") {
            withTransactions { _, pool ->
                val errors = mutableListOf<SQLException>()
                shouldThrow<SQLException> {
                    pool.transaction(retry = Retry(attempts = 3, backoff = brisk)) {
                        throw conflict("attempt $attempt").also { errors += it }
                    }
                } shouldBeSameInstanceAs errors[2]
                errors[2].suppressed.toList() shouldContainExactly errors.take(2)
                val one = conflict()
                pool.attempts(Retry(attempts = 3, backoff = brisk), one) shouldBe 3
                one.suppressed.size shouldBe 0
            }
        }

        test("which errors are conflicts, by database") {
            val retry = Retry(attempts = 2, backoff = brisk)
            val yes =
                listOf(
                    SQLException("PostgreSQL: serialization", "40001"),
                    SQLException("PostgreSQL: deadlock", "40P01"),
                    SQLException("MySQL: deadlock", "40001", 1213),
                    SQLException("MySQL: lock wait", "HY000", 1205),
                    SQLException("Galera: deadlock", "HY000", 1213),
                    SQLException("SQLite: busy", null, 5),
                    SQLException("SQLite: busy snapshot", null, 517),
                    IllegalStateException("an ORM", RuntimeException("its core", conflict())),
                    SQLException("a batch", "XX000").apply { nextException = conflict() },
                )
            val no =
                listOf(
                    SQLException("duplicate key", "23505"),
                    SQLException("Oracle, other meaning", "72000", 1205),
                    SQLException("no state, no code"),
                    SQLException("lost", "08006"),
                    SQLException("cancelled", "57014"),
                    IllegalStateException("mine"),
                    StackOverflowError(),
                )
            withTransactions { _, pool ->
                yes.associate { it.toString() to pool.attempts(retry, it) } shouldBe
                    yes.associate { it.toString() to 2 }
                no.associate { it.toString() to pool.attempts(retry, it) } shouldBe no.associate { it.toString() to 1 }
            }
        }

        test("cyclic chains of errors and causes are searched once") {
            withTransactions { _, pool ->
                val outer = SQLException("ring")
                val inner = SQLException("ring").apply { initCause(outer) }
                outer.initCause(inner)
                pool.attempts(Retry(attempts = 2, backoff = brisk), outer) shouldBe 1
            }
        }

        test("a predicate adds to the conflicts; if it throws, that means no, and is suppressed") {
            withTransactions { _, pool ->
                val retry = Retry(attempts = 2, backoff = brisk).alsoOn { it is NoSuchElementException }
                pool.attempts(retry, NoSuchElementException()) shouldBe 2
                pool.attempts(retry, conflict()) shouldBe 2
                val mine = IllegalStateException("mine")
                pool.attempts(retry.alsoOn { error("predicate") }, mine) shouldBe 1
                mine.suppressed.single().message shouldBe "predicate"
            }
        }

        test("a cancellation is never retried, not even if the predicate says so") {
            withTransactions { _, pool ->
                pool.attempts(Retry(backoff = brisk).alsoOn { true }, CancellationException("stop")) shouldBe 1
            }
        }

        test("a caller cancelled during the pause ends at once") {
            withTransactions { database, pool ->
                coroutineScope {
                    val caller = launch {
                        pool.transaction(retry = Retry(backoff = Backoff.Fixed(60.seconds))) { throw conflict() }
                    }
                    until { check("rollback" in database.story()) }
                    caller.cancelAndJoin()
                }
                database.story() shouldContainExactly listOf("begin", "rollback")
            }
        }

        test("a failed acquire is not retried, and has the earlier failures as suppressed") {
            withTransactions({ acquireTimeout = 30.milliseconds }) { _, pool ->
                val first = conflict()
                var held: java.sql.Connection? = null
                val taking =
                    Backoff.Custom {
                        held = pool.dataSource.connection
                        1.milliseconds
                    }
                val error =
                    shouldThrow<AcquireTimeoutException> {
                        pool.transaction(retry = Retry(backoff = taking).alsoOn { true }) { throw first }
                    }
                error.suppressed.toList() shouldContainExactly listOf(first)
                held?.close()
            }
        }

        test("a nested transaction leaves the retry to the outermost one") {
            withTransactions { database, pool ->
                pool.transaction(retry = Retry(attempts = 2, backoff = brisk)) {
                    val outer = attempt
                    pool.transaction(retry = Retry(attempts = 9, backoff = brisk)) { if (outer == 1) throw conflict() }
                }
                database.story().count { it == "begin" } shouldBe 2
                database.story().count { it == "savepoint" } shouldBe 2
            }
        }

        test("a policy is a value, validated when it is created") {
            Retry() shouldBe Retry.conflicts
            Retry(2) shouldNotBe Retry(3)
            Retry(2).hashCode() shouldBe Retry(2).hashCode()
            Retry.conflicts.alsoOn { it is SQLTransientConnectionException } shouldNotBe Retry.conflicts
            "${Retry.none}" shouldBe "no retry"
            "${Retry(3, brisk)}" shouldBe "up to 3 attempts, pauses always 1ms"
            shouldThrow<IllegalArgumentException> { Retry(0) }.message shouldContain
                "attempts is 0 but must be 1 or more"
        }
    })

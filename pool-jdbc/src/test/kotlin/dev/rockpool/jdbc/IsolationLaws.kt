package dev.rockpool.jdbc

import dev.rockpool.Backoff
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.Connection
import java.sql.Connection.TRANSACTION_READ_COMMITTED
import java.sql.Connection.TRANSACTION_READ_UNCOMMITTED
import java.sql.Connection.TRANSACTION_REPEATABLE_READ
import java.sql.Connection.TRANSACTION_SERIALIZABLE
import java.sql.SQLException
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

private val names =
    mapOf(
        TRANSACTION_READ_UNCOMMITTED to "read uncommitted",
        TRANSACTION_READ_COMMITTED to "read committed",
        TRANSACTION_REPEATABLE_READ to "repeatable read",
        TRANSACTION_SERIALIZABLE to "serializable",
    )

/** Many attempts with brief pauses, because all of these transactions need the same row. */
private val persistent = Retry(attempts = 200, backoff = Backoff.Exponential(1.milliseconds, 1.5, 50.milliseconds, 0.9))

/** The isolation levels as in PostgreSQL's manual (chapter "Transaction Isolation"), reproduced. */
class IsolationLaws :
    FunSpec({
        val pool = postgresPool("isolation") { maxSize = 8 }
        afterSpec { pool.close() }

        /** Two accounts of 100 each, and a counter. */
        fun reset() =
            Postgres.direct().use {
                it.run("drop table if exists account")
                it.run("create table account (id int primary key, balance int not null)")
                it.run("insert into account values (1, 100), (2, 100)")
            }

        fun balance(id: Int) = Postgres.direct().use { it.ask("select balance from account where id = $id") }
        fun Connection.total() = ask("select sum(balance) from account")
        fun Connection.set(id: Int, balance: Int) = run("update account set balance = $balance where id = $id")
        fun Connection.get(id: Int) = ask("select balance from account where id = $id")!!.toInt()

        /** Whether a transaction sees something that another one has [done] between two reads. */
        suspend fun sees(
            level: Int,
            committed: Boolean,
            look: Connection.() -> String?,
            done: (Connection) -> Unit,
        ): Boolean {
            reset()
            return pool.transaction(level) { c ->
                val before = c.look()
                if (committed) {
                    Postgres.direct().use(done)
                    c.look() != before
                } else {
                    Postgres.direct().use { other ->
                        other.autoCommit = false
                        done(other)
                        (c.look() != before).also { other.rollback() }
                    }
                }
            }
        }

        for ((level, name) in names) {
            val repeatable = level >= TRANSACTION_REPEATABLE_READ

            test(
                "$name: the server runs the transaction at this level (read uncommitted is the same as read committed)"
            ) {
                pool.transaction(level) { it.ask("show transaction_isolation") } shouldBe name
                pool.transaction { it.ask("show transaction_isolation") } shouldBe "read committed"
            }

            test("$name: a dirty read never happens") {
                sees(level, committed = false, { ask("select balance from account where id = 1") }) {
                    it.set(1, 0)
                } shouldBe false
            }

            test("$name: a non-repeatable read ${if (repeatable) "does not happen" else "happens"}") {
                sees(level, committed = true, { ask("select balance from account where id = 1") }) {
                    it.set(1, 0)
                } shouldBe !repeatable
            }

            test("$name: a phantom ${if (repeatable) "does not happen" else "happens"}") {
                sees(level, committed = true, { ask("select count(*) from account where balance > 50") }) {
                    it.run("insert into account values (3, 100)")
                } shouldBe !repeatable
            }

            /** Both read, then both write, then both end. Returns the outcome of the second writer. */
            suspend fun race(write: Connection.(mine: Int) -> Unit): List<Throwable> {
                reset()
                val read = CyclicBarrier(2)
                return coroutineScope {
                    List(2) { i ->
                            async(Dispatchers.IO) {
                                runCatching {
                                        pool.transaction(level) { c ->
                                            c.total() shouldBe "200"
                                            read.await(20, TimeUnit.SECONDS)
                                            c.write(i + 1)
                                        }
                                    }
                                    .exceptionOrNull()
                            }
                        }
                        .awaitAll()
                        .filterNotNull()
                }
            }

            test("$name: a lost update ${if (repeatable) "is refused" else "happens"}") {
                val failures = race { set(1, 200) }
                failures.map { (it as SQLException).sqlState } shouldContainExactly
                    if (repeatable) listOf("40001") else emptyList()
            }

            test("$name: write skew ${if (level == TRANSACTION_SERIALIZABLE) "is refused" else "happens"}") {
                val failures = race { mine -> set(mine, -100) }
                val refused = level == TRANSACTION_SERIALIZABLE
                failures.map { (it as SQLException).sqlState } shouldContainExactly
                    if (refused) listOf("40001") else emptyList()
                Postgres.direct().use { it.total() } shouldBe if (refused) "0" else "-200"
            }
        }

        test("an update that would be lost succeeds on retry") {
            reset()
            val read = CyclicBarrier(2)
            val attempts = AtomicInteger()
            coroutineScope {
                repeat(2) {
                    launch(Dispatchers.IO) {
                        pool.transaction(TRANSACTION_REPEATABLE_READ, retry = persistent) { c ->
                            attempts.incrementAndGet()
                            val old = c.get(1)
                            if (attempt == 1) read.await(20, TimeUnit.SECONDS)
                            c.set(1, old + 10)
                        }
                    }
                }
            }
            balance(1) shouldBe "120"
            attempts.get() shouldBe 3
        }

        test("the server ends a deadlock, and the refused transaction is retried") {
            reset()
            val locked = CyclicBarrier(2)
            val refused = AtomicInteger()
            coroutineScope {
                for ((first, second) in listOf(1 to 2, 2 to 1)) {
                    launch(Dispatchers.IO) {
                        pool.transaction(retry = persistent) { c ->
                            afterRollback { refused.incrementAndGet() }
                            c.run("update account set balance = balance + 1 where id = $first")
                            if (attempt == 1) locked.await(20, TimeUnit.SECONDS)
                            c.run("update account set balance = balance + 1 where id = $second")
                        }
                    }
                }
            }
            // Once or more: it may retry before the other one has continued.
            refused.get() shouldBeGreaterThan 0
            listOf(balance(1), balance(2)) shouldContainExactly listOf("102", "102")
        }

        test("without a retry the deadlock error is thrown") {
            reset()
            val locked = CyclicBarrier(2)
            val failures = coroutineScope {
                listOf(1 to 2, 2 to 1)
                    .map { (first, second) ->
                        async(Dispatchers.IO) {
                            runCatching {
                                    pool.transaction { c ->
                                        c.set(first, 0)
                                        locked.await(20, TimeUnit.SECONDS)
                                        c.set(second, 0)
                                    }
                                }
                                .exceptionOrNull()
                        }
                    }
                    .awaitAll()
                    .filterNotNull()
            }
            failures.map { (it as SQLException).sqlState } shouldContainExactly listOf("40P01")
        }

        test("20 coroutines and 20 threads increment a counter, serializable: no update is lost despite conflicts") {
            reset()
            val each = 5
            val tries = AtomicInteger()
            val serializable = TransactionOptions.defaults().isolation(TRANSACTION_SERIALIZABLE).retry(persistent)
            coroutineScope {
                repeat(20) {
                    launch(Dispatchers.Default) {
                        repeat(each) {
                            pool.transaction(TRANSACTION_SERIALIZABLE, retry = persistent) { c ->
                                tries.incrementAndGet()
                                c.set(1, c.get(1) + 1)
                            }
                        }
                    }
                }
                launch(Dispatchers.IO) {
                    atOnce(20) {
                        repeat(each) {
                            pool.dataSource.useTransaction<RuntimeException>(serializable) { _, c ->
                                tries.incrementAndGet()
                                c.set(1, c.get(1) + 1)
                            }
                        }
                    }
                }
            }
            balance(1) shouldBe "${100 + 40 * each}"
            tries.get() shouldBeGreaterThan 40 * each
            pool.snapshot().leased shouldBe 0
        }

        test("a savepoint saves the transaction from a statement that failed") {
            reset()
            pool.transaction { c ->
                c.set(1, 50)
                shouldThrow<SQLException> { savepoint { c.run("insert into account values (1, 0)") } }.sqlState shouldBe
                    "23505"
                c.set(2, 150)
            }
            listOf(balance(1), balance(2)) shouldContainExactly listOf("50", "150")
        }

        test("a transaction that continued after a failed statement is not reported as committed, because it was not") {
            reset()
            val ran = mutableListOf<String>()
            val error =
                shouldThrow<SQLException> {
                    pool.transaction { c ->
                        afterCommit { ran += "committed" }
                        afterRollback { ran += "rolled back" }
                        c.set(1, 50)
                        runCatching { c.run("insert into account values (1, 0)") }
                    }
                }
            error.sqlState shouldBe "25P02"
            error.message shouldContain "run the statement in a savepoint"
            ran shouldContainExactly listOf("rolled back")
            balance(1) shouldBe "100"
        }

        test("a read-only transaction may not write, and the next user of its connection may") {
            reset()
            shouldThrow<SQLException> { pool.transaction(readOnly = true) { it.set(1, 0) } }.sqlState shouldBe "25006"
            repeat(8) { pool.transaction { c -> c.set(1, 7) } }
            balance(1) shouldBe "7"
        }

        test(
            "if the session is killed before the commit, the error says that the outcome is unknown, and nothing is lost"
        ) {
            reset()
            val error =
                shouldThrow<SQLException> {
                    pool.transaction(retry = persistent) { c ->
                        c.set(1, 50)
                        val session = c.ask("select pg_backend_pid()")
                        Postgres.direct().use { admin ->
                            admin.ask("select pg_terminate_backend($session)")
                            until {
                                admin.ask("select count(*) from pg_stat_activity where pid = $session") shouldBe "0"
                            }
                        }
                    }
                }
            error.sqlState shouldBe "08007"
            balance(1) shouldBe "100"
            pool.transaction { c -> c.get(1) } shouldBe 100
        }
    })

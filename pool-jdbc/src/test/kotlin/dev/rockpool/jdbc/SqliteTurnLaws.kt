package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.longs.shouldBeGreaterThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLTransactionRollbackException
import java.sql.SQLTransientConnectionException
import java.sql.Statement
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicReference
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.measureTime

class SqliteTurnLaws :
    FunSpec({
        /** Holds the write lock in a transaction until the block ends. */
        suspend fun RockpoolDataSource.whileOneWrites(block: suspend (Connection) -> Unit) {
            connection.use {
                it.autoCommit = false
                it.increment()
                block(it)
            }
        }

        test("readers do not wait for a writer, nor see what it has not committed") {
            withSqlite { _, pool ->
                pool.whileOneWrites { writer ->
                    val waiting = Writer(pool).waits()
                    pool.count() shouldBe 0
                    pool.connection.use {
                        it.prepareStatement("select n from counter").use { s -> s.executeQuery().next() }
                    }
                    pool.asJdbcPool().transaction(readOnly = true) { it.count() } shouldBe 0
                    pool.connection.use {
                        it.isReadOnly = true
                        it.transaction { count() shouldBe 0 }
                    }
                    writer.commit()
                    waiting.succeeds()
                }
                pool.count() shouldBe 2
            }
        }

        test("a connection for a reader can be opened and set up while a writer writes") {
            withSqlite({
                minIdle = 0
                initSql = listOf("pragma foreign_keys = on")
            }) { _, pool ->
                pool.whileOneWrites {
                    val opened = pool.snapshot().opened
                    pool.count() shouldBe 0
                    pool.snapshot().opened shouldBe opened + 1
                }
            }
        }

        test("a read-only pool reads in concurrent transactions and cannot write") {
            withSqlite { file, _ ->
                val settings: JdbcSettings.() -> Unit = {
                    url = file.url
                    properties = mapOf("open_mode" to "1")
                    autoCommit = false
                }
                JdbcPool("readers", settings).dataSource.use { readers ->
                    readers.connection.use { one ->
                        one.count() shouldBe 0
                        readers.connection.use { two ->
                            two.count() shouldBe 0
                            two.isReadOnly = true
                            shouldThrow<SQLException> { two.increment() }.errorCode shouldBe 8
                        }
                    }
                }
            }
        }

        test("writers are served in order of arrival") {
            withSqlite { _, pool ->
                val served = CopyOnWriteArrayList<Int>()
                pool.whileOneWrites { writer ->
                    val writers =
                        List(8) { i ->
                            Writer(pool) {
                                    it.autoCommit = false
                                    it.increment()
                                    served += i
                                    it.commit()
                                }
                                .waits()
                        }
                    writer.commit()
                    writers.forEach { it.succeeds() }
                }
                served shouldContainExactly (0..7).toList()
            }
        }

        test("a writer waits no longer than acquireTimeout, and the error names the current writer") {
            withSqlite({ trustWindow = null }) { _, pool ->
                pool.whileOneWrites { writer ->
                    pool.count() shouldBe 0 // another connection is open, so opening causes no wait
                    pool.control().reconfigure { acquireTimeout = 300.milliseconds }
                    val waited = measureTime {
                        val error = Writer(pool).error
                        error.shouldBeInstanceOf<SQLTransientConnectionException>()
                        error.message shouldContain "pool 'sqlite': no turn to write after"
                        error.message shouldContain "thread '${Thread.currentThread().name}'"
                        error.errorCode shouldBe 5
                    }
                    waited.inWholeMilliseconds shouldBeGreaterThanOrEqual 300
                    shouldThrow<SQLTransientConnectionException> { pool.connection.use { it.increment() } }
                        .message shouldContain "the caller itself, with another connection"
                    writer.commit()
                    pool.connection.use { it.increment() } // the connection still works
                }
                pool.count() shouldBe 2
                pool.snapshot().closed shouldBe 0
            }
        }

        test("a query timeout bounds the wait too") {
            withSqlite { _, pool ->
                pool.whileOneWrites {
                    shouldThrow<SQLTransientConnectionException> {
                        pool.connection.use { c ->
                            c.createStatement().use {
                                it.queryTimeout = 1
                                it.executeUpdate("update counter set n = 7")
                            }
                        }
                    }
                }
                pool.count() shouldBe 0
            }
        }

        test("cancelling a statement ends its wait, and the lock goes to the next writer") {
            withSqlite { _, pool ->
                pool.whileOneWrites { writer ->
                    val statement = AtomicReference<Statement>()
                    val cancelled =
                        Writer(pool) { c ->
                                c.createStatement().use {
                                    statement.set(it)
                                    it.executeUpdate("update counter set n = 7")
                                }
                            }
                            .waits()
                    val behind = Writer(pool).waits()
                    statement.get().cancel()
                    cancelled.error.message shouldContain "cancelled while waiting"
                    writer.commit()
                    behind.succeeds()
                }
                pool.count() shouldBe 2
            }
        }

        test("an interrupt ends the wait and keeps the flag") {
            withSqlite { _, pool ->
                pool.whileOneWrites { writer ->
                    val interrupted = Writer(pool).waits()
                    interrupted.thread.interrupt()
                    interrupted.error.cause.shouldBeInstanceOf<InterruptedException>()
                    interrupted.interrupted shouldBe true
                    writer.rollback()
                }
                pool.connection.use { it.increment() }
                pool.count() shouldBe 1
            }
        }

        val ends: Map<String, (Connection) -> Unit> =
            mapOf(
                "commit" to { it.commit() },
                "rollback" to { it.rollback() },
                "autoCommit" to { it.autoCommit = true },
                "close" to { it.close() },
                "abort" to { it.abort(Runnable::run) },
            )
        for ((name, end) in ends) {
            test("$name releases the write lock") {
                withSqlite { _, pool ->
                    pool.whileOneWrites {
                        val next = Writer(pool).waits()
                        end(it)
                        next.succeeds()
                    }
                    pool.count() shouldBe if (name in setOf("commit", "autoCommit")) 2 else 1
                }
            }
        }

        test("a reclaimed lease releases the write lock") {
            withSqlite({
                leakThreshold = 50.milliseconds
                statsInterval = 10.milliseconds
            }) { _, pool ->
                thread {
                        val leaked = pool.connection
                        leaked.autoCommit = false
                        leaked.increment()
                    }
                    .join()
                Writer(pool).succeeds()
                pool.count() shouldBe 1
                pool.snapshot().reclaimed shouldBe 1
            }
        }

        test("aborting a connection interrupts what it writes, so that the next one can") {
            withSqlite { _, pool ->
                val connection = pool.connection
                connection.autoCommit = false
                connection.increment()
                val next = Writer(pool).waits()
                val endless =
                    Writer(pool) { // on the connection that is aborted, not on its own
                        connection.run(ENDLESS)
                    }
                until { check(endless.thread.stackTrace.first().className == "org.sqlite.core.NativeDB") }
                connection.abort(Runnable::run)
                endless.error.errorCode shouldBe 9
                next.succeeds()
                pool.count() shouldBe 1
            }
        }

        test("a writer whose connection is aborted while it waits stops waiting") {
            withSqlite { _, pool ->
                pool.whileOneWrites { writer ->
                    val connection = AtomicReference<Connection>()
                    val aborted =
                        Writer(pool) {
                                connection.set(it)
                                it.increment()
                            }
                            .waits()
                    connection.get().abort(Runnable::run)
                    aborted.error.message shouldContain "cancelled while waiting"
                    writer.commit()
                }
                Writer(pool).succeeds()
                pool.count() shouldBe 2
            }
        }

        test("a transaction begun and ended by statements holds the lock in between") {
            withSqlite { _, pool ->
                pool.connection.use { writer ->
                    writer.run("begin")
                    writer.increment()
                    writer.count() shouldBe 1
                    val next = Writer(pool).waits()
                    writer.run("savepoint one")
                    writer.increment()
                    writer.run("rollback to one")
                    writer.run(" /* the end */ COMMIT;")
                    next.succeeds()
                    pool.count() shouldBe 2
                    writer.createStatement().use { it.executeUpdate("begin; update counter set n = 7") }
                    val last = Writer(pool).waits()
                    shouldThrow<SQLException> { writer.autoCommit = false }.message shouldContain "begun by a statement"
                    writer.close() // rolls back
                    last.succeeds()
                }
                pool.count() shouldBe 3
                pool.snapshot().closed shouldBe 0
            }
        }

        test("rows returned by a write hold the lock until they are read or closed, or the statement runs again") {
            withSqlite { _, pool ->
                val write = "update counter set n = n + 1 returning n"
                val endings: List<(Statement) -> Unit> =
                    listOf(
                        { it.resultSet.apply { next() shouldBe true }.next() shouldBe false },
                        { it.resultSet.close() },
                        { it.moreResults },
                        { it.execute("select 1") },
                        { it.close() },
                        { it.connection.close() },
                    )
                endings.forEachIndexed { i, end ->
                    pool.connection.use { c ->
                        val statement = c.createStatement()
                        statement.execute(write) shouldBe true
                        val next = Writer(pool).waits()
                        end(statement)
                        next.succeeds()
                    }
                    pool.count() shouldBe 2 * i + 2
                }
                pool.connection.use { c ->
                    c.prepareStatement(write).use { statement ->
                        val rows = statement.executeQuery()
                        rows.next() shouldBe true
                        rows.getInt(1) shouldBe 13
                        val next = Writer(pool).waits()
                        rows.next() shouldBe false
                        next.succeeds()
                    }
                }
            }
        }

        test("a savepoint as the first statement of a transaction takes the lock, and needs a transaction") {
            withSqlite { _, pool ->
                pool.connection.use { c ->
                    shouldThrow<SQLException> { c.setSavepoint() }.message shouldContain "autoCommit"
                    c.autoCommit = false
                    val savepoint = c.setSavepoint()
                    val next = Writer(pool).waits()
                    c.increment()
                    c.rollback(savepoint)
                    c.commit()
                    next.succeeds()
                }
                pool.count() shouldBe 1
            }
        }

        test("after a cancelled write SQLite has rolled back, so only the rollback may run in that transaction") {
            withSqlite { _, pool ->
                pool.connection.use { c ->
                    c.autoCommit = false
                    c.increment()
                    // Prepared before: a cancel that arrives while SQLite parses rolls nothing back.
                    c.prepareStatement(ENDLESS).use { endless ->
                        val work = thread { runCatching { endless.executeUpdate() } }
                        until {
                            endless.cancel()
                            check(!work.isAlive)
                        }
                    }
                    shouldThrow<SQLTransactionRollbackException> { c.increment() }
                    shouldThrow<SQLTransactionRollbackException> { c.commit() }
                    c.rollback()
                    c.increment()
                    c.commit()
                }
                pool.count() shouldBe 1
            }
        }

        test("a read-only connection rejects writes, and is restored for the next user") {
            withSqlite({ maxSize = 1 }) { _, pool ->
                pool.connection.use { c ->
                    c.isReadOnly = true
                    c.isReadOnly shouldBe true
                    shouldThrow<SQLException> { c.increment() }.errorCode shouldBe 8
                }
                pool.connection.use {
                    it.isReadOnly shouldBe false
                    it.increment()
                }
                pool.count() shouldBe 1
            }
        }

        test("closing the pool ends every wait for the lock, and writes reported as failed did not happen") {
            withSqlite { file, pool ->
                val writer = pool.connection
                writer.autoCommit = false
                writer.increment()
                val waiting = Writer(pool).waits()
                pool.close(java.time.Duration.ZERO)
                waiting.thread.join()
                writer.isClosed shouldBe true
                file.direct().use { it.count() } shouldBe if (waiting.failure == null) 1 else 0
            }
        }

        test("the driver's own objects can be unwrapped, but not from stale handles") {
            withSqlite { _, pool ->
                val c = pool.connection
                c.isWrapperFor(org.sqlite.SQLiteConnection::class.java) shouldBe true
                c.unwrap(org.sqlite.SQLiteConnection::class.java).libversion() shouldContain "3."
                c.toString() shouldContain "org.sqlite"
                c.isValid(1) shouldBe true
                c.close()
                c.isValid(1) shouldBe false
            }
        }

        test("with more writers than connections all are served in time") {
            withSqlite({
                maxSize = 2
                acquireTimeout = 1.minutes
            }) { _, pool ->
                atOnce(30) { i ->
                    repeat(10) {
                        pool.connection.use { c ->
                            if (i % 3 == 0) c.count() else c.transaction { readThenIncrement() }
                        }
                    }
                }
                pool.count() shouldBe 200
            }
        }
    })

/** A write that goes on until it is cancelled. */
private const val ENDLESS =
    "insert into counter with recursive n(i) as (select 1 union all select i + 1 from n) select i from n"

package dev.rockpool.jdbc

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.Balance
import dev.rockpool.PoolClosedException
import dev.rockpool.Priority
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLTransientConnectionException
import java.util.Collections
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Laws 83 to 92 for JDBC: coroutines, threads, transactions and flows on a balanced pool, in real time. */
class BalancedJdbcLaws :
    FunSpec({
        fun member(number: Int, settings: JdbcSettings.() -> Unit = {}) =
            JdbcPool("reads-$number") {
                url = "jdbc:h2:mem:balanced-$number"
                maxSize = 1
                minIdle = 1
                settings()
            }

        fun Connection.ask(): String =
            createStatement().use { it.executeQuery("select database()").apply { next() }.getString(1) }

        suspend fun reads(settings: JdbcSettings.() -> Unit = {}, body: suspend (BalancedJdbcPool) -> Unit) {
            // region balanced
            val one = member(1, settings)
            val two = member(2, settings)
            val reads = balanced("reads", listOf(one, two), Balance.RANDOM_OF_TWO)
            // endregion
            eventually(20.seconds) { reads.snapshot().idle shouldBe 2 }
            try {
                body(reads)
                reads.snapshot().leased shouldBe 0
                reads.snapshot().pending shouldBe 0
            } finally {
                reads.close(1.seconds)
            }
        }

        test("83: coroutines and threads use all members, in a pool's own dispatcher and elsewhere") {
            reads { reads ->
                val seen = Collections.synchronizedSet(mutableSetOf<String>())
                reads.withConnection { first ->
                    seen += first.ask()
                    reads.dataSource.connection.use { seen += it.ask() }
                }
                withContext(reads.members[0].dispatcher) {
                    reads.withConnection { first ->
                        seen += first.ask()
                        reads.withConnection { seen += it.ask() }
                    }
                }
                seen.toList().sorted() shouldContainExactly listOf("BALANCED-1", "BALANCED-2")
                reads.snapshot().acquired shouldBe 4
            }
        }

        test("84: coroutines and threads that wait are served by whichever member comes free first, in order") {
            reads { reads ->
                val order = Collections.synchronizedList(mutableListOf<Int>())
                val held = reads.members.map { it.dataSource.connection }
                val threads = mutableListOf<Thread>()
                coroutineScope {
                    for (caller in 0 until 6) {
                        if (caller % 2 == 0) launch(Dispatchers.Default) { reads.withConnection { order += caller } }
                        else threads += thread { reads.dataSource.connection.use { order += caller } }
                        eventually(20.seconds) {
                            reads.members.map { it.snapshot().pending } shouldContainExactly List(2) { caller + 1 }
                        }
                    }
                    held[1].close()
                    eventually(20.seconds) { order.size shouldBe 6 }
                    held[0].close()
                }
                threads.forEach { it.join() }
                order shouldContainExactly listOf(0, 1, 2, 3, 4, 5)
                reads.members[0].snapshot().acquired shouldBe 1
            }
        }

        test("86: the timeout is one bound for all members, and an error of JDBC for threads") {
            reads { reads ->
                val held = reads.members.map { it.dataSource.connection }
                val error = shouldThrow<AcquireTimeoutException> { reads.withConnection(50.milliseconds) {} }
                error.poolName shouldBe "reads"
                val began = System.nanoTime()
                val sql =
                    shouldThrow<SQLTransientConnectionException> {
                        reads.dataSource.getConnection(java.time.Duration.ofMillis(200), Priority.HIGH)
                    }
                sql.sqlState shouldBe "HYT00"
                sql.message shouldContain "pool 'reads': no connection after 2"
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) shouldBeGreaterThan 199
                reads.dataSource.loginTimeout = 1
                shouldThrow<SQLTransientConnectionException> { reads.dataSource.connection }
                held.forEach { it.close() }
                reads.snapshot().timedOut shouldBe 3
            }
        }

        test("87: a coroutine that is cancelled and a thread that is interrupted lease nothing") {
            reads { reads ->
                val held = reads.members.map { it.dataSource.connection }
                coroutineScope {
                    val waiting = launch(Dispatchers.Default) { reads.withConnection {} }
                    eventually(20.seconds) { reads.snapshot().pending shouldBe 1 }
                    waiting.cancel()
                }
                var failure: SQLException? = null
                var flag = false
                val waiting = thread {
                    failure = runCatching { reads.dataSource.connection.close() }.exceptionOrNull() as? SQLException
                    flag = Thread.currentThread().isInterrupted
                }
                eventually(20.seconds) { reads.snapshot().pending shouldBe 1 }
                waiting.interrupt()
                waiting.join()
                failure?.message shouldBe "pool 'reads': interrupted while waiting for a connection"
                flag shouldBe true
                reads.snapshot().cancelled shouldBe 2
                held.forEach { it.close() }
            }
        }

        test("a transaction stays on one member, its inner one is a savepoint, and flows emit") {
            reads { reads ->
                reads.members.forEach { member ->
                    member.withConnection { c -> c.createStatement().use { it.execute("create table t(id int)") } }
                }
                reads.transaction { outer ->
                    outer.createStatement().use { it.execute("insert into t values (1)") }
                    runCatching {
                        reads.transaction { inner ->
                            inner.createStatement().use { it.execute("insert into t values (2)") }
                            error("undone")
                        }
                    }
                }
                reads.dataSource.transaction<Unit, SQLException> { _, c ->
                    c.createStatement().use { it.execute("insert into t values (3)") }
                }
                val rows =
                    reads.members.flatMap { member ->
                        member.withConnection { c ->
                            c.createStatement().executeQuery("select id from t").let { rows ->
                                buildList { while (rows.next()) add(rows.getInt(1)) }
                            }
                        }
                    }
                rows.sorted() shouldContainExactly listOf(1, 3)
                reads.flow { c -> emit(c.ask().dropLast(1)) }.toList() shouldContainExactly listOf("BALANCED-")
            }
        }

        test("a block that is cancelled while it runs on a member's dispatcher returns its connection") {
            reads { reads ->
                coroutineScope {
                    val began = CompletableDeferred<Unit>()
                    val running =
                        launch(Dispatchers.Default) {
                            reads.withConnection {
                                began.complete(Unit)
                                kotlinx.coroutines.awaitCancellation()
                            }
                        }
                    began.await()
                    running.cancel()
                    running.join()
                }
                eventually(20.seconds) { reads.snapshot().leased shouldBe 0 }
            }
        }

        test("hooks of a member prepare its connections") {
            val prepared = Collections.synchronizedList(mutableListOf<String>())
            val hooks =
                object : dev.rockpool.BlockingConnectionHooks<Connection> {
                    override fun beforeLend(connection: Connection) {
                        prepared += "lent"
                    }
                }
            reads({ this.hooks = hooks }) { reads ->
                reads.withConnection { it.ask() }
                reads.dataSource.withConnection<String, SQLException> { it.ask() }
                prepared.size shouldBe 2
            }
        }

        test("92: the data source shows its members, unwraps, evicts, and closes them") {
            reads { reads ->
                val source = reads.dataSource
                source.members().size shouldBe 2
                source.membersOut().shouldBeEmpty()
                source.isWrapperFor(BalancedJdbcPool::class.java) shouldBe true
                source.unwrap(BalancedJdbcPool::class.java) shouldBe reads
                val connection = source.connection
                source.evict(connection) shouldBe true
                eventually(20.seconds) { reads.snapshot().closed shouldBe 1 }
                reads.stats.value.name shouldBe "reads"
                source.close(java.time.Duration.ofSeconds(1))
                shouldThrow<SQLException> { source.connection }.sqlState shouldBe "HY010"
                shouldThrow<PoolClosedException> { reads.withConnection(Duration.ZERO) {} }.poolName shouldBe "reads"
                reads.members.forEach { it.snapshot().total shouldBe 0 }
            }
        }
    })

package dev.rockpool.jdbc

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.PoolEvent
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLTransientConnectionException
import java.sql.Statement
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

private val soon: JdbcSettings.() -> Unit = {
    statsInterval = 10.milliseconds
    leakThreshold = 50.milliseconds
}

private fun RockpoolDataSource.hear() = ConcurrentLinkedQueue<PoolEvent>().also { control().addListener(it::add) }

/** The holder of a JDBC connection, blocking or suspending, and how it is reported. */
class JdbcLeaseLaws :
    FunSpec({
        test(
            "a connection whose thread ended is reclaimed: its handles are closed, and the next lease is not affected"
        ) {
            withFake(soon) { database, pool ->
                val heard = pool.hear()
                lateinit var lost: Connection
                lateinit var statement: Statement
                thread(name = "nightly") {
                        lost = pool.connection
                        statement = lost.createStatement()
                    }
                    .join()
                eventually(10.seconds) { lost.isClosed shouldBe true }
                pool.connection.use { next ->
                    eventually(10.seconds) { database.log().count { "abort" in it } shouldBe 1 }
                    shouldThrow<SQLException> { lost.createStatement() }.sqlState shouldBe "08003"
                    shouldThrow<SQLException> { statement.executeQuery("select 1") }.sqlState shouldBe "08003"
                    database.forget()
                    statement.close()
                    lost.close()
                    database.log() shouldContainExactly emptyList()
                    next.isClosed shouldBe false
                }
                eventually(10.seconds) {
                    val leak = heard.filterIsInstance<PoolEvent.Leaked>().single { it.connection == 1L }
                    leak.holder shouldBe "thread 'nightly'"
                    leak.reclaimed shouldBe true
                }
                pool.snapshot().reclaimed shouldBe 1
            }
        }

        test("the holder of a block is its caller, whether or not it is dispatched, and it keeps its connection") {
            for (here in listOf(Dispatchers.Default, Dispatchers.IO)) {
                withFake(soon) { _, source ->
                    val heard = source.hear()
                    val pool = source.asJdbcPool()
                    coroutineScope {
                        val leave = CompletableDeferred<Unit>()
                        val holding = CompletableDeferred<Unit>()
                        val holder =
                            async(here + CoroutineName("handler")) {
                                pool.withConnection {
                                    holding.complete(Unit)
                                    leave.await()
                                    it.isClosed
                                }
                            }
                        holding.await()
                        eventually(10.seconds) { heard.filterIsInstance<PoolEvent.Leaked>().size shouldBe 1 }
                        val timeout = shouldThrow<AcquireTimeoutException> { pool.withConnection(20.milliseconds) {} }
                        timeout.longest.shouldNotBeNull().holder shouldStartWith "coroutine 'handler'"
                        leave.complete(Unit)
                        holder.await() shouldBe false
                    }
                    source.snapshot().reclaimed shouldBe 0
                }
            }
        }

        test("the caller of a block that waited in the queue is its holder too") {
            withFake { _, source ->
                val pool = source.asJdbcPool()
                coroutineScope {
                    val leave = CompletableDeferred<Unit>()
                    val first = source.connection
                    val second = launch(CoroutineName("second")) { pool.withConnection { leave.await() } }
                    eventually(10.seconds) { source.snapshot().pending shouldBe 1 }
                    first.close()
                    eventually(10.seconds) {
                        val timeout = shouldThrow<AcquireTimeoutException> { pool.withConnection(20.milliseconds) {} }
                        timeout.longest.shouldNotBeNull().holder shouldStartWith "coroutine 'second'"
                    }
                    leave.complete(Unit)
                    second.join()
                }
                source.snapshot().times.wait.max.isPositive() shouldBe true
            }
        }

        test("37: a block inside a block times out, and the error names the holder") {
            for (here in listOf(Dispatchers.Default, Dispatchers.IO)) {
                withFake { _, source ->
                    val heard = source.hear()
                    val pool = source.asJdbcPool()
                    withContext(here + CoroutineName("report")) {
                        pool.withConnection {
                            val timeout =
                                shouldThrow<AcquireTimeoutException> { pool.withConnection(50.milliseconds) {} }
                            timeout.own.shouldNotBeNull().connection shouldBe 1
                            timeout.message shouldContain "do not acquire a second connection while holding the first"
                        }
                    }
                    eventually(10.seconds) { heard.filterIsInstance<PoolEvent.NestedAcquire>().size shouldBe 1 }
                }
            }
        }

        test("37: the error of a thread that acquires a second connection says that it has one") {
            withFake { _, pool ->
                pool.loginTimeout = 1
                pool.connection.use {
                    val timeout = shouldThrow<SQLTransientConnectionException> { pool.connection }
                    timeout.message shouldContain "do not acquire a second connection while holding the first"
                    timeout.message shouldContain "connection 1 held by thread"
                }
            }
        }

        test("leases of threads and blocks send events and are measured, clean or not") {
            withFake { _, source ->
                val heard = source.hear()
                fun leases() = heard.filter { it is PoolEvent.Acquired || it is PoolEvent.Released }.map { "$it" }
                val before = source.snapshot().times.use.count
                source.control().leaseEvents = true
                val ways: List<suspend () -> Unit> =
                    listOf(
                        { source.connection.close() },
                        { source.connection.use { it.autoCommit = false } },
                        { source.asJdbcPool().withConnection {} },
                        { withContext(Dispatchers.IO) { source.asJdbcPool().withConnection {} } },
                    )
                for ((i, way) in ways.withIndex()) {
                    way()
                    eventually(10.seconds) {
                        leases() shouldContainExactly listOf("acquired connection 1", "released connection 1")
                    }
                    source.snapshot().times.use.count shouldBe before + i + 1
                    heard.clear()
                }
                source.connection.let { it.abort(Runnable::run) }
                eventually(10.seconds) { leases() shouldContain "released connection 1" }
            }
        }
    })

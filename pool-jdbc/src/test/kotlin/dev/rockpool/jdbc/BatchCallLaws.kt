package dev.rockpool.jdbc

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.PoolClosedException
import dev.rockpool.PoolExhaustedException
import dev.rockpool.PoolTracer
import dev.rockpool.Priority
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import java.sql.SQLException
import java.sql.SQLWarning
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/** How calls gather, on a fake database. Its driver joins no queries, so a batch runs them one by one. */
class BatchCallLaws :
    FunSpec({
        fun withEcho(
            settings: JdbcSettings.() -> Unit = {},
            product: String? = null,
            test: suspend (EchoDatabase, JdbcPool) -> Unit,
        ) {
            val echo = EchoDatabase()
            if (product != null) echo.database.on("metadata.getDatabaseProductName") { product }
            fakePool(echo.database, settings).use { pool ->
                pool.connection.close()
                echo.database.forget()
                kotlinx.coroutines.runBlocking(Dispatchers.Default) { test(echo, pool.asJdbcPool()) }
            }
        }

        fun JdbcPool.echo(
            maxBatch: Int = 16,
            maxPending: Int? = null,
            timeout: Duration? = 20.seconds,
            priority: Priority = Priority.NORMAL,
        ) =
            batchedQuery<Long, Long>(
                "select ?",
                { setLong(1, it) },
                { getLong(1) },
                maxBatch,
                maxPending,
                timeout,
                priority,
            )

        fun JdbcPool.add(maxBatch: Int = 16) =
            batchedUpdate<Long>("insert into t values (?)", maxBatch) { setLong(1, it) }

        test("142 a free connection means a batch of one, for coroutines, threads and futures") {
            withEcho({ maxSize = 4 }) { _, pool ->
                val echo = pool.echo()
                for (key in 1L..20L) {
                    echo(key) shouldBe key
                    echo.call(key) shouldBe key
                    echo.callAsync(key).join() shouldBe key
                }
                pool.dataSource.whileBusy {} // opens all four
                val together = coroutineScope { List(4) { async { echo(it.toLong()) } }.awaitAll() }
                together shouldContainExactly listOf(0L, 1L, 2L, 3L)
                val stats = echo.stats()
                stats.largest shouldBe 1
                stats.batches shouldBe stats.calls
            }
        }

        test("while all connections are in use calls gather, and the next free one takes up to maxBatch of them") {
            withEcho { _, pool ->
                val echo = pool.echo(maxBatch = 4)
                val waiting =
                    pool.dataSource.whileBusy {
                        List(10) { echo.callAsync(it.toLong()) }.also { echo.stats().pending shouldBe 10 }
                    }
                waiting.map { it.join() } shouldContainExactly (0L..9L).toList()
                val stats = echo.stats()
                (stats.calls to stats.batches) shouldBe (10L to 3L)
                stats.largest shouldBe 4
                stats.pending shouldBe 0
            }
        }

        test("calls of coroutines, threads and futures gather in one batch") {
            withEcho { _, pool ->
                val echo = pool.echo()
                coroutineScope {
                    val all =
                        pool.dataSource.whileBusy {
                            val future = echo.callAsync(1)
                            val coroutine = async(start = CoroutineStart.UNDISPATCHED) { echo(2) }
                            val thread = onThread { echo.call(3) }
                            while (echo.stats().pending < 3) Thread.onSpinWait()
                            Triple(future, coroutine, thread)
                        }
                    all.first.join() shouldBe 1
                    all.second.await() shouldBe 2
                    all.third.join() shouldBe 3
                }
                echo.stats().batches shouldBe 1
            }
        }

        test("tracers and times see the wait of each call of a batch, served by its connection") {
            withEcho { _, pool ->
                val ended = CopyOnWriteArrayList<Pair<PoolTracer.WaitOutcome, Long>>()
                pool.control.addTracer(
                    object : PoolTracer {
                        override fun waitBegins(start: PoolTracer.WaitStart) =
                            PoolTracer.Wait { outcome, connection, _ -> ended += outcome to connection }
                    }
                )
                val echo = pool.echo()
                val all = pool.dataSource.whileBusy { List(5) { echo.callAsync(it.toLong()) } }
                all.forEach { it.join() }
                ended shouldContainExactly List(5) { PoolTracer.WaitOutcome.SERVED to 1L }
                pool.snapshot().cancelled shouldBe 0
                pool.snapshot().times.wait.max.isPositive() shouldBe true
            }
        }

        test("a dependent of a future may wait for another call of the same batch") {
            withEcho { _, pool ->
                val echo = pool.echo()
                val sums =
                    pool.dataSource.whileBusy {
                        val all = List(8) { echo.callAsync(it.toLong()) }
                        all.mapIndexed { i, one -> one.thenApply { it + all[(i + 1) % 8].join() } }
                    }
                sums.map { it.get(20, TimeUnit.SECONDS) } shouldContainExactly listOf(1L, 3L, 5L, 7L, 9L, 11L, 13L, 7L)
                echo.stats().batches shouldBe 1
            }
        }

        test("calls of different statements do not gather") {
            withEcho { _, pool ->
                val one = pool.echo()
                val other = pool.echo()
                val all = pool.dataSource.whileBusy { listOf(one.callAsync(1), other.callAsync(2), one.callAsync(3)) }
                all.map { it.join() } shouldContainExactly listOf(1L, 2L, 3L)
                one.stats().batches shouldBe 1
                other.stats().largest shouldBe 1
            }
        }

        test("with maxBatch 1 every call runs alone") {
            withEcho { _, pool ->
                val echo = pool.echo(maxBatch = 1)
                val all = pool.dataSource.whileBusy { List(5) { echo.callAsync(it.toLong()) } }
                all.map { it.join() } shouldContainExactly (0L..4L).toList()
                echo.stats().batches shouldBe 5
            }
        }

        test("143 callers that were cancelled before they were sent drop out") {
            withEcho { echo, pool ->
                val add = pool.add()
                coroutineScope {
                    val all =
                        pool.dataSource.whileBusy {
                            val futures = List(4) { add.callAsync(it.toLong()) }
                            val coroutine = launch(start = CoroutineStart.UNDISPATCHED) { add(4) }
                            val thread = onThread { Thread.currentThread() to runCatching { add.call(5) } }
                            while (add.stats().pending < 6) Thread.onSpinWait()
                            futures[1].cancel(false) shouldBe true
                            kotlinx.coroutines.runBlocking { coroutine.cancelAndJoin() }
                            futures[3].completeExceptionally(IllegalStateException("given up"))
                            add.stats().pending shouldBe 3
                            futures to thread
                        }
                    all.first[0].join() shouldBe 1
                    all.first[2].join() shouldBe 1
                    all.second.join().second.getOrThrow() shouldBe 1
                }
                echo.sent() shouldContainExactly listOf(0L, 2L, 5L)
                pool.snapshot().cancelled shouldBe 3
            }
        }

        test("143 a thread that is interrupted while it waits drops out, with its flag set") {
            withEcho { echo, pool ->
                val add = pool.add()
                pool.dataSource.whileBusy {
                    val flagged = CompletableFuture<Boolean>()
                    val caller =
                        kotlin.concurrent.thread {
                            val error = runCatching { add.call(1) }.exceptionOrNull()
                            flagged.complete(
                                error?.cause is InterruptedException && Thread.currentThread().isInterrupted
                            )
                        }
                    while (add.stats().pending < 1) Thread.onSpinWait()
                    caller.interrupt()
                    flagged.join() shouldBe true
                    add.stats().pending shouldBe 0
                }
                add.call(2) shouldBe 1
                echo.sent() shouldContainExactly listOf(2L)
            }
        }

        test("143 a call that is given up while its failed batch runs one by one never runs alone") {
            withEcho { echo, pool ->
                val add = pool.add()
                var all = emptyList<CompletableFuture<Int>>()
                echo.database.on("statement.executeBatch") { throw SQLException("no", "23505") }
                echo.database.on("statement.executeUpdate") {
                    all[2].cancel(true)
                    1
                }
                pool.dataSource.whileBusy { all = List(4) { add.callAsync(it.toLong()) } }
                listOf(0, 1, 3).map { outcome(all[it]) } shouldContainExactly listOf(1, 1, 1)
                outcome(all[2]).shouldBeInstanceOf<CancellationException>()
                echo.sent() shouldContainExactly listOf<Long>(0, 1, 2, 3, 0, 1, 3) // in a batch, then alone
            }
        }

        test("144 a call that was not sent in time fails at its timeout, and is never sent") {
            withEcho { echo, pool ->
                val brief = pool.echo(timeout = 30.milliseconds)
                val patient = pool.echo()
                val waiting =
                    pool.dataSource.whileBusy {
                        val later = patient.callAsync(2)
                        val error = outcome(brief.callAsync(1))
                        error shouldBe "HYT00"
                        shouldThrow<SQLException> { brief.call(1) }.sqlState shouldBe "HYT00"
                        kotlinx.coroutines.runBlocking { shouldThrow<AcquireTimeoutException> { brief(1) } }
                        shouldThrow<SQLException> { pool.echo(timeout = Duration.ZERO).call(1) }.sqlState shouldBe
                            "HYT00"
                        brief.stats().pending shouldBe 0
                        later
                    }
                waiting.join() shouldBe 2
                echo.sent() shouldContainExactly listOf(2L)
                pool.snapshot().timedOut shouldBe 4
            }
        }

        test("145 the calls of a caller are sent in their order, also if a batch fails and runs one by one") {
            withEcho { echo, pool ->
                val ask = pool.echo(maxBatch = 4)
                pool.dataSource.whileBusy { List(50) { ask.callAsync(it.toLong()) } }.forEach { it.join() }
                echo.sent() shouldContainExactly (0L..49L).toList()
                echo.database.forget()
                val add = pool.add(maxBatch = 4)
                echo.database.on("statement.executeBatch") { throw SQLException("no", "23505") }
                pool.dataSource.whileBusy { List(8) { add.callAsync(it.toLong()) } }.forEach { it.join() }
                val twice = listOf(0L..3L, 0L..3L, 4L..7L, 4L..7L).flatten()
                echo.sent() shouldContainExactly twice // in a batch, then alone
                add.stats().splits shouldBe 2
            }
        }

        test("146 a batch waits with the priority of its statement") {
            withEcho { echo, pool ->
                val low = pool.echo(priority = Priority.LOW)
                val high = pool.echo(priority = Priority.HIGH)
                pool.dataSource
                    .whileBusy { List(3) { low.callAsync(it.toLong()) } + List(3) { high.callAsync(10L + it) } }
                    .forEach { it.join() }
                echo.sent() shouldContainExactly listOf(10L, 11L, 12L, 0L, 1L, 2L)
            }
        }

        test("146 each waiting call counts for the pool's maxPending and for its own") {
            withEcho({ maxPending = 3 }) { _, pool ->
                val echo = pool.echo()
                val own = pool.echo(maxPending = 1)
                val waiting =
                    pool.dataSource.whileBusy {
                        val first = own.callAsync(1)
                        outcome(own.callAsync(2)) shouldBe "53300"
                        val others = List(2) { echo.callAsync(it.toLong()) }
                        outcome(echo.callAsync(9)) shouldBe "53300"
                        kotlinx.coroutines.runBlocking { shouldThrow<PoolExhaustedException> { echo(9) } }
                        (own.stats().pending to echo.stats().pending) shouldBe (1 to 2)
                        others + first
                    }
                waiting.forEach { it.join() }
                pool.snapshot().rejected shouldBe 3
            }
        }

        test("147 closing the pool answers every caller, whether its call waits or runs") {
            withEcho { echo, pool ->
                val inside = CountDownLatch(1)
                val leave = CountDownLatch(1)
                echo.database.on("statement.executeBatch") {
                    inside.countDown()
                    leave.await()
                    throw SQLException("aborted", "08006")
                }
                val add = pool.add(maxBatch = 4)
                val all = pool.dataSource.whileBusy { List(10) { add.callAsync(it.toLong()) } }
                inside.await()
                val closed = onThread { pool.dataSource.close(java.time.Duration.ZERO) }
                outcome(all.last()) shouldBe "HY010"
                leave.countDown()
                all.map { outcome(it) }.toSet() shouldBe setOf("HY010")
                closed.join()
                outcome(add.callAsync(1)) shouldBe "HY010"
                shouldThrow<PoolClosedException> { add(1) }
            }
        }

        test("141 a connection lost in a batch of updates: none was committed, so each runs once more, alone") {
            withEcho { echo, pool ->
                var lost = false
                echo.database.on("statement.executeBatch") {
                    lost = true
                    throw SQLException("lost", "08006")
                }
                val add = pool.add()
                val all = pool.dataSource.whileBusy { List(5) { add.callAsync(it.toLong()) } }
                all.map { outcome(it) } shouldContainExactly List(5) { 1 }
                lost shouldBe true
                echo.count("statement.executeUpdate") shouldBe 5
                echo.database.log() shouldNotContain "connection.commit()"
            }
        }

        test("141 a connection lost in the commit of a batch: every caller is told, and nothing runs again") {
            withEcho { echo, pool ->
                echo.database.on("connection.commit") { throw SQLException("lost", "08006") }
                val add = pool.add()
                val all = pool.dataSource.whileBusy { List(5) { add.callAsync(it.toLong()) } }
                all.map { outcome(it) } shouldContainExactly List(5) { "08007" }
                echo.count("statement.executeUpdate") shouldBe 0
                echo.count("statement.executeBatch") shouldBe 1
            }
        }

        test("141 a batch that MySQL could not undo: every caller is told, and nothing runs again") {
            withEcho(product = "MySQL") { echo, pool ->
                val add = pool.add()
                echo.database.on("connection.getWarnings") { SQLWarning("some tables", "HY000", 1196) }
                for (state in listOf("23000", "08006")) { // an answer, and a lost connection
                    echo.database.on("statement.executeBatch") { throw SQLException("failed", state) }
                    val all = pool.dataSource.whileBusy { List(3) { add.callAsync(it.toLong()) } }
                    all.map { outcome(it) } shouldContainExactly List(3) { "08007" }
                }
                echo.count("statement.executeUpdate") shouldBe 0
                echo.count("statement.executeBatch") shouldBe 2
            }
        }

        test("141 a connection lost in a single update leaves its outcome unknown, and the caller is told") {
            withEcho { echo, pool ->
                echo.database.on("statement.executeUpdate") { throw SQLException("lost", "08006") }
                val add = pool.add()
                shouldThrow<SQLException> { add.call(1) }.sqlState shouldBe "08007"
                shouldThrow<SQLException> { add(1) }.sqlState shouldBe "08007"
                outcome(add.callAsync(1)) shouldBe "08007"
                echo.count("statement.executeUpdate") shouldBe 3
            }
        }

        test("an error of the user's functions reaches its caller unchanged, and no other") {
            withEcho { _, pool ->
                val mine = IllegalStateException("mine")
                val echo =
                    pool.batchedQuery<Long, Long>(
                        "select ?",
                        { if (it == 1L) throw mine else setLong(1, it) },
                        { getLong(1).also { if (it == 2L) throw mine } },
                    )
                val all = pool.dataSource.whileBusy { List(4) { echo.callAsync(it.toLong()) } }
                all.map { outcome(it) } shouldContainExactly listOf(0L, mine, mine, 3L)
                shouldThrow<IllegalStateException> { echo(1) } shouldBe mine
                shouldThrow<IllegalStateException> { echo.call(2) } shouldBe mine
            }
        }

        test("a statement can only set parameters for a call, alone as in a batch") {
            withEcho { _, pool ->
                val greedy = pool.batchedQuery<Long, Long>("select ?", { executeQuery() }, { getLong(1) })
                shouldThrow<SQLException> { greedy.call(1) }.message shouldBe
                    "executeQuery cannot be called for one call of a batched statement, which may run together with " +
                        "others; it can only set parameters"
            }
        }

        test("with hooks every call has the connection for itself, because a hook may prepare it for its caller") {
            val lent = CopyOnWriteArrayList<String>()
            val hooks =
                object : dev.rockpool.BlockingConnectionHooks<java.sql.Connection> {
                    override fun beforeLend(connection: java.sql.Connection) {
                        lent += "lent"
                        if (lent.size == 2) throw SQLException("not now")
                    }
                }
            withEcho({ this.hooks = hooks }) { _, pool ->
                lent.clear()
                val echo = pool.echo()
                val all = pool.dataSource.whileBusy { List(3) { echo.callAsync(it.toLong()) } }
                all.map { outcome(it) } shouldContainExactly listOf(0L, 1L, 2L)
                echo(3) shouldBe 3
                echo.call(4) shouldBe 4
                echo.stats().largest shouldBe 1
                lent.size shouldBe 7 // with that of whileBusy, and one that failed
            }
        }

        test("if all callers of a running batch give up, its statement is cancelled") {
            withEcho { echo, pool ->
                val inside = CountDownLatch(1)
                val cancelled = CountDownLatch(1)
                echo.database.on("statement.executeBatch") {
                    inside.countDown()
                    cancelled.await()
                    throw SQLException("cancelled", "57014")
                }
                echo.database.on("statement.cancel") { cancelled.countDown() }
                val add = pool.add()
                val all = pool.dataSource.whileBusy { List(3) { add.callAsync(it.toLong()) } }
                inside.await()
                all[0].cancel(true)
                all[1].cancel(true)
                cancelled.count shouldBe 1
                all[2].cancel(true)
                cancelled.await()
                pool.dataSource.allHome()
                echo.count("statement.executeUpdate") shouldBe 0
            }
        }

        test("bad arguments are refused when the statement is created") {
            withEcho { _, pool ->
                fun refusal(block: () -> Unit) = shouldThrow<IllegalArgumentException> { block() }.message
                refusal { pool.echo(maxBatch = 0) } shouldBe "maxBatch is 0 but must be 1 to 1000"
                refusal { pool.echo(maxPending = -1) } shouldBe
                    "maxPending is -1 but must be 0 or more, or null for no limit"
                refusal { pool.echo(timeout = (-1).seconds) } shouldBe
                    "timeout is PT-1S but must be 0 or more, or null for no limit"
                refusal { pool.batchedUpdate<Long>("update a; update b") {} } shouldBe
                    "sql is 'update a; update b' but must be one statement, and it has several"
                shouldThrow<NullPointerException> { pool.dataSource.batchedUpdate<Long>("update a", null) }
                    .shouldBeInstanceOf<NullPointerException>()
            }
        }
    })

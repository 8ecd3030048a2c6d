package dev.rockpool.jdbc

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.BlockingConnectionHooks
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.mockk.mockk
import io.mockk.verify
import java.sql.Connection
import java.sql.SQLException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.fold
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

private const val ROWS = 500

/** The numbers from 1, as the server sends them. */
private fun JdbcPool.numbers(emitted: AtomicInteger = AtomicInteger()): Flow<Int> = flow { c ->
    c.autoCommit = false
    c.createStatement().use { statement ->
        statement.fetchSize = 10
        statement.executeQuery("select i from generate_series(1, $ROWS) i").use { rows ->
            while (rows.next()) {
                emitted.incrementAndGet()
                emit(rows.getInt(1))
            }
        }
    }
}

/** Where a flow may be collected: on the caller's own thread, on every dispatcher, and moved with flowOn. */
private val places: Map<String, (JdbcPool) -> Pair<CoroutineContext, CoroutineContext?>> =
    mapOf(
        "the event loop" to { _ -> EmptyCoroutineContext to null },
        "Default" to { _ -> Dispatchers.Default to null },
        "IO" to { _ -> Dispatchers.IO to null },
        "a view of IO" to { _ -> Dispatchers.IO.limitedParallelism(1) to null },
        "Unconfined" to { _ -> Dispatchers.Unconfined to null },
        "the pool's dispatcher" to { pool -> pool.dispatcher to null },
        "Default, flowOn IO" to { _ -> Dispatchers.Default to Dispatchers.IO },
        "IO, flowOn Default" to { _ -> Dispatchers.IO to Dispatchers.Default },
        "Default, flowOn the pool's dispatcher" to { pool -> Dispatchers.Default to pool.dispatcher },
    )

/** Rows as a flow: emitted as they arrive, no faster than they are collected, with nothing left behind. */
class RowFlowLaws :
    FunSpec({
        for ((name, place) in places) {
            test("rows arrive one by one, and the lease ends with the collection, on $name") {
                val pool = postgresPool("flow") { maxSize = 1 }
                val (context, on) = place(pool)
                fun Flow<Int>.there() = if (on == null) this else flowOn(on)
                runBlocking {
                    withContext(context) {
                        pool.numbers().there().fold(0, Int::plus) shouldBe ROWS * (ROWS + 1) / 2
                        pool.snapshot().leased shouldBe 0
                        pool.numbers().there().take(3).toList() shouldBe listOf(1, 2, 3)
                        pool.snapshot().leased shouldBe 0
                        pool.numbers().there().first { it == 7 } shouldBe 7
                        pool.snapshot().leased shouldBe 0
                        shouldThrow<IllegalStateException> {
                                pool.numbers().there().collect { check(it < 5) { "stop" } }
                            }
                            .message shouldBe "stop"
                        pool.snapshot().leased shouldBe 0
                        shouldThrow<SQLException> {
                                pool.flow<Int> { c -> emit(c.ask("select 1/0")!!.toInt()) }.there().toList()
                            }
                            .sqlState shouldBe "22012"
                        pool.snapshot().leased shouldBe 0
                    }
                }
                pool.snapshot().opened shouldBe 1
                pool.close()
            }

            test("a cancelled collector cancels its statement, on $name") {
                val pool = postgresPool("flow") { maxSize = 1 }
                val (context, on) = place(pool)
                runBlocking {
                    val first = CompletableDeferred<Unit>()
                    val slow =
                        pool.flow<Int> { c ->
                            emit(1)
                            c.run("select pg_sleep(60)")
                        }
                    val collecting =
                        launch(
                            context +
                                if (context == Dispatchers.Unconfined) Dispatchers.Default else EmptyCoroutineContext
                        ) {
                            (if (on == null) slow else slow.flowOn(on)).collect { first.complete(Unit) }
                        }
                    first.await()
                    measureTime { collecting.cancelAndJoin() } shouldBeLessThan 20.seconds
                    pool.snapshot().leased shouldBe 0
                    pool.withConnection { it.ask("select 2") } shouldBe "2"
                }
                pool.close()
            }
        }

        test("a row is read only after the previous one was collected") {
            val pool = postgresPool("pressure") { maxSize = 1 }
            for (context in listOf(Dispatchers.Default, Dispatchers.IO, pool.dispatcher)) {
                val emitted = AtomicInteger()
                withContext(context) {
                    pool.numbers(emitted).take(50).collect { check(emitted.get() <= it + 1) { "$it ${emitted.get()}" } }
                }
                check(emitted.get() <= 51) { emitted.get() }
            }
            pool.close()
        }

        test("a block in place shows no context element that its collector does not have") {
            val pool = postgresPool("elements") { maxSize = 1 }
            for (context in listOf(Dispatchers.IO, pool.dispatcher)) {
                withContext(context) {
                    val here = currentCoroutineContext().keys()
                    pool.flow { emit(currentCoroutineContext().keys()) }.first() shouldBe here
                }
            }
            pool.close()
        }

        test("a collection waits for its connection like any caller: in the queue, up to its timeout") {
            withFake { _, source ->
                val pool = source.asJdbcPool()
                source.connection.use {
                    for (context in listOf(Dispatchers.Default, Dispatchers.IO)) {
                        withContext(context) {
                            shouldThrow<AcquireTimeoutException> { pool.flow(30.milliseconds) { emit(1) }.toList() }
                        }
                    }
                }
                val waiting = pool.flow { emit(it.isClosed) }
                coroutineScope {
                    val lease = source.connection
                    launch { waiting.toList() shouldBe listOf(false) }
                    until { check(source.snapshot().pending == 1) }
                    lease.close()
                }
                source.snapshot().leased shouldBe 0
            }
        }

        test("a flow can be collected many times, also concurrently, with hooks, and in a withTimeout") {
            val database = FakeDatabase()
            val hooks = mockk<BlockingConnectionHooks<Connection>>(relaxUnitFun = true)
            fakePool(database) {
                    maxSize = 4
                    this.hooks = hooks
                }
                .use { source ->
                    val twice =
                        source.asJdbcPool().flow { c ->
                            c.touch()
                            emit(1)
                            emit(2)
                        }
                    coroutineScope {
                        repeat(20) { launch(Dispatchers.Default) { twice.toList() shouldBe listOf(1, 2) } }
                    }
                    withTimeout(10.seconds) { twice.take(1).toList() } shouldBe listOf(1)
                    verify(exactly = 21) { hooks.beforeLend(any()) }
                    source.snapshot().leased shouldBe 0
                }
        }
    })

private fun CoroutineContext.keys(): Set<String> = fold(emptySet()) { names, element -> names + element.key.toString() }

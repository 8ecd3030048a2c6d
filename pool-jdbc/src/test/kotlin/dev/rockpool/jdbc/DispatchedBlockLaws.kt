package dev.rockpool.jdbc

import dev.rockpool.PoolException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.sql.SQLException
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.ContinuationInterceptor
import kotlin.random.Random
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

/** Blocks that are dispatched to their connection, and return to their callers. */
class DispatchedBlockLaws :
    FunSpec({
        test("callers cancelled, timed out and served at the same moment lose no connection and no result") {
            val seed = System.getProperty("rockpool.seed")?.toLong() ?: Random.nextLong()
            val random = Random(seed)
            val pool = fakePool(FakeDatabase()) { maxSize = 2 }.asJdbcPool()
            val strange = ConcurrentLinkedQueue<Throwable>()
            withClue("rerun with -Drockpool.seed=$seed") {
                withTimeout(120.seconds) {
                    repeat(300) {
                        val inside = AtomicInteger()
                        coroutineScope {
                            repeat(20) { id ->
                                val timeout = random.nextInt(0, 400).microseconds.takeIf { random.nextBoolean() }
                                val place = if (random.nextBoolean()) Dispatchers.Default else pool.dispatcher
                                val caller =
                                    launch(place) {
                                        try {
                                            val result =
                                                pool.withConnection(timeout) {
                                                    check(inside.incrementAndGet() <= 2) { "three at a time" }
                                                    try {
                                                        it.createStatement().use { s -> s.execute("select $id") }
                                                    } finally {
                                                        inside.decrementAndGet()
                                                    }
                                                    id
                                                }
                                            check(result == id) { "$result is not $id" }
                                        } catch (e: CancellationException) {
                                            throw e
                                        } catch (_: PoolException) { // it has timed out
                                        } catch (e: Throwable) {
                                            strange += e
                                        }
                                    }
                                if (random.nextInt(3) == 0)
                                    launch(Dispatchers.Default) {
                                        repeat(random.nextInt(100)) { Thread.onSpinWait() }
                                        caller.cancel()
                                    }
                            }
                        }
                        val after = pool.snapshot()
                        withClue(after) { (after.leased to after.pending) shouldBe (0 to 0) }
                    }
                }
                strange.shouldBeEmpty()
            }
            pool.close()
        }

        test("a block is part of its caller: it has its job and thread-bound values, and rethrows the same exception") {
            val bound = ThreadLocal<String>()
            val planned = IllegalStateException("planned")
            val pool = fakePool(FakeDatabase()).asJdbcPool()
            for (place in listOf(Dispatchers.Default, Dispatchers.IO, pool.dispatcher)) {
                withContext(place + bound.asContextElement("mine")) {
                    val job = currentCoroutineContext()[Job]
                    pool.withConnection {
                        currentCoroutineContext()[Job] shouldBe job
                        bound.get() shouldBe "mine"
                        delay(1)
                        bound.get() shouldBe "mine"
                        withContext(Dispatchers.Default) { bound.get() shouldBe "mine" }
                    }
                    currentCoroutineContext()[ContinuationInterceptor] shouldBe place
                    bound.get() shouldBe "mine"
                    shouldThrow<IllegalStateException> { pool.withConnection { throw planned } } shouldBeSameInstanceAs
                        planned
                    shouldThrow<IllegalStateException> {
                        pool.withConnection {
                            delay(1)
                            throw planned
                        }
                    } shouldBeSameInstanceAs planned
                }
            }
            pool.close()
        }

        test("a caller gets the connect failure even if describing it fails") {
            val database = FakeDatabase()
            val failure =
                object : SQLException("unreadable", "28000") {
                    override val message: String
                        get() =
                            if (Throwable().stackTrace.any { it.methodName == "explain" }) error("no words") else "no"
                }
            database.on("driver.connect") { throw failure }
            var logins = 0 // the answer to a login that was refused is repeated in other words
            val pool =
                fakePool(database) { credentials = CredentialsSupplier { Credentials("app", "secret${logins++}") } }
                    .asJdbcPool()
            withTimeout(20.seconds) {
                for (place in listOf(Dispatchers.Default, Dispatchers.IO, pool.dispatcher)) {
                    withContext(place) { shouldThrow<IllegalStateException> { pool.withConnection {} } }
                }
            }
            pool.snapshot().pending shouldBe 0
            pool.close()
        }
    })

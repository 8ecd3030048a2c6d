package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.ScriptedHooks
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.types.shouldBeInstanceOf
import java.util.concurrent.TimeoutException
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

private val fault = IllegalStateException("fault")

/** Laws 6, 16, 17, 19 and 38: hooks, and hooks that fail, hang or are cancelled. */
class HookLaws :
    FunSpec({
        test("hooks are called after opening, before each lease, and after each return") {
            val calls = mutableListOf<String>()
            val hooks =
                object : ConnectionHooks<FakeConnection> {
                    override suspend fun afterOpen(connection: FakeConnection) {
                        calls += "open ${connection.number}"
                    }

                    override suspend fun beforeLend(connection: FakeConnection) {
                        calls += "lend ${connection.number}"
                    }

                    override suspend fun afterReturn(connection: FakeConnection) {
                        calls += "return ${connection.number}"
                    }
                }
            poolTest(hooks = hooks) {
                repeat(2) { pool.withConnection { calls += "use" } }
                calls shouldContainExactly listOf("open 1", "lend 1", "use", "return 1", "lend 1", "use", "return 1")
            }
        }

        test("19: when beforeLend fails, the connection is closed and the caller gets another one") {
            val hooks =
                ScriptedHooks().apply { beforeLends.next(Step.Fail(fault), Step.Fail(OutOfMemoryError("fault"))) }
            poolTest(hooks = hooks, settings = { maxSize = 1 }) {
                pool.withConnection { it.number shouldBe 3 }
                factory.openConnections.map { it.number } shouldContainExactly listOf(3)
            }
        }

        test("19: beforeLend is tried a bounded number of times, then the caller gets its error") {
            val hooks = ScriptedHooks().apply { beforeLends.otherwise = Step.Fail(fault) }
            poolTest(hooks = hooks) {
                shouldThrow<ConnectFailedException> { pool.acquire() }.cause shouldBe fault
                hooks.beforeLends.calls shouldBe 3
                runCurrent()
                factory.openConnections.shouldBeEmpty()
            }
        }

        test("19, 6: the caller's timeout holds during beforeLend") {
            val hooks = ScriptedHooks().apply { beforeLends.otherwise = Step.Hang }
            poolTest(hooks = hooks) {
                val began = timeSource.markNow()
                shouldThrow<AcquireTimeoutException> { pool.acquire(2.seconds) }
                began.elapsedNow() shouldBe 2.seconds
                runCurrent()
                factory.openConnections.shouldBeEmpty()
            }
        }

        test("19: a caller that does not wait gets a free connection, prepared") {
            val hooks = ScriptedHooks()
            poolTest(hooks = hooks, settings = { maxSize = 1 }) {
                pool.withConnection {}
                repeat(2) { pool.withConnection(0.seconds) { it.number shouldBe 1 } }
                hooks.beforeLends.calls shouldBe 3
                hooks.beforeLends.next(Step.Hang)
                shouldThrow<AcquireTimeoutException> { pool.withConnection(0.seconds) {} }
            }
        }

        test("19: a caller cancelled during beforeLend loses no slot") {
            val hooks = ScriptedHooks().apply { beforeLends.next(Step.Hang) }
            poolTest(hooks = hooks, settings = { maxSize = 1 }) {
                val caller = async { pool.acquire() }
                runCurrent()
                caller.cancel()
                shouldThrow<CancellationException> { caller.await() }
                pool.withConnection { it.number shouldBe 2 }
            }
        }

        test("19: a hook ends with its caller: when it is cancelled, or at its timeout") {
            var running = 0
            val hooks =
                object : ConnectionHooks<FakeConnection> {
                    override suspend fun beforeLend(connection: FakeConnection) {
                        running++
                        try {
                            awaitCancellation()
                        } finally {
                            running--
                        }
                    }
                }
            poolTest(hooks = hooks, settings = { resetTimeout = 1.minutes }) {
                val cancelled = async { pool.acquire(30.seconds) }
                val impatient = async { shouldThrow<AcquireTimeoutException> { pool.acquire(2.seconds) } }
                runCurrent()
                running shouldBe 2
                cancelled.cancel()
                runCurrent()
                running shouldBe 1
                advanceTimeBy(2.seconds)
                running shouldBe 0
                impatient.await()
            }
        }

        test("7, 19: a caller whose time is over while a hook runs is told of the hook") {
            val hooks = ScriptedHooks().apply { beforeLends.next(Step.Hang) }
            poolTest(hooks = hooks) {
                val caller = async { shouldThrow<AcquireTimeoutException> { pool.acquire(2.seconds) } }
                runCurrent()
                advanceTimeBy(2.seconds)
                val error = caller.await()
                error.message shouldContain "one could not be prepared for the caller: preparing took longer than 2s"
                error.message shouldEndWith "Try: check what the beforeLend hook or the preparer needs."
                error.cause.shouldBeInstanceOf<TimeoutException>()
                pool.snapshot().timedOut shouldBe 1
            }
        }

        test("19: a connect whose afterOpen fails or hangs counts as failed, and its connection is closed") {
            val hooks = ScriptedHooks().apply { afterOpens.next(Step.Fail(fault), Step.Hang) }
            poolTest(hooks = hooks, settings = { connectTimeout = 1.seconds }) {
                pool.withConnection { it.number shouldBe 3 }
                runCurrent()
                factory.connections.map { it.isClosed } shouldContainExactly listOf(true, true, false)
                pool.snapshot().openFailed shouldBe 2
            }
        }

        test("17, 19: an afterReturn that fails or hangs costs the connection; release throws, close does not wait") {
            val hooks = ScriptedHooks().apply { afterReturns.next(Step.Fail(fault), Step.Hang) }
            poolTest(hooks = hooks, settings = { resetTimeout = 1.seconds }) {
                shouldThrow<IllegalStateException> { pool.acquire().release() } shouldBe fault
                pool.acquire().close()
                pool.snapshot().leased shouldBe 1
                advanceTimeBy(1.seconds)
                factory.connections.map { it.isClosed } shouldContainExactly listOf(true, true)
                pool.withConnection {}
            }
        }

        test("16, 19: when a caller is cancelled inside its block, its connection is still restored") {
            val hooks = ScriptedHooks().apply { afterReturns.next(Step.After(100.milliseconds)) }
            poolTest(hooks = hooks) {
                val caller = launch { pool.withConnection { kotlinx.coroutines.awaitCancellation() } }
                runCurrent()
                caller.cancel()
                advanceTimeBy(100.milliseconds)
                caller.isCompleted shouldBe true
                pool.snapshot().idle shouldBe 1
                factory.connections.single().isClosed shouldBe false
            }
        }

        test("38: hooks see the context of their caller, even if it had to wait") {
            class Tag(val value: String) : AbstractCoroutineContextElement(Key) {
                override fun toString() = value
            }
            val seen = mutableListOf<String?>()
            val hooks =
                object : ConnectionHooks<FakeConnection> {
                    suspend fun see() {
                        val context: CoroutineContext = currentCoroutineContext()
                        seen += context[Key]?.toString()
                    }

                    override suspend fun afterOpen(connection: FakeConnection) = see()

                    override suspend fun beforeLend(connection: FakeConnection) = see()

                    override suspend fun afterReturn(connection: FakeConnection) = see()
                }
            poolTest(hooks = hooks, settings = { maxSize = 1 }) {
                val first =
                    launch(Tag("a"), CoroutineStart.UNDISPATCHED) {
                        pool.withConnection { kotlinx.coroutines.delay(1) }
                    }
                val second = launch(Tag("b")) { pool.withConnection {} }
                first.join()
                second.join()
                withContext(Tag("c")) { pool.acquire().close() }
                runCurrent()
                seen shouldContainExactly listOf(null, "a", "a", "b", "b", "c", null)
            }
        }

        test("threads and futures get prepared connections too") {
            val factory = ScriptedFactory()
            val hooks = ScriptedHooks().apply { beforeLends.next(Step.Fail(fault)) }
            val pool = Pool("hooked", factory, hooks = hooks) { minIdle = 0 }
            val blocking = BlockingPool.of(pool)
            blocking.withConnection<Int, RuntimeException> { it.number } shouldBe 2
            blocking.acquireAsync().get().use { hooks.beforeLends.calls shouldBe 3 }
            hooks.beforeLends.otherwise = Step.Fail(fault)
            shouldThrow<ConnectFailedException> { blocking.acquire() }.message shouldContain "fault"
            blocking.close()
            factory.connections.all { it.closeCount == 1 } shouldBe true
        }

        test("a future that its holder completes leaves the queue") {
            val blocking = BlockingPool.of(Pool("hooked", ScriptedFactory(), hooks = ScriptedHooks()) { maxSize = 1 })
            blocking.use {
                val held = blocking.acquire()
                val future = blocking.acquireAsync()
                eventually(20.seconds) { blocking.snapshot().pending shouldBe 1 }
                future.complete(null) shouldBe true
                eventually(20.seconds) { blocking.snapshot().pending shouldBe 0 }
                held.close()
            }
        }

        test("a thread interrupted during beforeLend loses no slot") {
            val factory = ScriptedFactory()
            val hooks = ScriptedHooks().apply { beforeLends.next(Step.Hang) }
            val blocking =
                BlockingPool.of(
                    Pool("hooked", factory, hooks = hooks) {
                        minIdle = 0
                        resetTimeout = 100.milliseconds
                    }
                )
            Thread.currentThread().interrupt()
            shouldThrow<InterruptedException> { blocking.acquire() }
            blocking.withConnection<Unit, RuntimeException> {}
            blocking.close()
            factory.connections.all { it.closeCount == 1 } shouldBe true
        }
    })

private object Key : CoroutineContext.Key<CoroutineContext.Element>

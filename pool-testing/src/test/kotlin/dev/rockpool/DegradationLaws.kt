package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.checkNothingLost
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Delay
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

private fun noThread() = OutOfMemoryError("unable to create native thread")

/**
 * A dispatcher that refuses a chosen one of the next dispatches, as a dispatcher without threads does. The refused task
 * is already queued and runs when it can. If [loses] is set, the dispatcher is shut down and the task never runs.
 */
@OptIn(InternalCoroutinesApi::class)
private class Refusing(private val real: CoroutineDispatcher, private val loses: Boolean) :
    CoroutineDispatcher(), Delay by real as Delay {
    var refuse: (Int) -> Boolean = { false }
    private var dispatches = 0

    fun next(refuse: (Int) -> Boolean) {
        dispatches = 0
        this.refuse = refuse
    }

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        val refused = refuse(++dispatches)
        val begins = "$block".startsWith("DispatchedContinuation") // a refused coroutine must not start later
        if (!refused || !loses && !begins) real.dispatch(context, block)
        if (refused) throw RejectedExecutionException("no thread")
    }
}

/** Runs [body] on a pool whose own coroutines run on a [Refusing] dispatcher, then checks that nothing was lost. */
@OptIn(ExperimentalCoroutinesApi::class)
private fun refusingTest(
    settings: PoolSettings.() -> Unit = {},
    body: suspend TestScope.(Pool<FakeConnection>, ScriptedFactory, Refusing) -> Unit,
) =
    runTest(timeout = 10.seconds) {
        val factory = ScriptedFactory()
        val refusing = Refusing(coroutineContext[ContinuationInterceptor] as CoroutineDispatcher, loses = false)
        val pool =
            Pool("test", factory, backgroundScope.coroutineContext + refusing, testScheduler.timeSource) {
                minIdle = 0
                settings()
            }
        runCurrent()
        body(pool, factory, refusing)
        refusing.next { false }
        runCurrent()
        checkNothingLost(pool, factory)
    }

/** Laws 1, 17, 33 and 35 of the pool when threads, memory, files or server sessions run out. */
@OptIn(ExperimentalCoroutinesApi::class)
class DegradationLaws :
    FunSpec({
        test("an Error in a connect fails that attempt, callers see it, and the pool grows again later") {
            for (error in
                listOf(noThread(), StackOverflowError(), NoClassDefFoundError("x"), RejectedExecutionException())) {
                poolTest(settings = { maxSize = 2 }) {
                    factory.opens.otherwise = Step.Fail(error)
                    val callers = List(10) { async { runCatching { pool.acquire(1.seconds) }.exceptionOrNull() } }
                    callers.awaitAll().forEach { (it as AcquireTimeoutException).cause shouldBeSameInstanceAs error }
                    factory.opens.otherwise = Step.Succeed
                    val leases = List(2) { pool.acquire() }
                    leases.forEach { it.close() }
                }
            }
        }

        test("while the server is full, open connections are still lent, and other callers only time out") {
            val full = IOException("too many connections")
            poolTest(
                settings = {
                    maxSize = 10
                    failFastAfter = 1.seconds
                }
            ) {
                val some = List(4) { pool.acquire() }
                factory.opens.otherwise = Step.Fail(full)
                val before = factory.opens.calls
                shouldThrow<AcquireTimeoutException> { pool.acquire(30.seconds) }.cause shouldBeSameInstanceAs full
                (factory.opens.calls - before <= 350) shouldBe true // every 100 ms, more often in the first seconds
                val waiter = async { pool.acquire(1.minutes) }
                runCurrent()
                some[0].close()
                waiter.await().close()
                pool.snapshot().closed shouldBe 0
                factory.opens.otherwise = Step.Succeed
                val more = List(7) { async { pool.acquire(1.seconds) } }.awaitAll()
                pool.snapshot().total shouldBe 10
                (some.drop(1) + more).forEach { it.close() }
            }
        }

        test("the minimum is restored without traffic when the server has room again") {
            val factory = ScriptedFactory()
            factory.opens.next(Step.Succeed, Step.Succeed)
            factory.opens.otherwise = Step.Fail(IOException("too many connections"))
            poolTest(factory, { minIdle = 5 }) {
                advanceTimeBy(10.minutes)
                pool.snapshot().idle shouldBe 2
                factory.opens.otherwise = Step.Succeed
                advanceTimeBy(12.seconds)
                pool.snapshot().idle shouldBe 5
            }
        }

        test("a probe that finds no thread does not condemn its connection: it is kept and probed later") {
            poolTest {
                val connection = pool.withConnection { it }
                advanceTimeBy(5.seconds)
                factory.probes.next(Step.Fail(noThread()))
                pool.withConnection { it } shouldBeSameInstanceAs connection
                connection.closeCount shouldBe 0
                connection.probeCount shouldBe 2
            }
        }

        test("an Error in a reset or a close costs that connection, but no slot") {
            poolTest(settings = { maxSize = 1 }) {
                factory.resets.next(Step.Fail(noThread()))
                val lease = pool.acquire()
                lease.connection.isDirty = true
                factory.closes.next(Step.After(1.milliseconds))
                shouldThrow<OutOfMemoryError> { lease.release() }
                pool.acquire(1.seconds).close()
                factory.opens.calls shouldBe 2
            }
        }

        test("a lease closed without waiting that cannot be reset is discarded, without an uncaught exception") {
            poolTest(settings = { maxSize = 1 }) {
                factory.resets.next(Step.Fail(IOException("gone")))
                val lease = pool.acquire()
                lease.connection.isDirty = true
                lease.close()
                pool.acquire(1.seconds).close()
                factory.opens.calls shouldBe 2
            }
        }

        test("an Error in classify or inspect loses neither waiter nor slot") {
            val broken =
                object : ConnectionFactory<FakeConnection> {
                    var fails = true
                    val real = ScriptedFactory()

                    override suspend fun open() = if (fails) throw IOException("refused") else real.open()

                    override suspend fun close(connection: FakeConnection) = real.close(connection)

                    override fun inspect(connection: FakeConnection) = throw NoClassDefFoundError("inspect")

                    override fun classify(error: Throwable) = throw NoClassDefFoundError("classify")
                }
            runTest {
                val pool =
                    Pool("test", broken, backgroundScope.coroutineContext, testScheduler.timeSource) { minIdle = 0 }
                val waiter = async { pool.acquire() }
                runCurrent()
                broken.fails = false
                waiter.await().close()
                runCurrent()
                pool.snapshot().leased shouldBe 0
                checkNothingLost(pool, broken.real)
            }
        }

        // Which dispatch does what depends on the library. So each is refused in turn, and nothing may ever be lost.
        for (refused in 1..9) {
            test("a pool whose dispatch $refused after an acquire is refused loses no slot and serves the caller") {
                refusingTest({
                    maxSize = 1
                    connectTimeout = 1.seconds
                }) { pool, _, dispatcher ->
                    dispatcher.next { it == refused }
                    val caller = async { pool.acquire(1.minutes) }
                    caller.await().close()
                }
            }
        }

        test("a connect that cannot be started counts as failed, with that cause") {
            refusingTest({ maxSize = 1 }) { pool, factory, dispatcher ->
                dispatcher.next { it == 3 }
                val failed = runCatching { pool.acquire(5.milliseconds) }.exceptionOrNull()
                (failed as AcquireTimeoutException).cause.shouldNotBeNull()
                failed.message shouldContain "no thread"
                factory.opens.calls shouldBe 0
                pool.snapshot().openFailed shouldBe 1
            }
        }

        test("a close that cannot be started is retried, and its slot is reused") {
            refusingTest({ maxSize = 1 }) { pool, factory, dispatcher ->
                val lease = pool.acquire()
                runCurrent()
                dispatcher.next { it == 1 }
                lease.evict("the test wants it closed")
                dispatcher.next { false }
                pool.acquire(5.seconds).close()
                factory.connections.first().closeCount shouldBe 1
            }
        }

        test("a reset that cannot be started discards the connection and ends the lease") {
            refusingTest({ maxSize = 1 }) { pool, factory, dispatcher ->
                val lease = pool.acquire()
                lease.connection.isDirty = true
                runCurrent()
                dispatcher.next { it == 1 }
                lease.close()
                dispatcher.next { false }
                pool.acquire(5.seconds).close()
                factory.opens.calls shouldBe 2
            }
        }

        test("when a dispatcher refuses to resume a served caller, its lease goes to the next caller") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val refusing = Refusing(coroutineContext[ContinuationInterceptor] as CoroutineDispatcher, loses = true)
                CoroutineScope(refusing).launch { pool.acquire() } // never resumes: its dispatcher loses the task
                runCurrent()
                val next = async { pool.acquire() }
                runCurrent()
                refusing.next { true }
                held.close()
                next.await().close()
            }
        }

        test("callers that their dispatcher refuses to resume do not block other timeouts") {
            poolTest(settings = { maxSize = 1 }) {
                val held = pool.acquire()
                val refusing = Refusing(coroutineContext[ContinuationInterceptor] as CoroutineDispatcher, loses = true)
                repeat(3) { CoroutineScope(refusing).launch { pool.acquire(1.seconds) } }
                runCurrent()
                refusing.next { true }
                repeat(2) { shouldThrow<AcquireTimeoutException> { pool.acquire(1.seconds) } }
                held.close()
            }
        }

        test(
            "a pool on real threads survives a factory that throws every kind of Error, from threads and futures too"
        ) {
            val factory = ScriptedFactory()
            factory.opens.next(Step.Fail(noThread()), Step.Fail(StackOverflowError()), Step.Succeed)
            val pool = Pool("real", factory) { minIdle = 0 }
            val blocking = BlockingPool.of(pool)
            val future = blocking.acquireAsync()
            blocking.acquire().close()
            future.join().close()
            checkNothingLost(pool, factory)
        }
    })

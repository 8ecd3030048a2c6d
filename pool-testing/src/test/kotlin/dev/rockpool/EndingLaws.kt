package dev.rockpool

import dev.rockpool.blocking.BlockingPool
import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import java.util.concurrent.CountDownLatch
import java.util.concurrent.RejectedExecutionException
import kotlin.concurrent.thread
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.ComparableTimeMark
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlin.time.measureTime
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.async
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

/** Whatever fails inside the pool, it still closes: callers fail, connections are closed, and close returns in time. */
class EndingLaws :
    FunSpec({
        for (step in listOf("look", "keep", "sleepUntil", "beginClose")) {
            test("a pool closes even if its keeper fails for good at '$step'") {
                val clock = FailingClock(step)
                endsInTime(clock = clock) { clock.failing = true }
                if (step in ALWAYS) clock.hasFailed shouldBe true
            }
        }

        test("a pool closes even if its dispatcher no longer runs tasks") {
            val dispatcher = Stoppable {}
            endsInTime(dispatcher) { dispatcher.stopped = true }
        }

        test("such a pool also closes in time if a first close with a long grace has begun") {
            val dispatcher = Stoppable {}
            endsInTime(dispatcher) { pool ->
                dispatcher.stopped = true
                thread(isDaemon = true) { BlockingPool.of(pool).close(java.time.Duration.ofMinutes(1)) }
                while (runCatching { pool.tryAcquire() }.isSuccess) Thread.onSpinWait() // until it is closed
            }
        }

        test("a pool closes even if its dispatcher refuses every task") {
            val dispatcher = Stoppable { throw RejectedExecutionException("planted") }
            endsInTime(dispatcher) { dispatcher.stopped = true }
        }

        test("a pool closes even if listeners block every thread of its keeper") {
            val release = CountDownLatch(1)
            try {
                endsInTime { pool -> repeat(8) { pool.control.addListener { release.await() } } }
            } finally {
                release.countDown()
            }
        }

        test("a pool closes even if its factory fails on every inspect") {
            val scripted = ScriptedFactory()
            val failing =
                object : ConnectionFactory<FakeConnection> by scripted {
                    override fun callUnderWay(connection: FakeConnection): Long = throw NoSuchMethodError("planted")
                }
            endsInTime(factory = failing) {}
        }

        test("a pool whose dispatcher refuses its first task is not created") {
            val dispatcher = Stoppable { throw RejectedExecutionException("planted") }
            dispatcher.stopped = true
            val factory = ScriptedFactory()
            shouldThrow<RejectedExecutionException> { Pool("test", factory, dispatcher + FORESEEN) { minIdle = 1 } }
            factory.connections shouldBe emptyList()
        }

        test("a probe that hangs delays close by little more than closeTimeout") {
            poolTest(
                settings = {
                    maxSize = 1
                    probeTimeout = 60.seconds
                    closeTimeout = 2.seconds
                    trustWindow = Duration.ZERO
                }
            ) {
                pool.withConnection {}
                factory.probes.next(Step.Hang)
                val waiter = async { shouldThrow<PoolClosedException> { pool.acquire() } }
                runCurrent()
                val began = timeSource.markNow()
                pool.close(1.seconds)
                began.elapsedNow() shouldBeLessThan 5.seconds
                waiter.await()
                pool.snapshot().total shouldBe 0
            }
        }

        test("a listener that throws an Error still gets the next event") {
            poolTest {
                val heard = mutableListOf<PoolEvent>()
                pool.control.addListener {
                    heard += it
                    throw AssertionError("planted")
                }
                runCurrent()
                pool.withConnection {}
                pool.close(1.seconds)
                heard shouldContain PoolEvent.PoolClosed
            }
        }
    })

/** The keeper's failure is also an uncaught exception, for which the test runner would fail later tests. */
private val FORESEEN = CoroutineExceptionHandler { _, e ->
    check(generateSequence(e) { it.cause }.any { it.message.orEmpty().contains("planted") }) { e.stackTraceToString() }
}

/** The steps in which a keeper that closes always reads the clock. */
private val ALWAYS = setOf("look", "beginClose")

/** Creates a full pool with a waiting caller, plants the fault, then closes the pool without grace. */
private fun endsInTime(
    context: CoroutineContext = EmptyCoroutineContext,
    clock: TimeSource = TimeSource.Monotonic,
    factory: ConnectionFactory<FakeConnection> = ScriptedFactory(),
    plant: (Pool<FakeConnection>) -> Unit,
) = runBlocking {
    val pool =
        Pool("test", factory, context + FORESEEN, clock) {
            maxSize = 1
            minIdle = 0
            closeTimeout = 100.milliseconds
            acquireTimeout = null
        }
    val held = pool.acquire()
    val connection = held.connection
    val waiter = async(Dispatchers.IO) { shouldThrow<PoolClosedException> { pool.acquire() } }
    while (pool.snapshot().pending == 0) Thread.onSpinWait()
    plant(pool)

    measureTime { withTimeout(30.seconds) { pool.close(Duration.ZERO) } } shouldBeLessThan 10.seconds

    withTimeout(10.seconds) { waiter.await() }
    held.isActive shouldBe false
    pool.snapshot().total shouldBe 0
    pool.snapshot().run { closed shouldBe opened }
    withTimeout(10.seconds) { while (connection.abortCount + connection.closeCount == 0) yield() }
}

/** A clock that fails in one step of the keeper. */
private class FailingClock(private val step: String) : TimeSource.WithComparableMarks {
    @Volatile var failing = false
    @Volatile var hasFailed = false

    override fun markNow(): ComparableTimeMark = Mark(System.nanoTime().nanoseconds)

    private inner class Mark(private val at: Duration) : ComparableTimeMark {
        override fun elapsedNow(): Duration {
            if (failing && isInStep()) {
                hasFailed = true
                throw NoSuchMethodError("planted")
            }
            return System.nanoTime().nanoseconds - at
        }

        override fun plus(duration: Duration): ComparableTimeMark = Mark(at + duration)

        override fun minus(other: ComparableTimeMark): Duration = at - (other as Mark).at

        override fun equals(other: Any?): Boolean = other is Mark && other.at == at

        override fun hashCode(): Int = at.hashCode()
    }

    private fun isInStep(): Boolean =
        StackWalker.getInstance().walk { frames ->
            frames
                .filter { it.className == "dev.rockpool.internal.engine.upkeep.Keeper" }
                .findFirst()
                .map { it.methodName.substringBefore('-') == step } // a duration in the signature mangles the name
                .orElse(false)
        }
}

/** Runs tasks until it is stopped. Then the test decides what happens to them. */
private class Stoppable(private val then: () -> Unit) : CoroutineDispatcher() {
    @Volatile var stopped = false

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        if (stopped) then() else Dispatchers.Default.dispatch(context, block)
    }
}

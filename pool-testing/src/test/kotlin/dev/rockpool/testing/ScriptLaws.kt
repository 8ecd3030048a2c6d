package dev.rockpool.testing

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.PoolConfig
import dev.rockpool.blocking.BlockingPool
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThanOrEqualTo
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.util.concurrent.CancellationException
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

class ScriptLaws :
    FunSpec({
        test("each call plays one step, in order, and later calls play the default step") {
            poolTest {
                val error = NoClassDefFoundError("driver")
                factory.opens.next(Step.Fail(error), Step.ReturnNull, Step.After(2.seconds))
                factory.opens.otherwise = Step.Fail(IllegalStateException())
                shouldThrow<NoClassDefFoundError> { factory.open() } shouldBeSameInstanceAs error
                val none: FakeConnection? = factory.open()
                none.shouldBeNull()
                val start = timeSource.markNow()
                factory.close(factory.open())
                start.elapsedNow() shouldBe 2.seconds
                shouldThrow<IllegalStateException> { factory.open() }
                factory.opens.calls shouldBe 4
            }
        }

        test("on threads the same steps take real time") {
            val factory = ScriptedFactory()
            val onThreads = factory.blocking()
            val error = NoClassDefFoundError("driver")
            factory.opens.next(Step.Fail(error), Step.ReturnNull, Step.After(20.milliseconds, Step.ReturnNull))
            shouldThrow<NoClassDefFoundError> { onThreads.open() }
            onThreads.open().shouldBeNull()
            measureTime { onThreads.open().shouldBeNull() } shouldBeGreaterThanOrEqualTo 20.milliseconds
            onThreads.open().shouldNotBeNull().number shouldBe 1
            factory.connections.size shouldBe 1
        }

        test("a failed step does not affect later ones, and end releases threads that hang") {
            val factory = ScriptedFactory()
            val onThreads = factory.blocking()
            repeat(2) {
                factory.opens.next(Step.After(1.milliseconds, Step.Fail(IllegalStateException("mine"))))
                shouldThrow<IllegalStateException> { onThreads.open() }
            }
            factory.opens.next(Step.Hang)
            var failure: Throwable? = null
            val hung = thread { failure = runCatching { onThreads.open() }.exceptionOrNull() }
            eventually(10.seconds) {
                hung.state shouldBe Thread.State.TIMED_WAITING.takeIf { it == hung.state } ?: Thread.State.WAITING
            }
            factory.end()
            hung.join(10_000)
            (failure is CancellationException) shouldBe true
        }

        test("inspect and abort can be scripted too") {
            val factory = ScriptedFactory()
            val connection = factory.open()
            factory.inspects.next(Step.Fail(IllegalStateException()))
            factory.aborts.next(Step.Fail(IllegalArgumentException()))
            shouldThrow<IllegalStateException> { factory.inspect(connection) }
            shouldThrow<IllegalArgumentException> { factory.abort(connection) }
            connection.abortCount shouldBe 1
        }

        test("for a pool of threads, an open that returns null is a failed connect") {
            val factory = ScriptedFactory()
            factory.opens.otherwise = Step.ReturnNull
            BlockingPool.create(factory.blocking(), PoolConfig { minIdle = 0 }).use { pool ->
                val timeout = shouldThrow<AcquireTimeoutException> { pool.acquire(java.time.Duration.ofMillis(50)) }
                timeout.cause?.message shouldBe "the factory opened null"
                factory.opens.otherwise = Step.Succeed
                pool.acquire().close()
            }
        }
    })

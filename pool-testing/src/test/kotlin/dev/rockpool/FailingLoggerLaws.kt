package dev.rockpool

import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.io.OutputStream
import java.io.PrintStream
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import org.slf4j.LoggerFactory
import org.slf4j.event.EventConstants

/** An exception from a logger reaches no caller, costs no slot, and does not stop a close. */
class FailingLoggerLaws :
    FunSpec({
        val errors =
            listOf(
                IllegalStateException("planted"),
                NoClassDefFoundError("planted"),
                ExceptionInInitializerError("planted"),
                OutOfMemoryError("planted"),
                StackOverflowError("planted"),
            )

        for (error in errors) {
            val kind = error::class.simpleName

            test("with a logger that throws $kind, a full pool still times out callers, closes and empties its slots") {
                failingLogger(error) { failures ->
                    poolTest(settings = { maxSize = 1 }) {
                        val held = pool.acquire()
                        shouldThrow<AcquireTimeoutException> { pool.acquire(100.milliseconds) }
                        pool.close(Duration.ZERO)
                        held.isActive shouldBe false
                        pool.snapshot().total shouldBe 0
                    }
                    failures.get() shouldBeGreaterThan 0
                }
            }

            test("with a logger that throws $kind, a lost connection and a failed connect do no further harm") {
                failingLogger(error) { failures ->
                    poolTest(settings = { maxSize = 1 }) {
                        factory.opens.next(Step.Fail(IllegalStateException("refused")))
                        pool.withConnection {}
                        pool.acquire().evict("lost")
                        pool.withConnection {}
                        pool.close(1.seconds)
                        pool.snapshot().total shouldBe 0
                    }
                    failures.get() shouldBeGreaterThan 0
                }
            }
        }
    })

/** Runs [body] while the logger throws on every message of every level. Counts how often it did. */
private fun failingLogger(error: Throwable, body: (AtomicInteger) -> Unit) {
    val failures = AtomicInteger()
    val broken =
        object : OutputStream() {
            override fun write(byte: Int) {
                failures.incrementAndGet()
                throw error
            }
        }
    val logger = LoggerFactory.getLogger("dev.rockpool.Pool")
    val level = logger.javaClass.getDeclaredField("currentLogLevel").apply { isAccessible = true }
    val before = level.getInt(logger)
    val stream = System.err
    System.setErr(PrintStream(broken, true))
    level.setInt(logger, EventConstants.DEBUG_INT)
    try {
        body(failures)
    } finally {
        level.setInt(logger, before)
        System.setErr(stream)
    }
}

package dev.rockpool

import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.IOException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.launch

/** Whatever a factory throws, even an `Error`, or a null return value costs at most the connection. */
class FactoryErrorLaws :
    FunSpec({
        test("an inspect that throws an Error costs the connection, not the slot") {
            poolTest(settings = { maxSize = 1 }) {
                factory.inspects.next(Step.Fail(NoClassDefFoundError("driver")))
                val lease = pool.acquire()
                runCatching { lease.release() }
                runCurrent()
                pool.snapshot().leased shouldBe 0
                pool.acquire().release()
                factory.connections.size shouldBe 2
            }
        }

        test("an abort that throws an Error does not stop the pool from closing") {
            poolTest(settings = { maxSize = 1 }) {
                factory.aborts.next(Step.Fail(NoClassDefFoundError("driver")))
                pool.acquire()
                val closing = launch { pool.close(1.seconds) }
                advanceTimeBy(20.seconds)
                closing.isCompleted shouldBe true
                pool.snapshot().total shouldBe 0
            }
        }

        test("a suspending open that returns null is a failed connect") {
            poolTest(settings = { maxSize = 1 }) {
                factory.opens.next(Step.ReturnNull)
                pool.acquire(5.seconds).use { it.connection.number shouldBe 1 }
                pool.snapshot().openFailed shouldBe 1
            }
        }

        test("a reset that fails in the background costs the connection, without an uncaught exception") {
            poolTest(settings = { maxSize = 1 }) {
                factory.resets.next(Step.Fail(IOException("no reset")))
                pool.acquire().use { it.connection.isDirty = true }
                pool.acquire().use { it.connection.number shouldBe 2 }
            }
        }

        test("open, probe, reset and close that throw Errors cost a connection each") {
            poolTest(
                settings = {
                    maxSize = 1
                    trustWindow = 100.milliseconds
                }
            ) {
                val error = NoClassDefFoundError("driver")
                factory.opens.next(Step.Fail(error))
                pool.acquire().release()
                advanceTimeBy(5.seconds)
                factory.probes.next(Step.Fail(error))
                factory.resets.next(Step.Fail(error))
                val lease = pool.acquire()
                lease.connection.number shouldBe 2
                lease.connection.isDirty = true
                shouldThrow<NoClassDefFoundError> { lease.release() }
                pool.acquire().use { it.connection.number shouldBe 3 }
                pool.snapshot().openFailed shouldBe 1
            }
        }
    })

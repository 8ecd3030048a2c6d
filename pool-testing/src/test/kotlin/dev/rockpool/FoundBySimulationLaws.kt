package dev.rockpool

import dev.rockpool.testing.Step
import dev.rockpool.testing.poolTest
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.io.IOException
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.launch

/** Faults that the simulation found, as minimal tests. */
class FoundBySimulationLaws :
    FunSpec({
        test("a reset that fails in the background closes its connection, without an uncaught exception") {
            for (failure in listOf(IOException("reset"), NoClassDefFoundError("reset"))) {
                poolTest {
                    val lease = pool.acquire()
                    lease.connection.isDirty = true
                    factory.resets.next(Step.Fail(failure))
                    lease.close()
                    runCurrent()
                    pool.snapshot().total shouldBe 0
                }
            }
        }

        test("a lease appears in the published stats within one interval, however long the trust window is") {
            poolTest(
                settings = {
                    trustWindow = 60.seconds
                    statsInterval = 1.seconds
                }
            ) {
                pool.withConnection {}
                advanceTimeBy(10.seconds)
                pool.withConnection {
                    advanceTimeBy(1.seconds)
                    pool.stats.value.leased shouldBe 1
                }
            }
        }

        test("a check of a closing pool starts no more probes") {
            poolTest(settings = { minIdle = 4 }) {
                runCurrent()
                factory.probes.next(Step.After(1.seconds), Step.After(1.seconds))
                val check = launch { pool.control.check() }
                runCurrent()
                val close = launch { pool.close(10.seconds) }
                advanceTimeBy(2.seconds)
                check.join()
                close.join()
                factory.probes.calls shouldBe 2
                pool.control.check()
                factory.probes.calls shouldBe 2
            }
        }

        test("an idle connection is trusted no longer than the trust window and one tick") {
            poolTest(
                settings = {
                    trustWindow = 10.seconds
                    statsInterval = 1.seconds
                }
            ) {
                pool.withConnection {}
                advanceTimeBy(5.seconds)
                pool.withConnection {}
                advanceTimeBy(11.seconds)
                pool.withConnection { it.probeCount shouldBe 1 }
            }
        }

        test("a stale connection lent without a probe is maintained again afterwards") {
            poolTest(
                settings = {
                    trustWindow = 1.seconds
                    statsInterval = 1.seconds
                }
            ) {
                pool.withConnection {}
                advanceTimeBy(60.seconds)
                val lease = pool.tryAcquire()!!
                advanceTimeBy(1.seconds)
                pool.stats.value.leased shouldBe 1
                lease.close()
                advanceTimeBy(60.seconds)
                pool.withConnection { it.probeCount shouldBe 1 }
            }
        }

        test("a keepalive does not count as use: the connection is closed at its idle timeout") {
            poolTest(
                settings = {
                    keepaliveInterval = 1.minutes
                    idleTimeout = 10.minutes
                    statsInterval = 10.milliseconds
                }
            ) {
                factory.probes.otherwise = Step.After(100.milliseconds)
                val leases = List(2) { pool.acquire() }
                leases[0].close()
                advanceTimeBy(50.milliseconds)
                leases[1].close()
                advanceTimeBy(11.minutes)
                pool.snapshot().total shouldBe 0
            }
        }

        test("a lease being reset in the background has ended: it can neither be used nor evicted") {
            poolTest {
                val lease = pool.acquire()
                lease.connection.isDirty = true
                factory.resets.next(Step.After(10.milliseconds))
                lease.close()
                runCurrent()
                lease.isActive shouldBe false
                shouldThrow<LeaseMisuseException> { lease.connection }
                lease.evict("too late")
                advanceTimeBy(10.milliseconds)
                pool.snapshot().idle shouldBe 1
            }
        }

        test("shrinking the pool does not reduce its acquired counter") {
            poolTest(settings = { maxSize = 4 }) {
                val leases = List(4) { pool.acquire() }
                pool.control.reconfigure { maxSize = 1 }
                leases.forEach { it.close() }
                runCurrent()
                pool.withConnection {}
                pool.snapshot().acquired shouldBe 5
            }
        }

        test("an operator's change to an idle pool appears in the published stats within one interval") {
            poolTest(settings = { statsInterval = 1.seconds }) {
                factory.closes.otherwise = Step.After(4.seconds)
                factory.probes.otherwise = Step.After(4.seconds)
                pool.withConnection {}
                advanceTimeBy(60.seconds)
                val check = launch { pool.control.check() }
                advanceTimeBy(1.seconds)
                pool.stats.value.probing shouldBe 1
                check.join()
                advanceTimeBy(60.seconds)
                pool.control.clear()
                advanceTimeBy(1.seconds)
                pool.stats.value.closing shouldBe 1
            }
        }
    })

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

/** What the simulation found, as short as it can be told. */
class FoundBySimulationLaws :
    FunSpec({
        test("a reset that fails in the background closes its connection, and is nobody's uncaught exception") {
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

        test("a lease is in the published numbers within one interval, however long idle connections are trusted") {
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

        test("a check of a pool that is closing probes nothing more") {
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

        test("a stale connection that was lent without a probe is looked after again") {
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

        test("a keepalive does not make an idle connection look used: it is closed at its idle timeout") {
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

        test("a lease that is being reset in the background has ended: it can be neither used nor evicted") {
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

        test("a smaller pool has not lent less often") {
            poolTest(settings = { maxSize = 4 }) {
                val leases = List(4) { pool.acquire() }
                pool.control.reconfigure { maxSize = 1 }
                leases.forEach { it.close() }
                runCurrent()
                pool.withConnection {}
                pool.snapshot().acquired shouldBe 5
            }
        }

        test("what an operator does to an idle pool is in the published numbers within one interval") {
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

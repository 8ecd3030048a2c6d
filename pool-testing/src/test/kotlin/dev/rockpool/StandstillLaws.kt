package dev.rockpool

import dev.rockpool.testing.Script
import dev.rockpool.testing.ScriptedFactory
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import kotlin.time.AbstractLongTimeSource
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.DurationUnit
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

/** A clock that advances while the test's timers do not, as for a stopped process. */
private class FrozenClock(private val test: TestScope) : AbstractLongTimeSource(DurationUnit.MILLISECONDS) {
    private var skipped = 0L

    override fun read(): Long = test.testScheduler.currentTime + skipped

    fun freeze(time: Duration) {
        skipped += time.inWholeMilliseconds
    }
}

/** Laws 49 and 50: after the process was frozen, no idle connection is lent unprobed. */
class StandstillLaws :
    FunSpec({
        test("49: a connection used just before the process was frozen is probed before it is lent again") {
            for ((frozen, probes) in listOf(0.seconds to 0, 3.seconds to 1)) {
                runTest {
                    val clock = FrozenClock(this)
                    val factory = ScriptedFactory()
                    val context = backgroundScope.coroutineContext + StandardTestDispatcher(testScheduler)
                    val pool = Pool("frozen", factory, context, clock) { minIdle = 0 }
                    pool.withConnection {}
                    testScheduler.advanceTimeBy(100.milliseconds)
                    pool.withConnection {}
                    clock.freeze(frozen)
                    testScheduler.advanceTimeBy(1.seconds) // fires the due timer
                    testScheduler.runCurrent()
                    pool.withConnection { it.probeCount } shouldBe probes
                    pool.close(Duration.ZERO)
                }
            }
        }

        test("49: a connection that was kept fresh when the process was frozen is probed before it is lent again") {
            for (keeperIsFirst in listOf(true, false)) {
                runTest {
                    val clock = FrozenClock(this)
                    val factory = ScriptedFactory().apply { peeks = Script() }
                    val context = backgroundScope.coroutineContext + StandardTestDispatcher(testScheduler)
                    val pool = Pool("frozen", factory.forPool(), context, clock) { minIdle = 0 }
                    pool.withConnection {}
                    testScheduler.advanceTimeBy(2_500.milliseconds)
                    testScheduler.runCurrent()
                    val probes = factory.probes.calls
                    clock.freeze(3.seconds)
                    if (keeperIsFirst) testScheduler.advanceTimeBy(1.seconds)
                    pool.withConnection { it.probeCount } shouldBe probes + 1
                    pool.close(Duration.ZERO)
                }
            }
        }

        test("50: a call does not count as stuck because the process was frozen while it ran") {
            runTest {
                val clock = FrozenClock(this)
                val factory = ScriptedFactory()
                val context = backgroundScope.coroutineContext + StandardTestDispatcher(testScheduler)
                val pool = Pool("frozen", factory, context, clock) { stuckCallTimeout = 5.seconds }
                val lease = pool.acquire()
                lease.connection.callUnderWay = 1
                testScheduler.advanceTimeBy(1.seconds)
                clock.freeze(20.seconds)
                testScheduler.advanceTimeBy(4.seconds)
                factory.questions.calls shouldBe 0
                testScheduler.advanceTimeBy(4.seconds)
                factory.questions.calls shouldBeGreaterThan 0
                lease.close()
                pool.close(Duration.ZERO)
            }
        }
    })

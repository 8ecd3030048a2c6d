package dev.rockpool.testing

import dev.rockpool.Pool
import kotlin.time.Duration
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestScope

/**
 * The receiver of a [poolTest]: the scope of the test's coroutines, in virtual time.
 *
 * @property pool the pool under test, in the same virtual time
 * @property factory opens the pool's connections
 */
@OptIn(ExperimentalCoroutinesApi::class)
public class PoolTestScope
internal constructor(
    private val test: TestScope,
    public val pool: Pool<FakeConnection>,
    public val factory: ScriptedFactory,
    private val dispatcher: TimerDispatcher,
) : CoroutineScope by test {
    /** The virtual time. */
    @get:JvmSynthetic
    public val timeSource: TimeSource.WithComparableMarks
        get() = test.testScheduler.timeSource

    /** Runs everything that is ready, without letting time pass. */
    public fun runCurrent(): Unit = test.testScheduler.runCurrent()

    /** Advances the virtual time and runs everything that becomes due, including what is due at the end. */
    @JvmSynthetic
    public fun advanceTimeBy(time: Duration) {
        test.testScheduler.advanceTimeBy(time)
        test.testScheduler.runCurrent()
    }

    /**
     * The remaining time of each timer that the pool has set, the soonest first. Runs everything that is ready first.
     * Delays in the script of the pool's factory count too. Empty while the pool sleeps without a deadline.
     */
    @JvmSynthetic
    public fun timers(): List<Duration> {
        runCurrent()
        return dispatcher.timers()
    }

    /** The remaining time of the pool's next timer; null if it has set none. */
    @JvmSynthetic public fun nextTimer(): Duration? = timers().firstOrNull()

    /**
     * Waits until the pool has set a timer whose remaining time matches [wanted], and returns that time. Meanwhile the
     * test's other coroutines run and, while they all wait, time passes. If the timer is never set, the test fails by
     * its timeout.
     */
    @JvmSynthetic
    public suspend fun awaitTimer(wanted: (Duration) -> Boolean = { true }): Duration {
        while (true) {
            timers().firstOrNull(wanted)?.let {
                return it
            }
            dispatcher.arming.receive()
        }
    }

    /**
     * Advances the virtual time to the pool's next timer and runs what is due then. Returns by how much; null if there
     * is no timer.
     */
    @JvmSynthetic public fun advanceToNextTimer(): Duration? = nextTimer()?.also(::advanceTimeBy)
}

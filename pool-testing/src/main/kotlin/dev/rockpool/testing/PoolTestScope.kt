package dev.rockpool.testing

import dev.rockpool.Pool
import kotlin.time.Duration
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestScope

/**
 * What a [poolTest] works with. It is the scope of the test's coroutines, in virtual time.
 *
 * @property pool the pool under test; its time is the test's
 * @property factory what opens its connections
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

    /** Runs everything that can run now, without letting time pass. */
    public fun runCurrent(): Unit = test.testScheduler.runCurrent()

    /** Lets time pass, and runs what becomes due on the way, what is due at the end included. */
    @JvmSynthetic
    public fun advanceTimeBy(time: Duration) {
        test.testScheduler.advanceTimeBy(time)
        test.testScheduler.runCurrent()
    }

    /**
     * How long it is until each timer that the pool has armed, the soonest first, once everything that can run now has
     * run. Delays in the script of its factory are the pool's, too. Empty when it sleeps until somebody comes.
     */
    @JvmSynthetic
    public fun timers(): List<Duration> {
        runCurrent()
        return dispatcher.timers()
    }

    /** How long it is until the pool's next timer; null when it has armed none. */
    @JvmSynthetic public fun nextTimer(): Duration? = timers().firstOrNull()

    /**
     * Waits until the pool has armed a timer that is [wanted], given how long it is until then. Returns how long it is.
     * Meanwhile the test's other coroutines run and, when they all wait, time passes; a timer that is never armed ends
     * the test by its timeout.
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
     * Lets time pass until the pool's next timer, and runs what is due then. Returns how long it was; null: no timer.
     */
    @JvmSynthetic public fun advanceToNextTimer(): Duration? = nextTimer()?.also(::advanceTimeBy)
}

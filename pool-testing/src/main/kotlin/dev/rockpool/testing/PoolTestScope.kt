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
) : CoroutineScope by test {
    /** The virtual time. */
    public val timeSource: TimeSource.WithComparableMarks
        get() = test.testScheduler.timeSource

    /** Runs everything that can run now, without letting time pass. */
    public fun runCurrent(): Unit = test.testScheduler.runCurrent()

    /** Lets time pass, and runs what becomes due on the way, what is due at the end included. */
    public fun advanceTimeBy(time: Duration) {
        test.testScheduler.advanceTimeBy(time)
        test.testScheduler.runCurrent()
    }
}

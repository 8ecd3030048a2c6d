package dev.rockpool.testing

import dev.rockpool.Pool
import dev.rockpool.PoolSettings
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

/**
 * What a [poolTest] works with. It is the scope of the test's coroutines, in virtual time.
 *
 * @property pool the pool under test; its time is the test's
 * @property factory what opens its connections
 */
@OptIn(ExperimentalCoroutinesApi::class)
public class PoolTestScope
internal constructor(private val test: TestScope, public val pool: Pool<FakeConnection>, public val factory: ScriptedFactory) :
    CoroutineScope by test {
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

/**
 * Runs a test against a pool of fake connections in virtual time, then checks that nothing was lost: no lease is out, nobody waits, and once the pool is closed every connection that
 * ever arrived has been closed exactly once.
 *
 * @param settings the pool's settings; unlike a pool's own default, `minIdle` is 0 unless set, so that nothing is open before the test acts
 * @throws AssertionError when something was lost
 */
@OptIn(ExperimentalCoroutinesApi::class)
public fun poolTest(
    factory: ScriptedFactory = ScriptedFactory(),
    settings: PoolSettings.() -> Unit = {},
    body: suspend PoolTestScope.() -> Unit,
): Unit =
    runTest(timeout = 60.seconds) {
        val pool =
            Pool("test", factory, backgroundScope.coroutineContext, testScheduler.timeSource) {
                minIdle = 0
                settings()
            }
        PoolTestScope(this, pool, factory).body()
        testScheduler.runCurrent()
        checkNothingLost(pool, factory)
    }

/**
 * Closes the pool and checks that nothing was lost.
 *
 * @throws AssertionError naming what was
 */
public suspend fun checkNothingLost(pool: Pool<FakeConnection>, factory: ScriptedFactory) {
    val quiet = pool.snapshot()
    if (quiet.leased != 0) throw AssertionError("leases were not returned: $quiet")
    if (quiet.pending != 0) throw AssertionError("callers still wait: $quiet")
    pool.close(Duration.ZERO)
    val end = pool.snapshot()
    if (end.total != 0) throw AssertionError("connections remain after close: $end")
    val wrong = factory.connections.filter { it.closeCount != 1 }
    if (wrong.isNotEmpty()) {
        throw AssertionError("not closed exactly once: ${wrong.joinToString { "$it (${it.closeCount} times)" }}")
    }
}

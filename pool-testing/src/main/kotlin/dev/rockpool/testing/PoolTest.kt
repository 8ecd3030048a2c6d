package dev.rockpool.testing

import dev.rockpool.ConnectionHooks
import dev.rockpool.Pool
import dev.rockpool.PoolSettings
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.runTest

/**
 * Runs a test against a pool of fake connections in virtual time, then checks that nothing was lost: no lease is out,
 * nobody waits, and once the pool is closed every connection that ever arrived has been closed exactly once.
 *
 * @param settings the pool's settings; unlike a pool's own default, `minIdle` is 0 unless set, so that nothing is open
 *   before the test acts
 * @param hooks what the pool's user wants done with connections; none by default
 * @throws AssertionError when something was lost
 */
@JvmSynthetic
@OptIn(ExperimentalCoroutinesApi::class)
public fun poolTest(
    factory: ScriptedFactory = ScriptedFactory(),
    settings: PoolSettings.() -> Unit = {},
    hooks: ConnectionHooks<FakeConnection>? = null,
    body: suspend PoolTestScope.() -> Unit,
): Unit =
    runTest(timeout = 60.seconds) {
        val dispatcher = TimerDispatcher(StandardTestDispatcher(testScheduler))
        val pool =
            Pool("test", factory, backgroundScope.coroutineContext + dispatcher, testScheduler.timeSource, hooks) {
                minIdle = 0
                settings()
            }
        PoolTestScope(this, pool, factory, dispatcher).body()
        testScheduler.runCurrent()
        checkNothingLost(pool, factory)
    }

/**
 * Closes the pool and checks that nothing was lost.
 *
 * @throws AssertionError naming what was
 */
@JvmSynthetic
public suspend fun checkNothingLost(pool: Pool<FakeConnection>, factory: ScriptedFactory) {
    val quiet = pool.snapshot()
    check(quiet.leased == 0) { "leases were not returned: $quiet" }
    check(quiet.pending == 0) { "callers still wait: $quiet" }
    pool.close(Duration.ZERO)
    val end = pool.snapshot()
    check(end.total == 0) { "connections remain after close: $end" }
    val wrong = factory.connections.filter { it.closeCount != 1 }
    check(wrong.isEmpty()) { "not closed exactly once: ${wrong.joinToString { "$it (${it.closeCount} times)" }}" }
}

private inline fun check(holds: Boolean, otherwise: () -> String) {
    if (!holds) throw AssertionError(otherwise())
}

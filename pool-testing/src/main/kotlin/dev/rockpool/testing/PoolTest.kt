package dev.rockpool.testing

import dev.rockpool.ConnectionHooks
import dev.rockpool.Pool
import dev.rockpool.PoolSettings
import dev.rockpool.internal.engine.runtime.JitterSource
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.runTest

private const val JITTER_SEED = 1

/**
 * Runs a test against a pool of fake connections in virtual time. Then it checks that nothing was lost: no lease is
 * active, no caller waits, and after the pool is closed each connection has been closed exactly once.
 *
 * Lifetimes and pauses between attempts are spread as always, but in the same way in each run.
 *
 * @param settings the pool's settings; `minIdle` defaults to 0 here, so that nothing is open before the test acts
 * @param hooks the pool's connection hooks; none by default
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
            Pool(
                "test",
                factory.forPool(),
                backgroundScope.coroutineContext + dispatcher + JitterSource(Random(JITTER_SEED)),
                testScheduler.timeSource,
                hooks,
            ) {
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
 * @throws AssertionError if something was lost; the message names it
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

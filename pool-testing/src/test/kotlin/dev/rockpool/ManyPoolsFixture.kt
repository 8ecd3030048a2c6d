package dev.rockpool

import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest

/** Runs a test of several pools in virtual time. */
internal fun manyPools(body: suspend TestScope.() -> Unit) = runTest(timeout = 60.seconds) { body() }

internal val TestScope.poolContext
    get() = backgroundScope.coroutineContext + StandardTestDispatcher(testScheduler)

/** Lets virtual time pass, and runs what is due then. */
@OptIn(ExperimentalCoroutinesApi::class)
internal fun TestScope.pass(time: Duration) {
    advanceTimeBy(time)
    runCurrent()
}

internal fun TestScope.managerOf(idlePoolTimeout: Duration?, budget: Budget? = null) =
    PoolManager(idlePoolTimeout, budget, poolContext, testScheduler.timeSource)

internal fun <C : Any> TestScope.keyedOf(
    idlePoolTimeout: Duration? = 10.seconds,
    perKey: PoolSettings.(String) -> Unit = {},
    hooks: ConnectionHooks<C>? = null,
    factory: (String) -> ConnectionFactory<C>,
    settings: PoolSettings.() -> Unit = {},
): KeyedPool<String, C> =
    KeyedPool("keyed", factory, idlePoolTimeout, perKey, poolContext, testScheduler.timeSource, hooks) {
        idleTimeout = 5.seconds
        settings()
    }

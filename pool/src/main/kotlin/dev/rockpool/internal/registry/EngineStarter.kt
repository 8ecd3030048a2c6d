package dev.rockpool.internal.registry

import dev.rockpool.ConnectionFactory
import dev.rockpool.ConnectionHooks
import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolConfig
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.config.oneLine
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.runtime.PoolLifetime
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob

/** Starts the engine of each key of a keyed pool. */
public class EngineStarter<K : Any, C : Any>(
    private val config: PoolConfig,
    private val factory: (K) -> ConnectionFactory<C>,
    private val perKey: (K, PoolConfig.Builder) -> Unit,
    private val hooks: ConnectionHooks<C>?,
    private val context: CoroutineContext = EmptyCoroutineContext,
    internal val timeSource: TimeSource = TimeSource.Monotonic,
) {
    internal val name: String
        get() = config.name

    internal val isInRealTime: Boolean
        get() = timeSource === TimeSource.Monotonic

    internal fun start(key: K, lifetime: PoolLifetime): Engine<C> =
        Engine(configOf(key), factory(key), hooks, context, timeSource, lifetime = lifetime).start()

    private fun configOf(key: K): PoolConfig {
        val settings = config.toBuilder()
        if (settings.minIdle == null) settings.minIdle = 0
        perKey(key, settings)
        settings.name = "$name[${oneLine("$key")}]"
        return settings.build()
    }

    /** The scope of calls for callers that do not suspend. */
    internal fun scope(): CoroutineScope =
        CoroutineScope(context + (context[ContinuationInterceptor] ?: PoolThreads.atMost(THREADS)) + SupervisorJob())

    private companion object {
        const val THREADS = 2
    }
}

/** @throws InvalidConfigException if no pool could be unused for this time */
internal fun checked(name: String, idlePoolTimeout: Duration?): Duration? {
    if (idlePoolTimeout == null || idlePoolTimeout.isPositive() && idlePoolTimeout.isFinite()) return idlePoolTimeout
    val problem = "idlePoolTimeout is $idlePoolTimeout but must be longer than zero and finite; null means never"
    throw InvalidConfigException(name, listOf(problem))
}

@file:JvmName("Engines")

package dev.rockpool.internal.spi

import dev.rockpool.Backoff
import dev.rockpool.ConnectionFactory
import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.EnginePool
import dev.rockpool.internal.engine.runtime.nanosAfter
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.TimeSource

/** The class of [Engine.pool]. */
public val poolType: Class<out Pool<*>> = EnginePool::class.java

/**
 * Starts a pool for a module that builds on its engine. It begins to open connections in the background.
 *
 * @param lazily whether none is opened before somebody needs one
 */
public fun <C : Any> startEngine(
    factory: ConnectionFactory<C>,
    config: PoolConfig,
    lazily: Boolean = false,
): Engine<C> = Engine(config, factory, null, EmptyCoroutineContext, TimeSource.Monotonic, lazily).start()

/** Starts a pool of one permit: callers queue for it in their order. No clock retires it, and nothing probes it. */
public fun startPermit(name: String): Engine<Any> =
    startEngine(
        Permits,
        PoolConfig {
            this.name = name
            maxSize = 1
            acquireTimeout = null
            trustWindow = null
            idleTimeout = null
            maxLifetime = null
            keepaliveInterval = null
            stuckCallTimeout = null
        },
    )

private object Permits : ConnectionFactory<Any> {
    override suspend fun open(): Any = Any()

    override suspend fun close(connection: Any) = Unit
}

/**
 * The pause after so many failures. A custom strategy that fails is replaced, for that pause.
 *
 * @param random uniform in 0..1, for the jitter
 * @param pool whose log entry it is if a custom strategy fails
 */
public fun Backoff.pauseAfter(failures: Int, random: Double, pool: String): Duration =
    nanosAfter(failures, random, pool).nanoseconds

@file:JvmName("Engines")

package dev.rockpool.internal.spi

import dev.rockpool.Backoff
import dev.rockpool.ConnectionFactory
import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.EnginePool
import dev.rockpool.internal.engine.runtime.nanosAfter
import dev.rockpool.internal.registry.PoolPlace
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.TimeSource

/** The class of [Engine.pool]. */
public val poolType: Class<out Pool<*>> = EnginePool::class.java

/**
 * Starts a pool for a module that builds on its engine. Connections are opened in the background.
 *
 * @param lazily whether to open no connection before a caller needs one
 * @param place its place in a registry; null if it has none
 */
public fun <C : Any> startEngine(
    factory: ConnectionFactory<C>,
    config: PoolConfig,
    lazily: Boolean = false,
    place: PoolPlace? = null,
): Engine<C> =
    Engine(config, factory, null, EmptyCoroutineContext, TimeSource.Monotonic, lazily, place?.lifetime).start()

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
 * The pause after this many failures in a row. If a custom strategy fails, the default pause is used instead.
 *
 * @param random uniform in 0..1, for the jitter
 * @param pool the name of the pool, for the log entry if a custom strategy fails
 */
public fun Backoff.pauseAfter(failures: Int, random: Double, pool: String): Duration =
    nanosAfter(failures, random, pool).nanoseconds

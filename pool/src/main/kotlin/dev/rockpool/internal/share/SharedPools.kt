package dev.rockpool.internal.share

import dev.rockpool.InvalidConfigException
import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.PoolSettings
import dev.rockpool.PoolTable
import dev.rockpool.internal.balance.EngineBalancedPool
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.EngineCallerPool
import dev.rockpool.internal.engine.EnginePool
import dev.rockpool.internal.engine.EngineTaggedPool
import dev.rockpool.internal.engine.LendingPool
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** Creates shared pools from checked arguments. */
internal object SharedPools {
    private val IDLE = 1.minutes

    /** A base waits for its own `acquireTimeout`, and says why that was not enough. The open ends after it. */
    private val LATER = 5.seconds

    fun <C : Any> create(
        base: Pool<C>,
        streams: Int,
        streamsOf: ((C) -> Int)?,
        settings: PoolSettings.() -> Unit,
    ): EngineSharedPool<C> {
        val host = hostOf(base)
        val most = PoolTable.MAX_SIZE / base.config.maxSize
        var problem = if (streams < 1) "streams is $streams but must be at least 1" else null
        val config = PoolConfig {
            defaults(base.config, streams.coerceAtLeast(1))
            val usual = maxSize
            settings()
            if (streams > most && maxSize == usual) {
                maxSize = PoolTable.MAX_SIZE
                problem =
                    "streams is $streams but must be at most $most for a base with maxSize " +
                        "${base.config.maxSize}; or set maxSize"
            }
        }
        problem?.let { throw InvalidConfigException(config.name, listOf(it)) }
        return EngineSharedPool.start(base as LendingPool<C>, host, streams, streamsOf ?: { streams }, config)
    }

    /** Streams have no life of their own, so only what concerns callers is as in the base pool. */
    private fun PoolSettings.defaults(base: PoolConfig, streams: Int) {
        name = "${base.name}-shared"
        maxSize = (base.maxSize.toLong() * streams).coerceAtMost(Int.MAX_VALUE.toLong()).toInt()
        minIdle = 0
        acquireTimeout = base.acquireTimeout
        connectTimeout = base.acquireTimeout?.plus(LATER) ?: IDLE
        idleTimeout = IDLE
        maxLifetime = null
        trustWindow = base.trustWindow
        probeTimeout = base.probeTimeout
        resetTimeout = base.resetTimeout
        keepaliveInterval = base.keepaliveInterval
        stuckCallTimeout = null
        failFastAfter = base.failFastAfter
        leakThreshold = base.leakThreshold
        reclaimLeaks = base.reclaimLeaks
        leakStackTraces = base.leakStackTraces
        statsInterval = base.statsInterval
    }

    /** The engine in whose time and place the shared pool runs. */
    private fun <C : Any> hostOf(base: Pool<C>): Engine<C> =
        when (base) {
            is EnginePool<C> -> base.engine
            is EngineCallerPool<C> -> base.engine
            is EngineTaggedPool<C> -> base.engine
            is EngineBalancedPool<C> -> hostOf(base.members[0])
            else ->
                throw IllegalArgumentException("the base is not a pool created by Pool(...) or balanced(...): $base")
        }
}

@file:JvmName("KeyedPools")

package dev.rockpool.internal.registry

import dev.rockpool.BlockingConnectionFactory
import dev.rockpool.BlockingConnectionHooks
import dev.rockpool.PoolConfig
import dev.rockpool.internal.engine.runtime.BlockingFactoryAdapter
import dev.rockpool.internal.engine.runtime.BlockingHooksAdapter
import java.time.Duration
import java.util.function.BiConsumer
import java.util.function.Function
import kotlin.time.toKotlinDuration

/** Creates a keyed pool of connections from factories that block. */
public fun <K : Any, C : Any> create(
    factory: Function<K, BlockingConnectionFactory<C>>,
    config: PoolConfig,
    idlePoolTimeout: Duration?,
    perKey: BiConsumer<K, PoolConfig.Builder>,
    hooks: BlockingConnectionHooks<C>?,
): EngineKeyedPool<K, C> =
    EngineKeyedPool(
        idlePoolTimeout?.toKotlinDuration(),
        EngineStarter(
            config,
            { BlockingFactoryAdapter.of(factory.apply(it)) },
            perKey::accept,
            hooks?.let { BlockingHooksAdapter.of(it) },
        ),
    )

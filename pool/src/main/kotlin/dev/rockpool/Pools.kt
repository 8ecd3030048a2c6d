@file:JvmName("Pools")

package dev.rockpool

import dev.rockpool.internal.engine.Engine
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.TimeSource

/**
 * Creates a pool of connections from [factory], and starts to open [PoolConfig.minIdle] of them in the background.
 *
 * @param context where the pool's own coroutines run. Its job becomes the pool's parent: it cannot complete before the
 *   pool is closed, and cancelling it forces the close. Without a dispatcher they run on a few daemon threads that all
 *   pools share, because callers may block all of `Dispatchers.Default`.
 * @param timeSource the pool's clock; for tests in virtual time, that of the test scheduler
 * @param hooks called when connections are opened, before they are lent, and after they are returned
 */
@JvmSynthetic
public fun <C : Any> Pool(
    factory: ConnectionFactory<C>,
    config: PoolConfig = PoolConfig.builder().build(),
    context: CoroutineContext = EmptyCoroutineContext,
    timeSource: TimeSource = TimeSource.Monotonic,
    hooks: ConnectionHooks<C>? = null,
): Pool<C> = Engine(config, factory, hooks, context, timeSource).start().pool

/**
 * Creates a pool of connections from a factory written in Kotlin, for Java code. For a factory written in Java, use
 * [dev.rockpool.blocking.BlockingPool].
 */
@ForJava
@JvmName("create")
@JvmOverloads
public fun <C : Any> poolForJava(
    factory: ConnectionFactory<C>,
    config: PoolConfig = PoolConfig.builder().build(),
    hooks: ConnectionHooks<C>? = null,
): Pool<C> = Pool(factory, config, hooks = hooks)

/**
 * Creates a pool with settings given in place: `Pool("orders", factory) { maxSize = 20 }`.
 *
 * @throws InvalidConfigException naming every problem of the settings
 */
@JvmSynthetic
public fun <C : Any> Pool(
    name: String,
    factory: ConnectionFactory<C>,
    context: CoroutineContext = EmptyCoroutineContext,
    timeSource: TimeSource = TimeSource.Monotonic,
    hooks: ConnectionHooks<C>? = null,
    settings: PoolSettings.() -> Unit = {},
): Pool<C> =
    Pool(
        factory,
        PoolConfig {
            this.name = name
            settings()
        },
        context,
        timeSource,
        hooks,
    )

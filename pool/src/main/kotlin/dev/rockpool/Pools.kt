@file:JvmName("Pools")

package dev.rockpool

import dev.rockpool.internal.engine.Engine
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.TimeSource

/**
 * Creates a pool of what [factory] opens, and starts to open [PoolConfig.minIdle] connections in the background.
 *
 * @param context where the pool's own coroutines run: its job becomes the parent of the pool's (which keeps it from
 *   completing until the pool is closed, and closes the pool by force when it is cancelled), its dispatcher runs them;
 *   without one they run on a few daemon threads that all pools share, because callers may block all of
 *   `Dispatchers.Default`
 * @param timeSource what the pool measures time with; for tests in virtual time, that of the scheduler
 * @param hooks what to do with connections when they are opened, before they are lent and when they come back
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
 * Creates a pool of what [factory] opens, for Java code that was handed a factory written in Kotlin. For one written in
 * Java there is [dev.rockpool.blocking.BlockingPool].
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
 * The same with the settings written in place: `Pool("orders", factory) { maxSize = 20 }`.
 *
 * @throws InvalidConfigException naming everything that is wrong with the settings
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

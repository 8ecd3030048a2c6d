@file:JvmName("Pools")

package dev.rockpool

import dev.rockpool.internal.balance.BalancedPools
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.EngineCallerPool
import dev.rockpool.internal.engine.EnginePool
import dev.rockpool.internal.engine.EngineTaggedPool
import dev.rockpool.internal.registry.EngineKeyedPool
import dev.rockpool.internal.registry.EnginePoolManager
import dev.rockpool.internal.registry.EngineStarter
import dev.rockpool.internal.shard.EngineShardedPool
import dev.rockpool.internal.share.EngineSharedPool
import dev.rockpool.internal.share.SharedPools
import java.util.function.Consumer
import java.util.function.ToIntFunction
import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlin.time.toKotlinDuration

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

/**
 * Creates a pool for each key of connections that [factory] opens: `KeyedPool("lines", ::linesOf) { maxSize = 5 }`.
 * Nothing is opened before a caller needs it. Unlike in a [Pool], `minIdle` is 0 unless it is set.
 *
 * @param name names the pools, as `name[key]`; so the text of a key must not be a secret
 * @param factory gives the factory for a key; called when the key's pool is created
 * @param idlePoolTimeout how long the pool of a key may have no connection, waiter or lease before it closes itself;
 *   null means for ever. Pools with a `minIdle` above 0 never do
 * @param perKey changes the settings for a key
 * @param context where the pools' coroutines run, and their parent job, as for [Pool]
 * @param timeSource the pools' clock
 * @param hooks called for the connections of all keys
 * @param settings the settings for all keys
 * @throws InvalidConfigException naming every problem of the settings
 */
@JvmSynthetic
public fun <K : Any, C : Any> KeyedPool(
    name: String,
    factory: (K) -> ConnectionFactory<C>,
    idlePoolTimeout: Duration? = 10.minutes,
    perKey: PoolSettings.(K) -> Unit = {},
    context: CoroutineContext = EmptyCoroutineContext,
    timeSource: TimeSource = TimeSource.Monotonic,
    hooks: ConnectionHooks<C>? = null,
    settings: PoolSettings.() -> Unit = {},
): KeyedPool<K, C> {
    val config = PoolConfig {
        this.name = name
        settings()
    }
    val starter = EngineStarter(config, factory, { key, builder -> builder.perKey(key) }, hooks, context, timeSource)
    return EngineKeyedPool(idlePoolTimeout, starter)
}

/**
 * Uses several pools as one: `balanced("reads", listOf(a, b), Balance.RANDOM_OF_TWO)`. See [BalancedPool].
 *
 * @param name names it in messages and stats
 * @param members 1 to 64 pools that were created by [Pool]; each only once
 * @param balance how it chooses the member for a call
 * @param weights how large a share of the calls each member gets, 1 to 1,000; empty for equal shares
 * @param acquireTimeout how long a caller waits by default, in whichever members; null means for ever
 * @param rampUp how long a member that returns gets less than its share, from a tenth upwards; zero for no such time
 * @throws InvalidConfigException naming everything that is wrong
 * @throws IllegalArgumentException if a member is not a pool created by [Pool]
 */
@JvmSynthetic
public fun <C : Any> balanced(
    name: String,
    members: List<Pool<C>>,
    balance: Balance = Balance.RANDOM_OF_TWO,
    weights: List<Int> = emptyList(),
    acquireTimeout: Duration? = 30.seconds,
    rampUp: Duration = 10.seconds,
): BalancedPool<C> = BalancedPools.create(name, members, balance, weights, acquireTimeout, rampUp)

/**
 * Uses several pools as one, for Java: `Pools.balanced("reads", List.of(a, b), Balance.RANDOM_OF_TWO)`. For threads,
 * [dev.rockpool.blocking.BlockingPool.of] gives a view of it. See [BalancedPool].
 *
 * @throws InvalidConfigException naming everything that is wrong
 * @throws IllegalArgumentException if a member is not a pool created by [Pool]
 */
@ForJava
@JvmName("balanced")
public fun <C : Any> balancedForJava(name: String, members: List<Pool<C>>, balance: Balance): BalancedPool<C> =
    balanced(name, members, balance)

/**
 * Uses several pools as one, for Java, with weights and times.
 *
 * @param weights how large a share of the calls each member gets, 1 to 1,000; empty for equal shares
 * @param acquireTimeout how long a caller waits by default, in whichever members; null means for ever
 * @param rampUp how long a member that returns gets less than its share, from a tenth upwards; zero for no such time
 */
@ForJava
@JvmName("balanced")
public fun <C : Any> balancedForJava(
    name: String,
    members: List<Pool<C>>,
    balance: Balance,
    weights: List<Int>,
    acquireTimeout: java.time.Duration?,
    rampUp: java.time.Duration,
): BalancedPool<C> =
    balanced(name, members, balance, weights, acquireTimeout?.toKotlinDuration(), rampUp.toKotlinDuration())

/**
 * Uses a pool for each shard of some data: `sharded("orders", ShardMap.of("a", "b"), mapOf("a" to a, "b" to b))`. See
 * [ShardedPool].
 *
 * @param name names it in messages and logs
 * @param map which shard has which data; that of the latest plan, if there was one
 * @param pools the pool of each shard, created by [Pool] or [balanced]
 * @param timeSource its clock
 * @throws InvalidConfigException if a shard of the map has no pool
 * @throws IllegalArgumentException if a pool was not created by [Pool] or [balanced]
 */
@JvmSynthetic
public fun <C : Any> sharded(
    name: String,
    map: ShardMap,
    pools: Map<String, Pool<C>>,
    timeSource: TimeSource = TimeSource.Monotonic,
): ShardedPool<C> = EngineShardedPool(name, map, pools, timeSource)

/**
 * Uses a pool for each shard of some data, for Java. For threads, [dev.rockpool.blocking.BlockingShardedPool] gives a
 * view of it. See [ShardedPool].
 *
 * @throws InvalidConfigException if a shard of the map has no pool
 * @throws IllegalArgumentException if a pool is not one of Rockpool's own
 */
@ForJava
@JvmName("sharded")
public fun <C : Any> shardedForJava(name: String, map: ShardMap, pools: Map<String, Pool<C>>): ShardedPool<C> =
    sharded(name, map, pools)

/**
 * Lets several callers share each connection of [base]: `SharedPool(base, streams = 32)`. See [SharedPool].
 *
 * It runs where the base runs, with its clock. Its settings default to those of the base, except: the name is
 * `<base>-shared`, `maxSize` is that of the base times [streams], `minIdle` is 0, `idleTimeout` 1 minute,
 * `connectTimeout` is the base's `acquireTimeout` plus 5 seconds, and streams have no `maxLifetime`.
 *
 * @param base a pool created by [Pool] or [balanced], or a view of one ([callers])
 * @param streams how many streams a connection carries at most, at least 1
 * @param streamsOf how many streams this connection carries now; more than [streams] count as [streams]. If it carries
 *   none, it takes no more streams and is closed after the last one. Called at any time from any thread, so it must not
 *   wait. Null means always [streams]
 * @param settings changes the settings of the shared pool
 * @throws InvalidConfigException naming every problem of the settings
 * @throws IllegalArgumentException if the base is not one of Rockpool's own
 */
@JvmSynthetic
public fun <C : Any> SharedPool(
    base: Pool<C>,
    streams: Int = 32,
    streamsOf: ((C) -> Int)? = null,
    settings: PoolSettings.() -> Unit = {},
): SharedPool<C> = SharedPools.create(base, streams, streamsOf, settings)

/**
 * Lets several callers share each connection of a pool, for Java. For threads,
 * [dev.rockpool.blocking.BlockingSharedPool] has the same. See [SharedPool].
 *
 * @param streams how many streams a connection carries at most, at least 1
 * @throws InvalidConfigException naming every problem of the settings
 * @throws IllegalArgumentException if the base is not one of Rockpool's own
 */
@ForJava
@JvmName("shared")
public fun <C : Any> sharedForJava(base: Pool<C>, streams: Int): SharedPool<C> = SharedPool(base, streams)

/**
 * The same with settings.
 *
 * @param streamsOf how many streams a connection carries now; null means always [streams]
 * @param settings changes the settings of the shared pool, which default to those of the base
 */
@ForJava
@JvmName("shared")
public fun <C : Any> sharedForJava(
    base: Pool<C>,
    streams: Int,
    streamsOf: ToIntFunction<C>?,
    settings: Consumer<PoolConfig.Builder>,
): SharedPool<C> =
    SharedPool(base, streams, streamsOf?.let { it::applyAsInt }) { settings.accept(this as PoolConfig.Builder) }

/**
 * Creates a manager without pools.
 *
 * @param idlePoolTimeout how long a pool may have no connection, waiter or lease before it closes itself; null means
 *   for ever. Pools with a `minIdle` above 0 never do
 * @param budget limits the connections of all pools together; a pool whose settings have a [PoolConfig.budget] of their
 *   own keeps that one. Null means no limit
 * @param context where the coroutines of its pools run, and their parent job, as for [Pool]
 * @param timeSource the clock of its pools
 */
@JvmSynthetic
public fun PoolManager(
    idlePoolTimeout: Duration? = null,
    budget: Budget? = null,
    context: CoroutineContext = EmptyCoroutineContext,
    timeSource: TimeSource = TimeSource.Monotonic,
): PoolManager = EnginePoolManager(idlePoolTimeout, budget, context, timeSource)

/** Creates a manager without pools, for Java. Its pools stay open until they are closed, and share no budget. */
@ForJava @JvmName("manager") public fun managerForJava(): PoolManager = PoolManager()

/**
 * Creates a manager without pools, for Java.
 *
 * @param idlePoolTimeout how long a pool may have no connection, waiter or lease before it closes itself; null means
 *   for ever
 * @param budget limits the connections of all pools together, except those with a budget of their own; null means no
 *   limit
 */
@ForJava
@JvmName("manager")
public fun managerForJava(idlePoolTimeout: java.time.Duration?, budget: Budget?): PoolManager =
    PoolManager(idlePoolTimeout?.toKotlinDuration(), budget)

/**
 * The view of this pool for one class of its callers: `val jobs = pool.callers("jobs", max = 4)`. The first call
 * creates the class. Later calls with the same limits return a view with the same quota.
 *
 * Callers that use the pool itself have no maximum, but cannot take places that are reserved.
 *
 * @param name names the class in messages
 * @param max how many connections these callers may have at the same time, at least 1
 * @param reserved how many places of the pool no other caller may take, at most [max]. Places are not connections: the
 *   pool may have to open one first
 * @throws InvalidConfigException naming all problems, or if the class exists with other limits
 * @throws IllegalArgumentException if the pool is not one of Rockpool's own, or is a [BalancedPool]; use its members
 */
@JvmName("callersOf")
@JvmSynthetic
public fun <C : Any> Pool<C>.callers(name: String, max: Int, reserved: Int = 0): CallerPool<C> =
    when (this) {
        is EngineCallerPool<C> -> engine.pool.callers(name, max, reserved)
        is EnginePool<C> -> EngineCallerPool(engine, engine.callers(name, max, reserved))
        is EngineSharedPool<C> -> engine.pool.callers(name, max, reserved)
        else -> throw IllegalArgumentException("only a single pool has classes of callers, and this is none: $this")
    }

/** The view of this pool for one class of its callers, for Java, without reserved places. */
@ForJava
@JvmName("callers")
public fun <C : Any> callersForJava(pool: Pool<C>, name: String, max: Int): CallerPool<C> = pool.callers(name, max)

/**
 * The view of this pool for one class of its callers, for Java. For threads, [dev.rockpool.blocking.BlockingPool] has
 * the same.
 *
 * @param reserved how many places of the pool no other caller may take, at most [max]
 * @throws InvalidConfigException naming all problems, or if the class exists with other limits
 */
@ForJava
@JvmName("callers")
public fun <C : Any> callersForJava(pool: Pool<C>, name: String, max: Int, reserved: Int): CallerPool<C> =
    pool.callers(name, max, reserved)

/**
 * Creates a pool that knows tags: `Pool("lines", factory, preparer) { maxSize = 20 }`. See [tagged].
 *
 * @param preparer prepares connections for the tags of their callers
 * @throws InvalidConfigException naming every problem of the settings
 */
@JvmSynthetic
public fun <C : Any> Pool(
    name: String,
    factory: ConnectionFactory<C>,
    preparer: Preparer<C>,
    context: CoroutineContext = EmptyCoroutineContext,
    timeSource: TimeSource = TimeSource.Monotonic,
    hooks: ConnectionHooks<C>? = null,
    settings: PoolSettings.() -> Unit = {},
): Pool<C> {
    val config = PoolConfig {
        this.name = name
        settings()
    }
    return Engine(config, factory, hooks, context, timeSource, preparer = preparer).start().pool
}

/**
 * Creates a pool that knows tags, for Java code. For a factory written in Java, use
 * [dev.rockpool.blocking.BlockingPool].
 */
@ForJava
@JvmName("create")
public fun <C : Any> poolForJava(
    factory: ConnectionFactory<C>,
    config: PoolConfig,
    hooks: ConnectionHooks<C>?,
    preparer: Preparer<C>,
): Pool<C> =
    Engine(config, factory, hooks, EmptyCoroutineContext, TimeSource.Monotonic, preparer = preparer).start().pool

/**
 * The view of this pool for one tag, such as a tenant: `pool.tagged(Tenant("a")).acquire()`. Its connections are
 * prepared for that tag by the [Preparer] of the pool. All tags and classes of callers wait in one queue, in order of
 * arrival. Everything else is that of the pool; closing it closes the pool.
 *
 * @param tag any object with `equals`; null for connections without a tag, as the pool itself gives
 * @throws IllegalStateException if the pool has no preparer
 */
@JvmName("taggedOf")
@JvmSynthetic
public fun <C : Any> Pool<C>.tagged(tag: Any?): Pool<C> {
    val pool =
        when (this) {
            is EnginePool<C> -> if (engine.isTagged) EngineTaggedPool(engine, engine.taggedFor(tag)) else null
            is EngineCallerPool<C> -> tagged(tag)?.let { EngineTaggedPool(engine, it) }
            else -> null
        }
    return pool ?: error("pool '${config.name}' knows no tags, because it has no preparer")
}

/** The view of this pool for one tag, for Java. For threads, [dev.rockpool.blocking.BlockingPool] has the same. */
@ForJava @JvmName("tagged") public fun <C : Any> taggedForJava(pool: Pool<C>, tag: Any?): Pool<C> = pool.tagged(tag)

/**
 * Runs [block] with a connection that is prepared for this [tag], such as a tenant: `pool.withConnection(tag =
 * Tenant("a")) { ... }`. Otherwise like the other `withConnection`; see [tagged].
 *
 * @throws IllegalStateException if the pool has no [Preparer]
 */
@JvmSynthetic
@OptIn(ExperimentalContracts::class)
public suspend inline fun <C : Any, R> Pool<C>.withConnection(
    timeout: Duration? = config.acquireTimeout,
    priority: Priority = Priority.NORMAL,
    tag: Any?,
    block: (C) -> R,
): R {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return tagged(tag).acquire(timeout, priority).useConnection(block)
}

package dev.rockpool.jdbc

import dev.rockpool.Pool
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.ReshardPlan
import dev.rockpool.ShardEvent
import dev.rockpool.ShardMap
import dev.rockpool.ShardedPool
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.shard.ShardRouter
import dev.rockpool.jdbc.internal.cluster.CountedConnection
import java.sql.Connection
import java.util.concurrent.ConcurrentHashMap
import java.util.function.Consumer
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.TimeSource
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope

/**
 * A JDBC pool for each shard of some data. A [ShardMap] finds the shard of a call by its key. Threads and frameworks
 * use [dataSource].
 *
 * The pool of a shard is a [JdbcPool], a [BalancedJdbcPool] or a [JdbcCluster]. A [ReshardPlan] moves buckets to other
 * shards while the pool is used ([reshard]).
 *
 * A call uses one shard. A call inside the block of another one may have any key of the same shard. A key of another
 * shard is refused. A block is inside another one if it runs in the same coroutine, or in one that the outer block
 * waits for. All functions are thread-safe. Closing it closes the pools of the shards.
 */
public class ShardedJdbcPool
internal constructor(
    name: String,
    map: ShardMap,
    shards: Map<String, JdbcShard>,
    @get:JvmSynthetic internal val acquireTimeout: Duration?,
) {
    private val open = ConcurrentHashMap.newKeySet<CountedConnection>()
    private val router = ShardRouter(name, map, shards, sweep = { open.forEach(CountedConnection::sweep) })

    /** This pool as a `javax.sql.DataSource`, for frameworks and threads. Closing it closes this pool. */
    public val dataSource: ShardedDataSource = ShardedDataSource(this, router, open, acquireTimeout.orNever())

    /** Names it in messages and logs. */
    public val name: String
        get() = router.name

    /** Which shard has which bucket now. While a plan is carried out it is the map before it. */
    public val map: ShardMap
        get() = router.map

    /** The plan that is being carried out. Null if there is none. */
    public val resharding: ReshardPlan?
        get() = router.resharding

    /** The names of all shards, also those without buckets. */
    public val shards: Set<String>
        get() = router.all.keys

    /** Adds a shard, which gets buckets by a plan. */
    public fun add(shard: String, pool: JdbcPool): Unit = router.add(shard, JdbcShard.of(pool))

    /** Adds a shard of several servers with the same data. */
    public fun add(shard: String, pool: BalancedJdbcPool): Unit = router.add(shard, JdbcShard.of(pool))

    /** Adds a shard of a primary and its standbys. */
    public fun add(shard: String, cluster: JdbcCluster): Unit = router.add(shard, JdbcShard.of(cluster))

    /**
     * Removes a shard that has no buckets. Its pool is not closed.
     *
     * @throws IllegalStateException if it has buckets, or a plan is being carried out
     */
    public fun remove(shard: String) {
        router.remove(shard)
    }

    /**
     * Runs [block] with a connection of the shard of this key, like [JdbcPool.withConnection].
     *
     * @param key a text, an integer, a UUID, a `ByteArray` or a list of them, see [ShardMap]
     * @param timeout how long to wait for the bucket, if it moves, and for a connection together; null means no limit
     * @param priority callers with a higher priority are served first
     * @throws dev.rockpool.BucketMovingException if the bucket was still being moved at the timeout
     * @throws IllegalArgumentException if the key has another type
     * @throws IllegalStateException inside a call of another shard
     * @throws dev.rockpool.PoolException like [JdbcPool.withConnection]
     */
    @JvmSynthetic
    public suspend fun <R> withConnection(
        key: Any,
        timeout: Duration? = acquireTimeout,
        priority: Priority = Priority.NORMAL,
        block: suspend (Connection) -> R,
    ): R =
        router.routed(ShardMap.bucketOf(key), timeout) { shard, left ->
            val pool = shard.pool()
            val balanced = shard.balanced()
            when {
                pool != null -> pool.withConnection(left, priority, block)
                balanced != null -> balanced.withConnection(left, priority, block)
                else -> shard.cluster().withConnection(Target.PRIMARY, null, left, priority, block)
            }
        }

    /**
     * Runs [block] in a transaction on the shard of this key, like [JdbcPool.transaction]. Inside the block of another
     * transaction of the same shard it is a savepoint of that one.
     *
     * @param key a text, an integer, a UUID, a `ByteArray` or a list of them, see [ShardMap]
     * @throws dev.rockpool.BucketMovingException if the bucket was still being moved at the timeout
     * @throws IllegalStateException inside a call of another shard
     * @throws java.sql.SQLException like [JdbcPool.transaction]
     * @throws dev.rockpool.PoolException like [JdbcPool.withConnection]
     */
    @JvmSynthetic
    public suspend fun <R> transaction(
        key: Any,
        isolation: Int? = null,
        readOnly: Boolean? = null,
        timeout: Duration? = null,
        retry: Retry = Retry.none,
        priority: Priority = Priority.NORMAL,
        block: suspend TransactionScope.(Connection) -> R,
    ): R {
        val start = TimeSource.Monotonic.markNow()
        val limit = listOfNotNull(acquireTimeout, timeout).minOrNull()
        return router.routed(ShardMap.bucketOf(key), limit) { shard, _ ->
            val left = timeout?.let { (it - start.elapsedNow()).coerceAtLeast(1.nanoseconds) }
            val pool = shard.pool()
            val balanced = shard.balanced()
            when {
                pool != null -> pool.transaction(isolation, readOnly, left, retry, priority, block)
                balanced != null -> balanced.transaction(isolation, readOnly, left, retry, priority, block)
                else -> shard.cluster().transaction(isolation, readOnly, left, retry, priority, null, block)
            }
        }
    }

    /**
     * Carries out a plan: lets callers of its buckets wait, waits for the calls that use them, runs [copy], and then
     * lets the callers continue at the new shards. If [copy] fails or the caller is cancelled, the map stays as it was,
     * and the callers continue at the old shards.
     *
     * Once [copy] has returned, the map of the plan holds. So store it ([ShardMap.toJson]) at the end of [copy]. An
     * aborted plan may have copied something. So [copy] should begin by deleting what is at the target.
     *
     * @param drainTimeout how long to wait for calls that use the buckets; null means no limit
     * @param copy copies the data of the buckets, with the pools of the shards
     * @throws dev.rockpool.ReshardTimeoutException if calls had not ended within [drainTimeout]
     * @throws IllegalStateException if another plan is being carried out, or this one was made for another map
     * @throws IllegalArgumentException if the plan moves buckets to a shard that has no pool
     */
    @JvmSynthetic
    public suspend fun reshard(
        plan: ReshardPlan,
        drainTimeout: Duration? = ShardedPool.DEFAULT_TIMEOUT,
        copy: suspend (ReshardPlan) -> Unit,
    ): Unit = router.reshard(plan, drainTimeout, copy)

    /** Sends events of plans to [listener] until the result is closed. It must return at once. */
    public fun addListener(listener: Consumer<ShardEvent>): AutoCloseable = router.addListener(listener)

    /** The current numbers of the pools of each shard. A balanced pool or a cluster has several. */
    public fun snapshot(): Map<String, List<PoolStats>> = router.all.mapValues { it.value.snapshot() }

    /** Closes the pools of all shards, as [JdbcPool.close] does. Callers that wait for a plan fail at once. */
    @JvmSynthetic
    public suspend fun close(grace: Duration = Pool.DEFAULT_GRACE) {
        router.close()
        coroutineScope { router.all.values.map { async { close(it, grace) } }.awaitAll() }
    }

    private suspend fun close(shard: JdbcShard, grace: Duration) {
        shard.pool()?.close(grace)
        shard.balanced()?.close(grace)
        shard.cluster()?.close(grace)
    }

    override fun toString(): String = router.toString()

    public companion object {
        /**
         * Uses a pool for each shard: `ShardedJdbcPool("orders", map) { shard("a", poolA); shard("b", clusterB) }`.
         *
         * @param name names it in messages and logs
         * @param map which shard has which data; that of the latest plan, if there was one
         * @throws dev.rockpool.InvalidConfigException if a shard of the map has no pool
         */
        @JvmSynthetic
        public operator fun invoke(name: String, map: ShardMap, shards: ShardedBuilder.() -> Unit): ShardedJdbcPool =
            ShardedBuilder(name, map).apply(shards).build().asJdbcPool()
    }
}

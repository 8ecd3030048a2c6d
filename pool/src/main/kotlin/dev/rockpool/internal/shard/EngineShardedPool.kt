package dev.rockpool.internal.shard

import dev.rockpool.Pool
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.ReshardPlan
import dev.rockpool.ShardEvent
import dev.rockpool.ShardMap
import dev.rockpool.ShardedPool
import dev.rockpool.internal.engine.LendingPool
import dev.rockpool.withConnection
import java.util.concurrent.CompletableFuture
import java.util.function.Consumer
import kotlin.time.Duration
import kotlin.time.TimeSource
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope

/** The [ShardedPool] of pools that serve callers of every kind. */
public class EngineShardedPool<C : Any>(name: String, map: ShardMap, pools: Map<String, Pool<C>>, clock: TimeSource) :
    ShardedPool<C> {
    /** For callers that do not suspend. */
    public val router: ShardRouter<LendingPool<C>> = ShardRouter(name, map, pools.mapValues { own(it.value) }, clock)

    override val name: String
        get() = router.name

    override val map: ShardMap
        get() = router.map

    override val resharding: ReshardPlan?
        get() = router.resharding

    override val shards: Set<String>
        get() = router.all.keys

    override fun pool(shard: String): Pool<C> = router.member(shard)

    override fun add(shard: String, pool: Pool<C>): Unit = router.add(shard, own(pool))

    override fun remove(shard: String): Pool<C> = router.remove(shard)

    private fun own(pool: Pool<C>): LendingPool<C> =
        pool as? LendingPool<C> ?: throw IllegalArgumentException("a shard is not a pool created by Pool(...): $pool")

    override suspend fun <R> withConnection(
        key: Any,
        timeout: Duration?,
        priority: Priority,
        block: suspend (C) -> R,
    ): R =
        router.routed(ShardMap.bucketOf(key), timeout) { pool, left ->
            pool.withConnection(left, priority) { block(it) }
        }

    override suspend fun reshard(
        plan: ReshardPlan,
        drainTimeout: Duration?,
        copy: suspend (ReshardPlan) -> Unit,
    ): Unit = router.reshard(plan, drainTimeout, copy)

    override fun addListener(listener: Consumer<ShardEvent>): AutoCloseable = router.addListener(listener)

    override fun snapshot(): Map<String, PoolStats> = router.all.mapValues { it.value.snapshot() }

    override suspend fun close(grace: Duration) {
        router.close()
        coroutineScope { router.all.values.map { async { it.close(grace) } }.awaitAll() }
    }

    /** The same for callers that do not suspend. */
    public fun closeAsync(grace: java.time.Duration): CompletableFuture<Void?> {
        router.close()
        val all: List<CompletableFuture<Void?>> = router.all.values.map { it.closeAsync(grace) }
        return all.reduce { one, other -> CompletableFuture.allOf(one, other) }
    }

    override fun toString(): String = router.toString()
}

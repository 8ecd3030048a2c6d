package dev.rockpool

import java.util.function.Consumer
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * A pool for each shard of some data. A [ShardMap] finds the shard of a call by its key.
 *
 * A [ReshardPlan] moves buckets to other shards while the pool is used ([reshard]). Until it ends, callers of these
 * buckets wait within their timeouts. Others do not notice.
 *
 * A call uses one shard. A call inside the block of another one may have any key of the same shard. A key of another
 * shard is refused. A block is inside another one if it runs in the same coroutine, or in one that the outer block
 * waits for. The pools themselves ([pool]) are not part of this, and can be used anywhere.
 *
 * Threads use [dev.rockpool.blocking.BlockingShardedPool]. All functions are thread-safe. Create it with the [sharded]
 * function. Closing it closes its pools.
 */
public interface ShardedPool<C : Any> {
    /** Names it in messages and logs. */
    public val name: String

    /** Which shard has which bucket now. While a plan is carried out it is the map before it. */
    public val map: ShardMap

    /** The plan that is being carried out. Null if there is none. */
    public val resharding: ReshardPlan?

    /** The names of all shards, also those without buckets. */
    public val shards: Set<String>

    /**
     * The pool of a shard.
     *
     * @throws IllegalArgumentException if there is no such shard
     */
    public fun pool(shard: String): Pool<C>

    /** Adds a shard, which gets buckets by a plan. */
    public fun add(shard: String, pool: Pool<C>)

    /**
     * Removes a shard that has no buckets, and returns its pool, which is not closed.
     *
     * @throws IllegalStateException if it has buckets, or a plan is being carried out
     */
    public fun remove(shard: String): Pool<C>

    /**
     * Runs [block] with a connection of the shard of this key, and ends the lease when it returns, throws or is
     * cancelled. Exceptions of the block are rethrown unchanged.
     *
     * @param key a text, an integer, a UUID, a `ByteArray` or a list of them, see [ShardMap]
     * @param timeout how long to wait for the bucket, if it moves, and for a connection together; null means no limit
     * @param priority callers with a higher priority are served first
     * @throws BucketMovingException if the bucket was still being moved at the timeout
     * @throws IllegalArgumentException if the key has another type
     * @throws IllegalStateException inside a call of another shard
     * @throws PoolException like [Pool.acquire]
     */
    @JvmSynthetic
    public suspend fun <R> withConnection(
        key: Any,
        timeout: Duration? = DEFAULT_TIMEOUT,
        priority: Priority = Priority.NORMAL,
        block: suspend (C) -> R,
    ): R

    /**
     * Carries out a plan: lets callers of its buckets wait, waits for the calls that use them, runs [copy], and then
     * lets the callers continue at the new shards. If [copy] fails or the caller is cancelled, the map stays as it was,
     * and the callers continue at the old shards.
     *
     * Once [copy] has returned, the map of the plan holds. So store it ([ShardMap.toJson]) at the end of [copy]. An
     * aborted plan may have copied something. So [copy] should begin by deleting what is at the target.
     *
     * @param drainTimeout how long to wait for calls that use the buckets; null means no limit
     * @param copy copies the data of the buckets, with the pools of the shards ([pool])
     * @throws ReshardTimeoutException if calls had not ended within [drainTimeout]
     * @throws IllegalStateException if another plan is being carried out, or this one was made for another map
     * @throws IllegalArgumentException if the plan moves buckets to a shard that has no pool
     */
    @JvmSynthetic
    public suspend fun reshard(
        plan: ReshardPlan,
        drainTimeout: Duration? = DEFAULT_TIMEOUT,
        copy: suspend (ReshardPlan) -> Unit,
    )

    /** Sends events of plans to [listener] until the result is closed. It must return at once. */
    public fun addListener(listener: Consumer<ShardEvent>): AutoCloseable

    /** The current numbers of the pool of each shard. */
    public fun snapshot(): Map<String, PoolStats>

    /** Closes the pools of all shards, as [Pool.close] does. Callers that wait for a plan fail at once. */
    @JvmSynthetic public suspend fun close(grace: Duration = Pool.DEFAULT_GRACE)

    public companion object {
        /** How long callers wait, and how long a plan waits for calls, by default: 30 seconds. */
        @get:JvmSynthetic public val DEFAULT_TIMEOUT: Duration = 30.seconds
    }
}

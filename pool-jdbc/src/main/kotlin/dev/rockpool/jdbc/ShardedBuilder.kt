package dev.rockpool.jdbc

import dev.rockpool.ForJava
import dev.rockpool.InvalidConfigException
import dev.rockpool.ShardMap
import dev.rockpool.ShardedPool
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/** Collects the pools of the shards of a [ShardedJdbcPool] or [ShardedDataSource]. Not thread-safe. */
public class ShardedBuilder internal constructor(private val name: String, private val map: ShardMap) {
    /**
     * How long a call waits for its bucket, if it moves, and for a connection; null means no limit. Default 30 s. The
     * wait for the connection of a transaction is limited by the pool of its shard.
     */
    @get:JvmSynthetic @set:JvmSynthetic public var acquireTimeout: Duration? = ShardedPool.DEFAULT_TIMEOUT

    private val shards = LinkedHashMap<String, JdbcShard>()
    private val twice = LinkedHashSet<String>()

    /** [acquireTimeout] for Java. */
    @ForJava
    @JvmName("acquireTimeout")
    public fun acquireTimeoutForJava(value: java.time.Duration?): ShardedBuilder = apply {
        acquireTimeout = value?.toKotlinDuration()
    }

    /** Adds a shard. A shard that the map does not know gets its buckets by a plan. */
    public fun shard(shard: String, pool: JdbcPool): ShardedBuilder = add(shard, JdbcShard.of(pool))

    /** Adds a shard of several servers with the same data. */
    public fun shard(shard: String, pool: BalancedJdbcPool): ShardedBuilder = add(shard, JdbcShard.of(pool))

    /** Adds a shard of a primary and its standbys. */
    public fun shard(shard: String, cluster: JdbcCluster): ShardedBuilder = add(shard, JdbcShard.of(cluster))

    /** Adds a shard. A shard that the map does not know gets its buckets by a plan. */
    public fun shard(shard: String, source: RockpoolDataSource): ShardedBuilder = shard(shard, source.asJdbcPool())

    /** Adds a shard of several servers with the same data. */
    public fun shard(shard: String, source: BalancedDataSource): ShardedBuilder = shard(shard, source.asJdbcPool())

    /** Adds a shard of a primary and its standbys. */
    public fun shard(shard: String, source: ClusterDataSource): ShardedBuilder = shard(shard, source.asJdbcCluster())

    private fun add(shard: String, pool: JdbcShard) = apply {
        if (shards.putIfAbsent(shard, pool) != null) twice += shard
    }

    /**
     * Creates the data source of the shards.
     *
     * @throws InvalidConfigException if a shard of the map has no pool, or a shard was added twice
     */
    public fun build(): ShardedDataSource {
        if (twice.isNotEmpty()) throw InvalidConfigException(name, twice.map { "shard '$it' was added twice" })
        return ShardedJdbcPool(name, map, shards, acquireTimeout).dataSource
    }
}

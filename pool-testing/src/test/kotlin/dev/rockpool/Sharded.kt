package dev.rockpool

import dev.rockpool.testing.FakeConnection
import dev.rockpool.testing.ScriptedFactory
import dev.rockpool.testing.checkNothingLost
import kotlin.time.Duration
import kotlin.time.TimeSource
import kotlinx.coroutines.test.TestScope

/** A pool for each of the shards `a`, `b` and `c`, of which the last has no buckets, and a sharded pool over them. */
internal class Sharded(test: TestScope? = null, settings: PoolSettings.(String) -> Unit = {}) {
    val map: ShardMap = ShardMap.of("a", "b")
    val factories = listOf("a", "b", "c").associateWith { ScriptedFactory() }
    val pools: Map<String, Pool<FakeConnection>> =
        factories.mapValues { (shard, factory) ->
            val configured: PoolSettings.() -> Unit = {
                maxSize = 2
                minIdle = 0
                trustWindow = null
                settings(shard)
            }
            if (test == null) Pool("shard $shard", factory, settings = configured)
            else Pool("shard $shard", factory, test.poolContext, clockOf(test), settings = configured)
        }
    val pool: ShardedPool<FakeConnection> = sharded("orders", map, pools, clockOf(test))
    val events = mutableListOf<ShardEvent>()

    /** The plan that moves half of the buckets of `a` to `c`. */
    val plan: ReshardPlan = ReshardPlan.between(map, map.withBuckets(map.bucketsOf("a").filter { it % 2 == 0 }, "c"))

    /** A key whose bucket moves by the plan, from `a` to `c`. */
    val moving = keyOf { it in plan.buckets }

    /** Another one in another bucket. */
    val movingToo = keyOf { it in plan.buckets && it != ShardMap.bucketOf(moving) }

    /** A key that stays in `a`. */
    val staying = keyOf { map.ownerOf(it) == "a" && it !in plan.buckets }

    /** A key of `b`. */
    val other = keyOf { map.ownerOf(it) == "b" }

    init {
        pool.addListener { events += it }
    }

    fun kinds() = events.map { it.kind }

    fun acquired(shard: String) = pools.getValue(shard).snapshot().acquired

    /** Checks that no caller waits, nothing is leased, and each connection is closed once. */
    suspend fun end() {
        pools.forEach { (shard, pool) -> checkNothingLost(pool, factories.getValue(shard)) }
        pool.close(Duration.ZERO)
    }

    private fun keyOf(wanted: (Int) -> Boolean): Long = (1L..10_000L).first { wanted(ShardMap.bucketOf(it)) }
}

private fun clockOf(test: TestScope?): TimeSource = test?.testScheduler?.timeSource ?: TimeSource.Monotonic

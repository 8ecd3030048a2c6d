package dev.rockpool

import dev.rockpool.testing.Step
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.maps.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlin.random.Random
import kotlin.random.nextInt
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.TestScope
import kotlinx.coroutines.test.runTest

/**
 * A random run of a sharded pool. Each shard keeps a number per key, which calls raise and plans copy. So a call at the
 * wrong shard loses a number. The seed decides everything.
 */
@OptIn(ExperimentalCoroutinesApi::class)
private class ShardRun(private val test: TestScope, seed: Long) {
    private val random = Random(seed)
    private val orders = Sharded(test) { maxSize = random.nextInt(1..3) }
    private val data = orders.pools.keys.associateWith { mutableMapOf<Long, Int>() }
    private val expected = mutableMapOf<Long, Int>()
    private val keys = LongArray(6) { random.nextLong(1_000) }.toSet()
    private val using = mutableMapOf<Int, MutableList<String>>()
    private val copying = mutableSetOf<Int>()
    private val callers = mutableListOf<Job>()
    private val plans = mutableListOf<Job>()
    private val wrong = mutableListOf<String>()
    private var finished = 0

    suspend fun run() {
        orders.pool.addListener { if (it.kind == ShardEvent.Kind.FINISHED) finished++ }
        repeat(80) {
            act()
            test.pass(random.nextInt(0..30).milliseconds)
        }
        orders.factories.values.forEach { it.opens.otherwise = Step.Succeed }
        (callers + plans).forEach { it.join() }
        test.pass(1.minutes)
        wrong.shouldBeEmpty()
        using.values.flatten().shouldBeEmpty()
        orders.pool.resharding shouldBe null
        val kept = keys.associateWith { data.getValue(orders.pool.map.shardOf(it))[it] ?: 0 }
        kept shouldContainExactly keys.associateWith { expected[it] ?: 0 }
        orders.end()
    }

    private fun act() {
        when (random.nextInt(16)) {
            0 -> orders.factories.values.random(random).opens.otherwise = Step.Fail(IllegalStateException("refused"))
            1,
            2 -> orders.factories.values.forEach { it.opens.otherwise = Step.Succeed }
            3 -> callers.filter { it.isActive }.randomOrNull(random)?.cancel()
            4 -> if (random.nextInt(3) == 0) plans.lastOrNull()?.cancel()
            5,
            6 -> if (plans.none { it.isActive }) plans += test.launch { reshard() }
            else -> repeat(random.nextInt(1..3)) { call() }
        }
    }

    private fun call() {
        val key = keys.random(random)
        val timeout = random.nextInt(0..400).milliseconds
        val hold = random.nextInt(0..50).milliseconds
        val isNested = random.nextInt(4) == 0
        val nested = keys.random(random)
        callers +=
            test.launch {
                val start = test.testScheduler.timeSource.markNow()
                try {
                    orders.pool.withConnection(key, timeout) {
                        if (start.elapsedNow() > timeout) wrong += "a call was served after its timeout"
                        use(key) {
                            delay(hold)
                            if (isNested && orders.pool.map.shardOf(nested) == orders.pool.map.shardOf(key))
                                orders.pool.withConnection(nested, 100.milliseconds) { use(nested) { delay(hold) } }
                        }
                    }
                } catch (_: CancellationException) {
                    // cancelled by the run
                } catch (e: BucketMovingException) {
                    if (e.waited != timeout && !isNested) wrong += "timed out after ${e.waited}, not $timeout"
                } catch (_: PoolException) {
                    // an outage, or too many callers
                } catch (e: IllegalStateException) {
                    if ("cannot use two shards" !in e.message.orEmpty()) wrong += "$e"
                }
            }
    }

    /** Raises the number of a key at the shard that serves it, unless it is cancelled meanwhile. */
    private suspend fun use(key: Long, meanwhile: suspend () -> Unit) {
        val bucket = ShardMap.bucketOf(key)
        val shard = orders.pool.map.shardOf(key)
        val users = using.getOrPut(bucket) { mutableListOf() }
        if (bucket in copying) wrong += "bucket $bucket is used while it is copied"
        if (users.any { it != shard }) wrong += "bucket $bucket is used at $shard and at $users"
        users += shard
        try {
            meanwhile()
            data.getValue(shard).merge(key, 1, Int::plus)
            expected.merge(key, 1, Int::plus)
        } finally {
            users -= shard
        }
    }

    private suspend fun reshard() {
        val before = orders.pool.map
        val buckets = keys.filter { random.nextBoolean() }.map { ShardMap.bucketOf(it) }
        val plan = ReshardPlan.between(before, before.withBuckets(buckets, orders.pools.keys.random(random)))
        val fails = random.nextInt(4) == 0
        val time = random.nextInt(0..100).milliseconds
        try {
            orders.pool.reshard(plan, random.nextInt(0..100).milliseconds) {
                copying += plan.buckets
                plan.buckets.filter { using[it].orEmpty().isNotEmpty() }.forEach { wrong += "bucket $it is in use" }
                delay(time)
                if (fails) error("the copy fails")
                for (move in plan.moves) for (key in keys) if (ShardMap.bucketOf(key) in move.buckets) {
                    val number = data.getValue(move.from).remove(key)
                    if (number != null) data.getValue(move.to)[key] = number
                }
                copying -= plan.buckets.toSet()
            }
            if (orders.pool.map != plan.after) wrong += "the map of a finished plan does not hold"
        } catch (e: Exception) {
            copying -= plan.buckets.toSet()
            if (orders.pool.map != before) wrong += "an aborted plan changed the map: $e"
            if (e is CancellationException) throw e
        }
    }
}

/** Random runs of sharded pools. Run one again with `-Drockpool.seed`. */
class ShardRaceLaws :
    FunSpec({
        test("98: random callers and plans lose nothing, and no call reaches old and new owner at once") {
            val proof = System.getProperty("rockpool.proof") == "true"
            val only = System.getProperty("rockpool.seed")?.toLong()
            val seeds = if (only != null) only..only else 1L..(if (proof) 5_000L else 25L)
            for (seed in seeds) {
                withClue("rerun with -Drockpool.seed=$seed") {
                    runTest(timeout = 60.seconds) { ShardRun(this, seed).run() }
                }
            }
        }
    })

package dev.rockpool.jdbc

import dev.rockpool.ReshardPlan
import dev.rockpool.ShardMap
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.SQLException
import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope

/** Batched statements of clusters and of shards: calls that wait at the same server gather. */
class RoutedBatchingLaws :
    FunSpec({
        fun JdbcCluster.twice() =
            batchedQuery<Int, Int>(
                "select ? * 2",
                { setInt(1, it) },
                {
                    next()
                    getInt(1)
                },
            )

        test("batched queries of a cluster gather at a standby, and updates at the primary") {
            val one = FakeMember("batch-writes").primary(1)
            val two = FakeMember("batch-reads").standby()
            use(one, two) { cluster ->
                until { check(cluster.snapshot().size == 2) }
                cluster.withConnection { it.run("create table if not exists routed (id int primary key)") }
                val twice = cluster.twice()
                val add = cluster.batchedUpdate<Int>("insert into routed values (?)") { setInt(1, it) }
                twice(21) shouldBe 42
                twice.call(4) shouldBe 8
                val standby = cluster.dataSource.getConnection(Target.STANDBY)
                val reads = List(5) { twice.callAsync(it) }
                cluster.snapshot().map { it.pending } shouldContainExactly listOf(0, 5)
                twice.stats().pending shouldBe 5
                standby.close()
                reads.map { it.join() } shouldContainExactly listOf(0, 2, 4, 6, 8)
                twice.stats().largest shouldBe 5
                val primary = cluster.dataSource.getConnection(Target.PRIMARY)
                val writes = listOf(1, 2, 2, 3).map(add::callAsync)
                cluster.snapshot().map { it.pending } shouldContainExactly listOf(4, 0)
                primary.close()
                writes.map { outcome(it) } shouldContainExactly listOf<Any>(1, 1, "23505", 1)
            }
        }

        test("calls that wait for a standby that is lost go on at the primary, and a cancelled one drops out") {
            val one = FakeMember("batch-stays").primary(1)
            val two = FakeMember("batch-goes").standby()
            use(one, two) { cluster ->
                until { check(cluster.snapshot().size == 2) }
                val twice = cluster.twice()
                val held = cluster.dataSource.getConnection(Target.STANDBY)
                val futures = List(3) { twice.callAsync(it) }
                val thread = onThread { twice.call(5) }
                coroutineScope {
                    val suspended = async { twice(6) }
                    until { check(cluster.snapshot()[1].pending == 5) }
                    futures[0].cancel(true) shouldBe true
                    until { check(cluster.snapshot()[1].pending == 4) }
                    two.primary(0) // it accepts writes, so it is no standby
                    suspended.await() shouldBe 12
                }
                futures.drop(1).map { it.join() } shouldContainExactly listOf(2, 4)
                thread.join() shouldBe 10
                twice.stats().pending shouldBe 0
                held.close()
            }
        }

        test("batched calls of shards gather at the shard of their key, and wait for a bucket that moves") {
            val pools = listOf("a", "b").associateWith(::shard)
            val map = ShardMap.of("a", "b")
            val sharded = ShardedJdbcPool("batched", map) { pools.forEach { (name, pool) -> shard(name, pool) } }
            // region sharded
            val where =
                sharded.batchedQuery<Long, String>(
                    "select name, ? from shard",
                    key = { it },
                    bind = { setLong(1, it) },
                    read = { if (next()) getString(1) + getLong(2) else "nowhere" },
                )
            // endregion
            val add = sharded.batchedUpdate<Long>("insert into added values (?)", { it }) { setLong(1, it) }
            val keys = (1L..8L).toList()
            val expected = keys.map { map.shardOf(it) + it }
            keys.map { where(it) } shouldContainExactly expected
            keys.map { where.call(it) } shouldContainExactly expected
            fun <T> busy(during: () -> T): T =
                pools.getValue("a").dataSource.whileBusy { pools.getValue("b").dataSource.whileBusy(during) }
            busy { keys.map(where::callAsync) }.map { it.join() } shouldContainExactly expected
            where.stats().largest shouldBe keys.groupBy { map.shardOf(it) }.values.maxOf { it.size }
            busy { keys.map(add::callAsync) }.map { it.join() } shouldContainExactly keys.map { 1 }
            val moving = keys.first { map.shardOf(it) == "a" }
            val plan = ReshardPlan.between(map, map.withBuckets(listOf(ShardMap.bucketOf(moving)), "b"))
            lateinit var waiting: CompletableFuture<String>
            sharded.reshard(plan) {
                waiting = where.callAsync(moving)
                waiting.isDone shouldBe false
            }
            waiting.join() shouldBe "b$moving"
            sharded.close()
        }

        test("a statement that is refused is refused when it is made, also for a shard that is a balanced pool") {
            val pool = shard("c")
            val sharded = ShardedJdbcPool("refused", ShardMap.of("c")) { shard("c", pool) }
            shouldThrow<IllegalArgumentException> {
                sharded.batchedUpdate<Long>("select 1; select 2", { it }) { setLong(1, it) }
            }
            val balanced = balanced("several", listOf(pool))
            val ofBalanced = ShardedJdbcPool("balanced", ShardMap.of("c")) { shard("c", balanced) }
            shouldThrow<IllegalStateException> {
                    ofBalanced.batchedUpdate<Long>("insert into added values (?)", { it }) { setLong(1, it) }
                }
                .message shouldContain "a shard is a balanced pool, which has no batched statements"
            val one = FakeMember("batch-refuses").primary(1)
            use(one) { cluster ->
                shouldThrow<IllegalArgumentException> { cluster.batchedQuery<Int, Int>("a; b", {}, { 1 }) }
            }
            ofBalanced.close()
        }
    })

private fun shard(name: String): JdbcPool {
    val pool =
        JdbcPool(name) {
            url = "jdbc:h2:mem:batched-$name;DB_CLOSE_DELAY=-1"
            maxSize = 1
        }
    pool.dataSource.useConnection<SQLException> {
        it.run("create table if not exists shard as select '$name' as name")
        it.run("create table if not exists added (id bigint)")
    }
    return pool
}

private suspend fun use(vararg members: FakeMember, test: suspend (JdbcCluster) -> Unit) {
    val builder = FakeMember.cluster(*members)
    builder.pools {
        maxSize = 1
        minIdle = 0
    }
    val cluster = builder.build()
    try {
        until { check(cluster.primary != null) }
        test(cluster)
    } finally {
        cluster.close(kotlin.time.Duration.ZERO)
    }
}

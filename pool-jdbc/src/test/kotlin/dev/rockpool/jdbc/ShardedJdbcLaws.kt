package dev.rockpool.jdbc

import dev.rockpool.Balance
import dev.rockpool.BucketMovingException
import dev.rockpool.InvalidConfigException
import dev.rockpool.Priority
import dev.rockpool.ReshardPlan
import dev.rockpool.ShardEvent
import dev.rockpool.ShardMap
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.Connection
import java.sql.JDBCType
import java.sql.SQLException
import java.sql.SQLFeatureNotSupportedException
import java.sql.SQLTransientConnectionException
import java.sql.ShardingKey
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import javax.sql.DataSource
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

private fun shard(name: String, settings: JdbcSettings.() -> Unit = {}) =
    JdbcPool("shard-$name") {
        url = "jdbc:h2:mem:sharded_$name"
        maxSize = 4
        minIdle = 0
        settings()
    }

/** The name of the shard that serves this connection. */
private fun Connection.shard(): String = checkNotNull(ask("select database()")).lowercase().removePrefix("sharded_")

private fun keyOf(map: ShardMap, shard: String, more: (Long) -> Boolean = { true }): Long =
    (1L..10_000L).first { map.shardOf(it) == shard && more(it) }

/** Laws 97 to 102 for JDBC: coroutines, threads, transactions and keys of JDBC 4.3, in real time. */
class ShardedJdbcLaws :
    FunSpec({
        suspend fun orders(body: suspend (ShardedJdbcPool) -> Unit) {
            val map = ShardMap.of("a", "b")
            val orders =
                ShardedJdbcPool("orders", map) {
                    shard("a", shard("a"))
                    shard("b", balanced("b", listOf(shard("b")), Balance.RANDOM_OF_TWO))
                    acquireTimeout = 5.seconds
                }
            try {
                body(orders)
                eventually(5.seconds) { orders.snapshot().values.flatten().sumOf { it.leased } shouldBe 0 }
            } finally {
                orders.close(1.seconds)
            }
        }

        test("coroutines and threads reach the shard of their key, in each kind of call") {
            orders { orders ->
                val source = orders.dataSource
                for (shard in listOf("a", "b")) {
                    val key = keyOf(orders.map, shard)
                    orders.withConnection(key) { it.shard() } shouldBe shard
                    orders.transaction(key, timeout = 5.seconds) { it.shard() } shouldBe shard
                    source.getConnection(key).use { it.shard() } shouldBe shard
                    source.getConnection(key, java.time.Duration.ofSeconds(5), Priority.HIGH).use {
                        it.shard()
                    } shouldBe shard
                    source.dataSource(key).connection.use { it.shard() } shouldBe shard
                    source.withConnection<String, SQLException>(key) { it.shard() } shouldBe shard
                    source.transaction<String, SQLException>(key) { _, c -> c.shard() } shouldBe shard
                    val limited = TransactionOptions.defaults().timeout(java.time.Duration.ofSeconds(5))
                    source.transaction<String, SQLException>(key, limited) { _, c -> c.shard() } shouldBe shard
                    val builder = source.createShardingKeyBuilder().subkey(key, JDBCType.BIGINT).build()
                    source.createConnectionBuilder().shardingKey(builder).build().use { it.shard() } shouldBe shard
                }
                val parts =
                    source.createShardingKeyBuilder().subkey("eu", JDBCType.VARCHAR).subkey(7, JDBCType.INTEGER).build()
                source.createConnectionBuilder().shardingKey(parts).build().use {
                    it.shard() shouldBe orders.map.shardOf(listOf("eu", 7))
                }
            }
        }

        test("97: callers of a moving bucket wait or time out, others do not notice") {
            orders { orders ->
                val source = orders.dataSource
                val plan = ReshardPlan.between(orders.map, orders.map.withShard("c"))
                shouldThrow<IllegalArgumentException> { orders.reshard(plan) {} }.message shouldContain "[c]"
                orders.add("c", shard("c"))
                val moving = keyOf(plan.before, "a") { ShardMap.bucketOf(it) in plan.buckets }
                val staying = keyOf(plan.before, "a") { ShardMap.bucketOf(it) !in plan.buckets }
                val kinds = mutableListOf<ShardEvent.Kind>()
                orders.addListener { kinds += it.kind }
                val copying = CompletableDeferred<Unit>()
                val copied = CompletableDeferred<Unit>()
                val served = AtomicReference<String>()
                coroutineScope {
                    launch(Dispatchers.Default) {
                        orders.reshard(plan) {
                            copying.complete(Unit)
                            copied.await()
                        }
                    }
                    copying.await()
                    orders.resharding shouldBe plan
                    orders.withConnection(staying, 1.seconds) { it.shard() } shouldBe "a"
                    source.getConnection(staying).close()
                    shouldThrow<BucketMovingException> { orders.withConnection(moving, 20.milliseconds) {} }
                    shouldThrow<BucketMovingException> { orders.transaction(moving, timeout = 20.milliseconds) {} }
                    val error =
                        shouldThrow<SQLTransientConnectionException> {
                            source.getConnection(moving, java.time.Duration.ofMillis(20), Priority.NORMAL)
                        }
                    error.sqlState shouldBe "HYT00"
                    error.message shouldContain "was still being moved to another shard after "
                    val waiting = thread { source.getConnection(moving).use { served.set(it.shard()) } }
                    eventually(5.seconds) { waiting.state shouldBe Thread.State.TIMED_WAITING }
                    copied.complete(Unit)
                    waiting.join()
                }
                served.get() shouldBe "c"
                kinds shouldContainExactly
                    listOf(ShardEvent.Kind.STARTED, ShardEvent.Kind.DRAINED, ShardEvent.Kind.FINISHED)
                orders.map shouldBe plan.after
                source.reshard<Exception>(ReshardPlan.between(plan.after, plan.before), null) {}
                orders.withConnection(moving) { it.shard() } shouldBe "a"
                orders.remove("c")
                orders.shards shouldBe setOf("a", "b")
            }
        }

        test("98: a plan waits until connections of moving buckets are closed, in whichever way") {
            orders { orders ->
                val source = orders.dataSource
                val key = keyOf(orders.map, "a")
                val plan = ReshardPlan.between(orders.map, orders.map.withBuckets(listOf(ShardMap.bucketOf(key)), "b"))
                val ends =
                    listOf<(Connection) -> Unit>(
                        { it.close() },
                        { it.abort(Runnable::run) },
                        { it.unwrap(Connection::class.java).close() },
                        { it.createStatement().connection.close() }, // that of the pool
                    )
                for (end in ends) {
                    val held = source.getConnection(key)
                    coroutineScope {
                        val moving =
                            launch(Dispatchers.Default) { runCatching { orders.reshard(plan) { error("no") } } }
                        eventually(5.seconds) { orders.resharding shouldBe plan }
                        delay(20.milliseconds)
                        moving.isActive shouldBe true
                        end(held)
                        moving.join()
                    }
                    held.close()
                }
                orders.map shouldBe plan.before
            }
        }

        test("100: a call without a key is an error that says how to give one") {
            orders { orders ->
                val source: DataSource = orders.dataSource
                for (call in listOf({ source.connection }, { source.createConnectionBuilder().build() })) {
                    val error = shouldThrow<SQLException> { call() }
                    error.message shouldContain "pool 'orders': the call has no key, so no shard can serve it. Try: "
                    error.message shouldContain "createConnectionBuilder().shardingKey(key).build()"
                }
                shouldThrow<SQLException> { source.getConnection("user", "password") }.message shouldContain "no key"
                for (key in listOf(null, 1.5)) shouldThrow<SQLException> { orders.dataSource.getConnection(key) }
                    .sqlState shouldBe "22023"
                shouldThrow<SQLException> { source.createShardingKeyBuilder().build() }.message shouldContain
                    "empty list"
                val builder = source.createConnectionBuilder()
                shouldThrow<SQLFeatureNotSupportedException> { builder.shardingKey(object : ShardingKey {}).build() }
                shouldThrow<SQLFeatureNotSupportedException> { builder.user("user").password("secret").build() }
                shouldThrow<SQLFeatureNotSupportedException> {
                    source.createConnectionBuilder().superShardingKey(object : ShardingKey {}).build()
                }
                orders.snapshot().values.flatten().sumOf { it.acquired } shouldBe 0
            }
        }

        test("101: inside a transaction its shard's keys are part of it, and another shard's key is refused") {
            orders { orders ->
                val key = keyOf(orders.map, "a")
                val same = keyOf(orders.map, "a") { it > key }
                val other = keyOf(orders.map, "b")
                orders.transaction(key) { outer ->
                    orders.transaction(same) { (it === outer) shouldBe true }
                    shouldThrow<IllegalStateException> { orders.transaction(other) {} }.message shouldContain
                        "belongs to shard 'b', but the call is inside one of shard 'a'"
                    shouldThrow<IllegalStateException> { orders.withConnection(other) {} }
                }
                val source = orders.dataSource
                source.transaction<Unit, SQLException>(key) { _, outer ->
                    source.transaction<Unit, SQLException>(same) { _, inner -> (inner === outer) shouldBe true }
                    shouldThrow<IllegalStateException> { source.transaction<Unit, SQLException>(other) { _, _ -> } }
                    shouldThrow<IllegalStateException> { source.getConnection(other) }
                }
                source.getConnection(other).close()
            }
        }

        test("102: a shard that is down fails only its keys") {
            val map = ShardMap.of("up", "down")
            val orders =
                ShardedJdbcPool("orders", map) {
                    shard("up", shard("up"))
                    shard("down", shard("down") { url = "jdbc:h2:tcp://localhost:1/nothing" })
                }
            shouldThrow<Exception> { orders.withConnection(keyOf(map, "down"), 100.milliseconds) {} }
            shouldThrow<SQLException> {
                orders.dataSource.getConnection(keyOf(map, "down"), java.time.Duration.ofMillis(100), Priority.NORMAL)
            }
            orders.withConnection(keyOf(map, "up"), 5.seconds) { it.shard() } shouldBe "up"
            orders.close(Duration.ZERO)
        }

        test("a shard of the map without a pool, and a shard that is added twice, are errors") {
            shouldThrow<InvalidConfigException> { ShardedDataSource.builder("orders", ShardMap.of("a")).build() }
                .problems shouldContainExactly listOf("shard 'a' has buckets but no pool; add one")
            val pool = shard("a")
            shouldThrow<InvalidConfigException> {
                    ShardedDataSource.builder("orders", ShardMap.of("a")).shard("a", pool).shard("a", pool).build()
                }
                .problems shouldContainExactly listOf("shard 'a' was added twice")
            pool.close()
        }

        test("97, 98: a plan moves rows between two databases of PostgreSQL while they are written to") {
            Postgres.direct().use { for (name in listOf("shard_a", "shard_b")) it.run("create database $name") }
            fun database(name: String) =
                JdbcPool(name) {
                    url = Postgres.url.replace("/postgres?", "/$name?")
                    maxSize = 4
                    minIdle = 0
                }
            // region shards
            val a = database("shard_a")
            val b = database("shard_b")
            val map = ShardMap.of("a") // or ShardMap.parse(stored)
            val orders =
                ShardedJdbcPool("orders", map) {
                    shard("a", a)
                    shard("b", b)
                }
            // endregion
            for (pool in listOf(a, b)) pool.withConnection {
                it.run("create table account (id bigint primary key, bucket int, amount bigint)")
            }
            // region write
            suspend fun pay(customer: Long) =
                orders.transaction(customer) { c ->
                    c.prepareStatement("update account set amount = amount + 1 where id = ?").use {
                        it.setLong(1, customer)
                        it.executeUpdate()
                    }
                }
            // endregion
            val customers = 1L..200L
            for (id in customers) orders.transaction(id) {
                it.run("insert into account values ($id, ${ShardMap.bucketOf(id)}, 0)")
            }
            val paid = AtomicInteger()
            coroutineScope {
                val writers =
                    List(4) { writer ->
                        launch(Dispatchers.Default) {
                            while (true) {
                                val id = customers.random()
                                orders.transaction(id) {
                                    it.run("update account set amount = amount where id = $writer")
                                }
                                pay(id) shouldBe 1
                                paid.incrementAndGet()
                            }
                        }
                    }
                until { check(paid.get() > 100) { paid } }
                // region reshard
                val plan = ReshardPlan.between(orders.map, orders.map.withShard("b"))
                orders.reshard(plan) {
                    for (move in plan.moves) copy(move.buckets, a, b)
                    // here the new map is stored: plan.after.toJson()
                }
                // endregion
                val before = paid.get()
                until { check(paid.get() > before + 100) { paid } }
                writers.forEach { it.cancel() }
            }
            fun Connection.sum() = checkNotNull(ask("select coalesce(sum(amount), 0) from account")).toInt()
            val sums = listOf(a, b).map { pool -> pool.withConnection { it.sum() } }
            sums.forEach { it shouldBeGreaterThan 0 }
            for ((pool, name) in listOf(a to "a", b to "b")) {
                val here = customers.filter { orders.map.shardOf(it) == name }
                val rows = pool.withConnection { it.ask("select string_agg(id::text, ',' order by id) from account") }
                rows shouldBe here.joinToString(",")
            }
            (sums.sum() - paid.get() in 0..4) shouldBe true // a cancelled writer may have committed
            orders.close(1.seconds)
            Postgres.direct().use { for (name in listOf("shard_a", "shard_b")) it.run("drop database $name") }
        }
    })

// region copy
private suspend fun copy(buckets: List<Int>, from: JdbcPool, to: JdbcPool) {
    from.transaction { source ->
        to.transaction { target ->
            val here = "where bucket in (${buckets.joinToString()})"
            target.run("delete from account $here") // what an aborted plan has left
            val insert = target.prepareStatement("insert into account values (?, ?, ?)")
            source.createStatement().executeQuery("select id, bucket, amount from account $here").use { row ->
                while (row.next()) {
                    for (column in 1..3) insert.setObject(column, row.getObject(column))
                    insert.addBatch()
                }
            }
            insert.executeBatch()
        }
        source.run("delete from account where bucket in (${buckets.joinToString()})")
    }
}
// endregion

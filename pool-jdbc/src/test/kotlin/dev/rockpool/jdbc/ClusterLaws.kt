package dev.rockpool.jdbc

import dev.rockpool.testing.EmbeddedCluster
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.Connection
import java.sql.SQLException
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.springframework.jdbc.core.JdbcTemplate
import org.springframework.jdbc.datasource.DataSourceTransactionManager
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy
import org.springframework.transaction.support.TransactionTemplate

/**
 * The laws of a cluster on a real primary and standby. One pair serves all tests, in this order: each leaves it with a
 * primary and a standby. Which member is which changes.
 */
class ClusterLaws :
    FunSpec({
        val servers by lazy { EmbeddedCluster.create() }
        lateinit var cluster: JdbcCluster
        val events = CopyOnWriteArrayList<ClusterEvent>()

        suspend fun settled() = until {
            check(cluster.primary?.status == ClusterMember.Status.PRIMARY) { cluster }
            check(cluster.members.count { it.status == ClusterMember.Status.STANDBY } == servers.size() - 1) { cluster }
        }

        beforeSpec {
            servers.connect(0).use {
                it.run("create table if not exists work (id serial primary key, at text)")
                it.run("grant all on all tables in schema public to app")
                it.run("grant all on all sequences in schema public to app")
            }
            servers.catchUp()
            cluster = clusterOf(servers.user(), servers.password(), servers.url(0), servers.url(1))
            cluster.addListener { events += it }
            settled()
        }

        beforeTest { events.clear() }

        // From when the server accepted writes until the first writer had a connection.
        val times = mutableListOf<Duration>()

        afterSpec {
            cluster.close(Duration.ZERO)
            servers.close()
        }

        test("writes go to the primary and read-only work to the standby, for coroutines and threads") {
            cluster.withConnection { it.isStandby() } shouldBe false
            cluster.withConnection(Target.STANDBY) { it.isStandby() } shouldBe true
            // region transactions
            cluster.transaction { c -> c.insert("an order") }
            val orders = cluster.transaction(readOnly = true) { c -> c.ask("select count(*) from work") }
            // endregion
            checkNotNull(orders)
            cluster.transaction(readOnly = true) { it.isStandby() } shouldBe true
            cluster.transaction { _ -> cluster.transaction(readOnly = true) { it.isStandby() } } shouldBe false
            val source = cluster.dataSource
            source.transaction<Boolean, SQLException> { _, c -> c.isStandby() } shouldBe false
            source.transaction<Boolean, SQLException>(TransactionOptions.defaults().readOnly(true)) { _, c ->
                c.isStandby()
            } shouldBe true
            source.dataSource(Target.STANDBY).connection.use { it.isStandby() } shouldBe true
        }

        test("a connection chooses its member with the first statement") {
            cluster.dataSource.connection.use { it.isStandby() } shouldBe false
            cluster.dataSource.connection.use {
                it.isReadOnly = true
                it.autoCommit = false
                it.isStandby() shouldBe true
                it.commit()
                it.isReadOnly = false
                it.isStandby() shouldBe false // no write stays on the standby
                it.insert("b")
                it.commit()
            }
            cluster.dataSource.connection.close()
            until { cluster.snapshot().forEach { check(it.leased == 0) { it } } }
        }

        test("Spring's read-only transactions run on the standby, also behind its lazy proxy") {
            val lazily = LazyConnectionDataSourceProxy(cluster.dataSource)
            val two = LazyConnectionDataSourceProxy(cluster.dataSource(Target.PRIMARY))
            two.setReadOnlyDataSource(cluster.dataSource(Target.STANDBY))
            for (source in listOf(cluster.dataSource, lazily, two)) {
                val template = JdbcTemplate(source)
                for (readOnly in listOf(false, true, false)) {
                    val transaction = TransactionTemplate(DataSourceTransactionManager(source))
                    transaction.isReadOnly = readOnly
                    transaction.execute {
                        template.queryForObject("select pg_is_in_recovery()", Boolean::class.java)
                    } shouldBe readOnly
                }
            }
        }

        test("109: after a mark nothing older is read") {
            val standby = 1 - servers.primary()
            servers.pauseReplay(standby)
            try {
                // region mark
                val id = cluster.transaction { it.insert("marked") }
                val mark = cluster.mark()
                val found = cluster.transaction(readOnly = true, after = mark) { it.has(id) }
                // endregion
                found shouldBe true
                Mark.parse(mark.toString()) shouldBe mark
                cluster.transaction(readOnly = true) { it.has(id) } shouldBe false // the standby has not applied it
                val options = TransactionOptions.defaults().readOnly(true)
                cluster.dataSource.transaction<Boolean, SQLException>(options, mark) { _, c -> c.has(id) } shouldBe true
                val refused =
                    shouldThrow<SQLException> {
                        cluster.withConnection(Target.STANDBY, after = mark, timeout = 100.milliseconds) { it.has(id) }
                    }
                refused.message.orEmpty() shouldContain "no standby has reached $mark"
                coroutineScope {
                    val waiting = async { cluster.withConnection(Target.STANDBY, after = mark) { it.has(id) } }
                    servers.resumeReplay(standby)
                    waiting.await() shouldBe true
                }
            } finally {
                servers.resumeReplay(standby)
            }
        }

        test(
            "108 and 110: a standby over the lag limit is out, the primary serves, and the standby returns by itself"
        ) {
            val standby = 1 - servers.primary()
            servers.pauseReplay(standby)
            try {
                cluster.transaction { it.insert("lag") }
                until { check(cluster.members[standby].status == ClusterMember.Status.LAGGING) { cluster } }
                cluster.transaction(readOnly = true) { it.isStandby() } shouldBe false
                shouldThrow<SQLException> { cluster.withConnection(Target.PREFER_STANDBY) { it.insert("refused") } }
                    .sqlState shouldBe "25006" // read-only there, too
            } finally {
                servers.resumeReplay(standby)
            }
            settled()
            cluster.transaction(readOnly = true) { it.isStandby() } shouldBe true
            events.map { it.kind } shouldBe listOf(ClusterEvent.Kind.STANDBY_LAGS, ClusterEvent.Kind.STANDBY_CAUGHT_UP)
        }

        test("111: a read-only error of the user's own changes nothing") {
            val before = cluster.snapshot().map { it.closed }
            repeat(3) {
                shouldThrow<SQLException> {
                        cluster.withConnection {
                            it.isReadOnly = true
                            it.autoCommit = false
                            it.insert("refused")
                        }
                    }
                    .sqlState shouldBe "25006"
            }
            delay(300.milliseconds) // the members are asked meanwhile
            events shouldBe emptyList()
            cluster.snapshot().map { it.closed } shouldBe before
        }

        test("106, 107 and 112: killed and promoted, writers go on in order, readers are served, few calls fail")
            .config(timeout = LONG) {
                val former = servers.primary()
                times += failover(cluster, servers) { servers.kill(former) }
                servers.startAsStandby(former)
                settled()
                cluster.withConnection { it.port() } shouldBe servers.port(servers.primary())
                events.map { it.kind } shouldContain ClusterEvent.Kind.PRIMARY_CHANGED
                events.map { it.kind } shouldContain ClusterEvent.Kind.MEMBER_BACK
            }

        test("105: frozen and promoted, then thawed, the former primary gets no write").config(
            enabled = PROOF,
            timeout = LONG,
        ) {
            val former = servers.primary()
            times += failover(cluster, servers) { servers.freeze(former) }
            servers.thaw(former)
            until { check(cluster.members[former].status == ClusterMember.Status.REFUSED) { cluster } }
            events.map { it.kind } shouldContain ClusterEvent.Kind.SPLIT_BRAIN
            repeat(20) { cluster.withConnection { it.port() } shouldBe servers.port(servers.primary()) }
            servers.startAsStandby(former)
            settled()
        }

        test("103 and 106: planned switch under writes; no lease for writing is on a standby").config(
            enabled = PROOF,
            timeout = LONG,
        ) {
            val former = servers.primary()
            val onStandby = ConcurrentLinkedQueue<String>()
            coroutineScope {
                val writers =
                    List(SIZE) {
                        launch(Dispatchers.IO) {
                            while (true) {
                                try {
                                    cluster.withConnection { c ->
                                        if (c.isStandby()) onStandby.add(c.toString())
                                        c.insert("w")
                                    }
                                } catch (_: SQLException) {
                                    // cut off
                                }
                                delay(1.milliseconds)
                            }
                        }
                    }
                servers.stop(former)
                servers.promote(1 - former)
                servers.startAsStandby(former)
                settled()
                delay(500.milliseconds)
                writers.forEach { it.cancel() }
            }
            onStandby.toList() shouldBe emptyList()
        }

        test("104: the first writer is served within 250 ms of a promotion, in the median").config(
            enabled = PROOF,
            timeout = LONG,
        ) {
            repeat(5) {
                val former = servers.primary()
                times += failover(cluster, servers) { servers.kill(former) }
                servers.startAsStandby(former)
                settled()
            }
            println("from a promotion to the first writer: $times")
            times.sorted()[times.size / 2].inWholeMilliseconds shouldBeLessThan 250
        }
    })

private val PROOF = java.lang.Boolean.getBoolean("rockpool.proof")
private const val SIZE = 4

/** Copying and starting a server takes long on a busy machine. */
private val LONG = 5.minutes

private fun clusterOf(user: String, secret: String, firstUrl: String, secondUrl: String): JdbcCluster {
    // region cluster
    val cluster =
        JdbcCluster("orders") {
            pools {
                username = user
                password = secret
                maxSize = 4
                minIdle = 0
            }
            member { url = firstUrl }
            member { url = secondUrl }
            maxLag = 1.seconds
        }
    // endregion
    return cluster
}

/**
 * Takes the primary away while all leases are out and more writers wait, and promotes the standby. The writers go on at
 * the new primary, in their order; readers are served meanwhile; only calls whose lease was out fail.
 *
 * Returns how long the first writer had to wait for a connection after the server accepted writes.
 */
private suspend fun failover(cluster: JdbcCluster, servers: EmbeddedCluster, takeAway: () -> Unit): Duration {
    val next = 1 - servers.primary()
    servers.catchUp()
    val order = ConcurrentLinkedQueue<Int>()
    val failed = ConcurrentLinkedQueue<Throwable>()
    val first = coroutineScope {
        val out = List(SIZE) { kotlinx.coroutines.CompletableDeferred<Unit>() }
        val gone = kotlinx.coroutines.CompletableDeferred<Unit>()
        val holders =
            out.map { leased ->
                launch(Dispatchers.IO) {
                    try {
                        cluster.withConnection { c ->
                            leased.complete(Unit)
                            gone.await()
                            c.insert("held")
                        }
                    } catch (e: SQLException) {
                        failed.add(e)
                    }
                }
            }
        out.awaitAll()
        val waiters =
            List(6) { i ->
                async(start = CoroutineStart.UNDISPATCHED) {
                    cluster.withConnection { c ->
                        order += i
                        c.insert("waited")
                        TimeSource.Monotonic.markNow()
                    }
                }
            }
        withContext(Dispatchers.IO) { takeAway() }
        gone.complete(Unit)
        cluster.withConnection(Target.STANDBY) { it.isStandby() } shouldBe true
        order.size shouldBe 0
        withContext(Dispatchers.IO) { servers.promote(next) }
        val accepts = TimeSource.Monotonic.markNow()
        val first = waiters.awaitAll().minOf { it - accepts }
        holders.forEach { it.join() }
        first
    }
    order.first() shouldBe 0
    check(failed.size <= SIZE) { failed }
    until { check(cluster.primary?.name == "localhost:${servers.port(next)}") { cluster } }
    return first.coerceAtLeast(Duration.ZERO)
}

private fun Connection.isStandby(): Boolean = ask("select pg_is_in_recovery()") == "t"

private fun Connection.port(): Int = ask("select inet_server_port()")!!.toInt()

private fun Connection.insert(text: String): Int = ask("insert into work (at) values ('$text') returning id")!!.toInt()

private fun Connection.has(id: Int): Boolean = ask("select count(*) from work where id = $id") == "1"

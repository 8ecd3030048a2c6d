package dev.rockpool.jdbc

import dev.rockpool.InvalidConfigException
import dev.rockpool.testing.EmbeddedDatabase
import dev.rockpool.testing.FaultProxy
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import java.sql.Connection
import java.sql.SQLException
import java.time.Duration
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

/** Each budget here stands for a process. */
private class Fleet(val database: EmbeddedDatabase, val name: String, val total: Int) : AutoCloseable {
    private val opened = mutableListOf<AutoCloseable>()
    private val admin = database.connect().also { opened += it }

    fun budget(guaranteed: Int = 0, url: String = database.url()): PostgresBudget =
        PostgresBudget.builder()
            .name(name)
            .total(total)
            .guaranteed(guaranteed)
            .url(url)
            .username(database.user())
            .password(database.password())
            .build()
            .also { opened += it }

    fun pool(budget: PostgresBudget, guaranteed: Int = 0): RockpoolDataSource =
        RockpoolDataSource.builder()
            .name("pool ${opened.size}")
            .url("${database.url()}?ApplicationName=$name")
            .username(database.user())
            .password(database.password())
            .maxSize(20)
            .minIdle(0)
            .acquireTimeout(Duration.ofSeconds(20))
            .budget(budget.share(guaranteed))
            .build()
            .also { opened += it }

    /** How many sessions of pools the server has. */
    fun sessions(): Int = admin.one("select count(*) from pg_stat_activity where application_name = '$name'").toInt()

    override fun close() = opened.reversed().forEach { it.close() }
}

private fun Connection.one(sql: String): String =
    createStatement().use { statement ->
        statement.executeQuery(sql).use {
            it.next()
            it.getString(1)
        }
    }

private fun RockpoolDataSource.leases(count: Int): List<Connection> = List(count) { connection }

private fun RockpoolDataSource.refused(): String =
    shouldThrow<SQLException> { getConnection(Duration.ofMillis(300)) }.message.orEmpty()

/** On a busy machine the coordinator may not have answered yet, and the error does not know the reason. */
private suspend fun RockpoolDataSource.refusedBecause(reason: String) =
    eventually(20.seconds) { refused() shouldContain reason }

class PostgresBudgetLaws :
    FunSpec({
        val database by lazy { EmbeddedDatabase.create() }

        afterSpec { database.close() }

        suspend fun fleet(name: String, total: Int, body: suspend Fleet.() -> Unit) =
            Fleet(database, name, total).use { it.body() }

        test("4.7: processes together never have more connections than the total") {
            fleet("limit", 3) {
                val a = pool(budget())
                val b = pool(budget())
                val held = a.leases(3)
                b.refusedBecause("all processes of the budget 'limit' together have 3")
                held.first().close()
                b.connection.use { it.one("select 1") shouldBe "1" }
                sessions() shouldBeLessThanOrEqualTo 3
                held.forEach { it.close() }
            }
        }

        test("4.7: an idle connection is closed for another process whose caller waits") {
            fleet("idle", 4) {
                val first = budget()
                val a = pool(first)
                a.leases(4).forEach { it.close() }
                val b = pool(budget())
                measureTime { b.connection.close() } shouldBeLessThan 5.seconds
                sessions() shouldBeLessThanOrEqualTo 4
            }
        }

        test("4.7: what a process is guaranteed it has from the start") {
            fleet("guarantee", 4) {
                val first = budget(guaranteed = 2)
                first.held shouldBe 2
                val a = pool(first, guaranteed = 2)
                val b = pool(budget())
                val held = b.leases(2)
                b.refused()
                val own = a.leases(2)
                a.refused()
                (held + own).forEach { it.close() }
                shouldThrow<IllegalArgumentException> { first.share(3) }.message shouldBe
                    "guaranteed is 3 but must be 0 to 2, what this process is guaranteed"
            }
        }

        test("4.7: permits that nobody in a process needs go back after a short time") {
            fleet("surplus", 3) {
                val first = budget(guaranteed = 1)
                val a = pool(first)
                a.leases(3).forEach { it.close() }
                first.held shouldBe 3
                a.control().evictAll()
                eventually(10.seconds) { first.held shouldBe 1 }
            }
        }

        test("4.7: two busy processes come to have about equally many connections") {
            fleet("fair", 6) {
                val budgets = listOf(budget(), budget())
                val stop = AtomicBoolean()
                val busy =
                    budgets.map(::pool).flatMap { pool ->
                        Thread.sleep(500) // the first one takes all
                        List(10) {
                            thread { while (!stop.get()) pool.connection.use { it.one("select pg_sleep(0.005)") } }
                        }
                    }
                eventually(15.seconds) {
                    budgets.forEach { it.taken shouldBeInRange 2..4 }
                    sessions() shouldBe 6
                }
                stop.set(true)
                busy.forEach { it.join() }
            }
        }

        test("4.7: while the coordinator is away leases go on and nothing is opened, and it recovers") {
            FaultProxy.to("localhost", database.port()).use { proxy ->
                fleet("away", 4) {
                    val first = budget(url = database.url(proxy))
                    val a = pool(first)
                    val asked = a.leases(2)
                    proxy.refuse()
                    proxy.reset(FaultProxy.Links.ALL)
                    eventually(10.seconds) { first.problem shouldNotBe null }
                    val held = asked + a.leases(a.snapshot().idle) // a connect that took long was joined by another
                    held.forEach { it.one("select 1") shouldBe "1" }
                    a.refusedBecause("the coordinator of the budget is away")
                    held.first().close()
                    a.connection.use { it.one("select 1") shouldBe "1" } // an idle one is lent
                    sessions() shouldBe held.size
                    proxy.heal()
                    a.leases(5 - held.size).forEach { it.close() }
                    first.problem shouldBe null
                    held.last().close()
                }
            }
        }

        test("4.7: after a restart of the database the budget recovers, and the total holds") {
            fleet("restarted", 4) {
                val one = pool(budget(guaranteed = 1))
                val other = pool(budget(guaranteed = 1))
                (one.leases(2) + other.leases(2)).forEach { it.close() }
                database.restart(EmbeddedDatabase.Shutdown.IMMEDIATE)
                database.connect().use { admin ->
                    fun sessions() =
                        admin.one("select count(*) from pg_stat_activity where application_name = '$name'").toInt()

                    eventually(20.seconds) { // connections that were used just before the restart may be lent once
                        val leases = one.leases(3)
                        try {
                            leases.forEach { it.one("select 1") }
                            other.connection.use { it.one("select 1") }
                            sessions() shouldBe 4
                            one.refused() shouldContain "budget"
                        } finally {
                            leases.forEach { it.close() }
                        }
                    }
                }
            }
        }

        test("4.7: if others took the permits meanwhile, the total holds again once leases end") {
            FaultProxy.to("localhost", database.port()).use { proxy ->
                fleet("again", 4) {
                    val first = budget(url = database.url(proxy))
                    val a = pool(first)
                    val held = a.leases(3)
                    held.last().close()
                    proxy.refuse()
                    proxy.reset(FaultProxy.Links.ALL)
                    eventually(10.seconds) { first.problem shouldNotBe null }
                    val b = pool(budget())
                    val others = b.leases(4)
                    sessions() shouldBe 7
                    proxy.heal()
                    eventually(10.seconds) {
                        first.problem shouldBe null
                        sessions() shouldBe 6 // the idle one is closed, the leased ones stay
                    }
                    held.take(2).forEach {
                        it.one("select 1") shouldBe "1"
                        it.close()
                    }
                    eventually(10.seconds) { sessions() shouldBeLessThanOrEqualTo 4 }
                    others.forEach { it.close() }
                    a.connection.close()
                    sessions() shouldBeLessThanOrEqualTo 4
                }
            }
        }

        test("4.7: a coordinator that hangs delays no caller beyond its timeout") {
            FaultProxy.to("localhost", database.port()).use { proxy ->
                fleet("hangs", 4) {
                    val a = pool(budget(url = database.url(proxy)))
                    a.connection.close()
                    proxy.blackHole(FaultProxy.Links.ALL)
                    measureTime { a.connection.use { a.refused() } } shouldBeLessThan 2.seconds
                    proxy.heal()
                    a.leases(2).forEach { it.close() }
                }
            }
        }

        test("4.7: a coordinator behind a pooler that shares sessions is refused") {
            TransactionProxy(database.port()).use { proxy ->
                // The superuser needs no password, which this proxy could not pass on.
                val url = "jdbc:postgresql://localhost:${proxy.port()}/postgres?prepareThreshold=0"
                val builder = PostgresBudget.builder().name("pooler").total(4).url(url).username("postgres")
                shouldThrow<InvalidConfigException> { builder.build() }.message shouldContain
                    "but the coordinator's session is shared with other clients, as PgBouncer does"
            }
        }

        test("4.7: bad settings are refused with one clear error") {
            shouldThrow<InvalidConfigException> {
                    PostgresBudget.builder().name("bad").guaranteed(2).url("jdbc:mysql://x/y").build()
                }
                .message shouldBe
                "pool 'bad' is misconfigured: total is 0 but must be at least 1; " +
                    "url is jdbc:mysql://x/y but must begin with jdbc:postgresql:"
            shouldThrow<InvalidConfigException> { PostgresBudget.builder().total(2).guaranteed(3).build() }
                .message shouldContain "guaranteed is 3 but must be 0 to 2, the total; set either url or dataSource"
        }
    })

package dev.rockpool.jdbc

import dev.rockpool.BlockingConnectionHooks
import dev.rockpool.BlockingPreparer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLTransientConnectionException
import java.util.Collections
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.h2.jdbc.JdbcConnection

private data class Tenant(val schema: String)

private val BY_SCHEMA = JdbcPreparers.schema { (it as Tenant).schema }

private fun Connection.createSchema(name: String) =
    createStatement().use { statement ->
        statement.execute("create schema if not exists $name")
        statement.execute("create table if not exists $name.orders(name varchar)")
        statement.execute("merge into $name.orders key(name) values ('$name')")
    }

/** Laws 161 to 166 for JDBC: connections that are prepared for a tag. */
class TagsJdbcLaws :
    FunSpec({
        val a = Tenant("A")
        val b = Tenant("B")

        fun Connection.orders() =
            createStatement().use { it.executeQuery("select name from orders").apply { next() }.getString(1) }

        /** A pool on a database in memory, where each tenant has a schema. */
        suspend fun tenants(settings: JdbcSettings.() -> Unit = {}, body: suspend (JdbcPool) -> Unit) {
            // region tags
            val pool =
                JdbcPool("tenants") {
                    url = "jdbc:h2:mem:tags"
                    preparer = JdbcPreparers.schema { tag -> (tag as Tenant).schema }
                    maxSize = 2
                    settings()
                }
            // endregion
            try {
                pool.dataSource.connection.use { connection ->
                    for (name in listOf("public", "a", "b")) connection.createSchema(name)
                    if (!connection.autoCommit) connection.commit()
                }
                body(pool)
                pool.snapshot().leased shouldBe 0
            } finally {
                pool.close()
            }
        }

        /** A pool on a fake database that records each call, with one connection. */
        suspend fun recorded(
            preparer: BlockingPreparer<Connection> = BY_SCHEMA,
            settings: JdbcSettings.() -> Unit = {},
            body: suspend (FakeDatabase, RockpoolDataSource) -> Unit,
        ) {
            val database = FakeDatabase()
            fakePool(database) {
                    this.preparer = preparer
                    settings()
                }
                .use { body(database, it) }
        }

        test("161: coroutines, threads, transactions and flows get a connection with their tag") {
            tenants { pool ->
                // region with tag
                pool.withConnection(tag = Tenant("A")) { connection -> connection.orders() }
                // endregion
                repeat(2) {
                    for (tag in listOf(a, b)) {
                        pool.withConnection(tag = tag) { it.orders() shouldBe tag.schema.lowercase() }
                        pool.tagged(tag).transaction { it.orders() shouldBe tag.schema.lowercase() }
                        withContext(pool.dispatcher) {
                            pool.withConnection(tag = tag) { it.orders() shouldBe tag.schema.lowercase() }
                        }
                        val threads = pool.dataSource.tagged(tag)
                        threads.connection.use { it.orders() shouldBe tag.schema.lowercase() }
                        threads.transaction<String, RuntimeException> { _, connection -> connection.orders() } shouldBe
                            tag.schema.lowercase()
                        pool.dataSource.useConnection<RuntimeException>(tag) {
                            it.orders() shouldBe tag.schema.lowercase()
                        }
                    }
                    pool.withConnection { it.orders() shouldBe "public" }
                    pool.dataSource.connection.use { it.orders() shouldBe "public" }
                    pool.dataSource.transaction<String, RuntimeException> { _, connection ->
                        connection.orders()
                    } shouldBe "public"
                    pool.transaction { it.orders() shouldBe "public" }
                }
            }
        }

        test("162: a match costs no call of the driver") {
            recorded { database, pool ->
                pool.useConnection<RuntimeException>(a) {}
                database.forget()
                repeat(3) { pool.tagged(Tenant("A")).connection.close() }
                database.log().shouldBeEmpty()
                pool.tagged(b).connection.close()
                database.log().filter { "Schema" in it } shouldContainExactly listOf("connection.setSchema(B)")
            }
        }

        test("162: an idle match goes first, also for callers with a quota") {
            recorded(settings = { maxSize = 3 }) { database, pool ->
                listOf(pool.tagged(a).connection, pool.tagged(b).connection, pool.connection).forEach { it.close() }
                database.forget()
                repeat(3) { for (tag in listOf(Tenant("A"), Tenant("B"), null)) pool.tagged(tag).connection.close() }
                val jobs = pool.callers("jobs", 3)
                repeat(3) { for (tag in listOf(Tenant("A"), Tenant("B"), null)) jobs.tagged(tag).connection.close() }
                database.log().filter { "Schema" in it }.shouldBeEmpty()
            }
        }

        test("162: without a match an untagged connection goes first, then the cheapest to change") {
            val changes = mutableListOf<String>()
            var cheap = b
            val preparer =
                object : BlockingPreparer<Connection> {
                    override fun prepare(connection: Connection, tag: Any?) {
                        changes += "${connection.schema} to ${(tag as Tenant?)?.schema}"
                        BY_SCHEMA.prepare(connection, tag)
                    }

                    override fun cost(from: Any?, to: Any?) = if (from == cheap) 1 else 5
                }
            recorded(preparer, { maxSize = 3 }) { _, pool ->
                listOf(pool.tagged(a).connection, pool.tagged(b).connection, pool.connection).forEach { it.close() }
                changes.clear()
                pool.tagged(Tenant("C")).connection.close()
                pool.tagged(Tenant("D")).connection.close()
                cheap = a
                pool.tagged(Tenant("E")).connection.close()
                changes shouldContainExactly listOf("public to C", "B to D", "A to E")
            }
        }

        test("163: a tag without a name is refused") {
            recorded(JdbcPreparers.schema { " " }) { database, pool ->
                shouldThrow<SQLException> { pool.tagged(a).connection }.message shouldContain "has no name"
                database.log().filter { "setSchema" in it }.shouldBeEmpty()
            }
        }

        test("163: a failed preparation closes the connection, and the error says why") {
            val failures = AtomicInteger(1)
            val failing =
                BlockingPreparer<Connection> { connection, tag ->
                    if (failures.getAndDecrement() > 0) throw SQLException("no such tenant", "3F000")
                    BY_SCHEMA.prepare(connection, tag)
                }
            recorded(failing) { database, pool ->
                pool.useConnection<RuntimeException>(a) { it.schema shouldBe "A" }
                database.connections.size shouldBe 2
                database.open() shouldBe 1
                failures.set(3)
                shouldThrow<SQLException> { pool.tagged(b).connection }.message shouldContain "no such tenant"
                until { check(database.open() == 0) }
            }
        }

        test("164: what a user changes is set back to the state of the tag") {
            tenants({ maxSize = 1 }) { pool ->
                val users =
                    listOf<(Connection) -> Unit>(
                        { it.schema = "B" },
                        { it.createStatement().use { s -> s.execute("set schema b") } },
                        {
                            it.autoCommit = false
                            it.schema = "B"
                            it.rollback()
                        },
                        {
                            it.autoCommit = false
                            it.createStatement().use { s -> s.execute("set schema b") }
                        },
                        {
                            it.isReadOnly = true
                            it.transactionIsolation = Connection.TRANSACTION_SERIALIZABLE
                        },
                    )
                for (use in users) {
                    for (tag in listOf(a, b)) {
                        pool.dataSource.tagged(tag).connection.use(use)
                        pool.dataSource.tagged(tag).connection.use { it.orders() shouldBe tag.schema.lowercase() }
                    }
                    pool.dataSource.connection.use(use)
                    pool.dataSource.connection.use { it.orders() shouldBe "public" }
                }
            }
        }

        test("164: a cached statement of one tag is not run for another") {
            tenants({
                maxSize = 1
                statementCacheSize = 10
            }) { pool ->
                for (tag in listOf(a, b, a)) {
                    pool.dataSource.tagged(tag).connection.use { connection ->
                        connection.prepareStatement("select name from orders").use { statement ->
                            statement.executeQuery().apply { next() }.getString(1) shouldBe tag.schema.lowercase()
                        }
                    }
                }
            }
        }

        test("164: without autocommit the state of a tag survives a rollback") {
            tenants({
                maxSize = 1
                autoCommit = false
            }) { pool ->
                repeat(2) {
                    pool.dataSource.tagged(a).connection.use {
                        it.orders() shouldBe "a"
                        it.rollback()
                        it.orders() shouldBe "a"
                    }
                }
                pool.dataSource.connection.use { it.orders() shouldBe "public" }
            }
        }

        test("165: after a reset, or work with the driver's object, the connection is prepared again") {
            val prepared = Collections.synchronizedList(mutableListOf<Any?>())
            val counting =
                BlockingPreparer<Connection> { connection, tag ->
                    prepared += tag
                    BY_SCHEMA.prepare(connection, tag)
                }
            recorded(counting, { resetSql = listOf("discard all") }) { _, pool ->
                repeat(2) { pool.useConnection<RuntimeException>(a) { it.touch() } }
                prepared shouldContainExactly listOf(a, a)
            }
            tenants({
                maxSize = 1
                preparer = counting
            }) { pool ->
                prepared.clear()
                pool.withConnection(tag = a) { it.unwrap(JdbcConnection::class.java).schema = "B" }
                repeat(2) { pool.withConnection(tag = a) { it.orders() shouldBe "a" } }
                prepared shouldContainExactly listOf(a, a)
            }
        }

        test("165: a state that is not trusted is prepared again once something ran") {
            val prepared = AtomicInteger()
            val untrusted =
                object : BlockingPreparer<Connection> {
                    override fun prepare(connection: Connection, tag: Any?) {
                        prepared.incrementAndGet()
                    }

                    override fun isPrepared(connection: Connection, tag: Any?, used: Boolean) = !used
                }
            recorded(untrusted) { _, pool ->
                repeat(3) { pool.tagged(a).connection.close() }
                prepared.get() shouldBe 1
                pool.useConnection<RuntimeException>(a) { it.touch() }
                pool.useConnection<RuntimeException>(a) { it.touch() }
                prepared.get() shouldBe 2
                repeat(3) { pool.tagged(a).connection.close() }
                prepared.get() shouldBe 3
            }
        }

        test("161: hooks run after the preparation, and quotas hold for tags") {
            val seen = mutableListOf<String>()
            val hooks =
                object : BlockingConnectionHooks<Connection> {
                    override fun beforeLend(connection: Connection) {
                        seen += connection.schema
                    }
                }
            tenants({ this.hooks = hooks }) { pool ->
                seen.clear()
                pool.withConnection(tag = a) {}
                pool.dataSource.tagged(b).connection.close()
                pool.withConnection {}
                seen shouldContainExactly listOf("A", "B", "PUBLIC")
                val jobs = pool.callers("jobs", 1).tagged(a)
                jobs.withConnection {
                    it.orders() shouldBe "a"
                    jobs.quota().leased shouldBe 1
                    shouldThrow<SQLTransientConnectionException> {
                            jobs.dataSource.getConnection(java.time.Duration.ofMillis(10))
                        }
                        .message shouldContain "the quota was the limit: callers 'jobs' have 1 of 1 connections"
                }
            }
        }

        test("167: a pool without a preparer says that it knows no tags") {
            recordedPlain { pool ->
                shouldThrow<IllegalStateException> { pool.tagged(a) }.message shouldBe
                    "pool 'fake' knows no tags, because it has no preparer"
                shouldThrow<IllegalStateException> { pool.callers("jobs", 1).tagged(a) }
            }
        }

        test("161: many callers with random tags, threads and coroutines, each find their own tenant") {
            val seed = System.getProperty("rockpool.seed")?.toLong() ?: Random.nextLong(1_000_000)
            withClue("rerun with -Drockpool.seed=$seed") {
                tenants({ statementCacheSize = 10 }) { pool ->
                    coroutineScope {
                        repeat(6) { worker ->
                            val random = Random(seed + worker)
                            // Callers that block need threads that no coroutine with a lease waits for.
                            launch(if (worker % 2 == 0) Dispatchers.Default else Dispatchers.IO) {
                                repeat(60) {
                                    val tag = listOf(a, b, null).random(random)
                                    val expected = tag?.schema?.lowercase() ?: "public"
                                    val view = if (tag == null && random.nextBoolean()) null else pool.tagged(tag)
                                    val use: (Connection) -> Unit = {
                                        it.orders() shouldBe expected
                                        if (random.nextInt(3) == 0)
                                            it.schema = listOf("A", "B", "PUBLIC").random(random)
                                    }
                                    if (worker % 2 == 0)
                                        view?.withConnection { use(it) } ?: pool.withConnection { use(it) }
                                    else (view?.dataSource?.connection ?: pool.dataSource.connection).use(use)
                                }
                            }
                        }
                    }
                }
            }
        }
    })

private fun recordedPlain(body: (RockpoolDataSource) -> Unit) = fakePool(FakeDatabase()).use(body)

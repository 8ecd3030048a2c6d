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
                    pool.dataSource.tagged(a).connection.use(use)
                    pool.dataSource.tagged(a).connection.use { it.orders() shouldBe "a" }
                    pool.dataSource.tagged(b).connection.use { it.orders() shouldBe "b" }
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
                            launch(Dispatchers.Default) {
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

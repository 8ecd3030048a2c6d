package dev.rockpool.jdbc

import dev.rockpool.AcquireTimeoutException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.SQLException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

class OpeningLaws :
    FunSpec({
        test("32 a connection is set up before it is lent, once, and the mode of commit comes last") {
            val database = FakeDatabase()
            val settings: JdbcSettings.() -> Unit = {
                username = "app"
                autoCommit = false
                readOnly = true
                transactionIsolation = 8
                catalog = "shop"
                schema = "orders"
                initSql = listOf("one", "two")
            }
            fakePool(database, settings).use { pool ->
                repeat(3) { pool.connection.close() }
                database.log().filterNot {
                    it.endsWith("getAutoCommit()") || "etaData" in it || "getDatabaseProductName" in it
                } shouldContainExactly
                    listOf(
                        "driver.connect(app)",
                        "connection.setReadOnly(true)",
                        "connection.setTransactionIsolation(8)",
                        "connection.setCatalog(shop)",
                        "connection.setSchema(orders)",
                        "connection.createStatement()",
                        "statement.execute(one)",
                        "statement.execute(two)",
                        "statement.close()",
                        "connection.setAutoCommit(false)",
                        "connection.clearWarnings()",
                    )
            }
        }

        test("32 init SQL that fails is a connect failure, and the half-open connection is closed") {
            val database = FakeDatabase()
            database.on("statement.execute") { throw SQLException("no such table", "42P01") }
            fakePool(database) {
                    initSql = listOf("select from nowhere")
                    acquireTimeout = 1.seconds
                }
                .use { pool ->
                    shouldThrow<SQLException> { pool.connection }.message shouldContain "no such table"
                    until { check(database.open() == 0 && database.connections.isNotEmpty()) }
                }
        }

        test("32 the failure of a setup is the cause, also if the connection cannot be closed then") {
            val database = FakeDatabase()
            database.on("connection.close") { error("closing failed, too") }
            fakePool(database) { customizer = ConnectionCustomizer { throw SQLException("the real cause", "42601") } }
                .use { pool ->
                    val failure = shouldThrow<SQLException> { pool.connection }
                    generateSequence<Throwable>(failure) { it.cause }.joinToString() shouldContain "the real cause"
                }
        }

        test("35 code that sets up the first connection can close the pool, and does not wait for itself") {
            val source = CompletableFuture<RockpoolDataSource>()
            val closed = CountDownLatch(1)
            val pool =
                fakePool(FakeDatabase()) {
                    minIdle = 1
                    closeTimeout = 1.hours
                    customizer = ConnectionCustomizer {
                        source.get().close(java.time.Duration.ZERO)
                        closed.countDown()
                    }
                }
            source.complete(pool)
            closed.await(30, TimeUnit.SECONDS) shouldBe true
        }

        test("25 a driver that returns no connection is an error at once") {
            val database = FakeDatabase()
            database.on("driver.connect") { null }
            fakePool(database).use { pool ->
                shouldThrow<SQLException> { pool.connection }.message shouldContain "gave no connection"
            }
        }

        test("25 a driver that throws an Error does not kill the pool") {
            val database = FakeDatabase()
            val failures = AtomicInteger()
            database.on("driver.connect") {
                if (failures.incrementAndGet() <= 2) throw NoClassDefFoundError("x") else FakeDatabase.RECORD_ONLY
            }
            fakePool(database).use { pool -> pool.connection.close() }
            failures.get() shouldBe 3
        }

        test("23 a connection that arrives after its connect timed out is closed, not lost") {
            val database = FakeDatabase()
            val arrive = CountDownLatch(1)
            database.on("driver.connect") {
                arrive.await()
                FakeDatabase.RECORD_ONLY
            }
            fakePool(database) {
                    connectTimeout = 50.milliseconds
                    acquireTimeout = 200.milliseconds
                }
                .use { pool ->
                    shouldThrow<AcquireTimeoutException> { pool.asJdbcPool().withConnection {} }
                    database.connections.shouldBeEmpty()
                    arrive.countDown()
                    pool.close()
                    until { check(database.connections.isNotEmpty() && database.open() == 0) }
                }
        }

        test("24 an idle connection that died is replaced without an error, although its probe hangs") {
            val database = FakeDatabase()
            val never = CountDownLatch(1)
            fakePool(database) {
                    trustWindow = 1.milliseconds
                    probeTimeout = 50.milliseconds
                }
                .use { pool ->
                    pool.connection.close()
                    database.on("connection.isValid") { never.await() }
                    until { check(pool.connection.use { database.connections.size } == 2) }
                    until { check(database.connections[0].closed) }
                    database.log().count { it.startsWith("connection.isValid") } shouldBe 1
                    never.countDown()
                }
        }

        test("a test query probes connections instead of isValid") {
            val database = FakeDatabase()
            fakePool(database) {
                    trustWindow = 1.milliseconds
                    testQuery = "select 1 from dual"
                    autoCommit = false
                }
                .use { pool ->
                    until {
                        pool.connection.close()
                        check("statement.execute(select 1 from dual)" in database.log())
                    }
                    val proof = database.log().dropWhile { it != "statement.execute(select 1 from dual)" }
                    proof.filter { it.endsWith("rollback()") }.size shouldBe 1
                }
        }
    })

package dev.rockpool.jdbc

import dev.rockpool.BlockingConnectionHooks
import dev.rockpool.ConnectFailedException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.mockk.every
import io.mockk.just
import io.mockk.mockk
import io.mockk.runs
import io.mockk.verifySequence
import java.sql.Connection
import java.sql.SQLException
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

class CustomizingLaws :
    FunSpec({
        test("32 the customizer is called once per connection, with the driver's connection, after the init SQL") {
            val database = FakeDatabase()
            val seen = CopyOnWriteArrayList<Connection>()
            fakePool(database) {
                    initSql = listOf("init")
                    customizer = ConnectionCustomizer {
                        seen += it
                        it.touch()
                    }
                }
                .use { pool ->
                    repeat(3) { pool.connection.close() }
                    seen.single() shouldBeSameInstanceAs database.connections.single().proxy
                    database.log().filter { "execute" in it } shouldContainExactly
                        listOf("statement.execute(init)", "statement.execute(touch)")
                }
        }

        test("8 what the customizer sets is restored for every user") {
            val database = FakeDatabase()
            fakePool(database) { customizer = ConnectionCustomizer { it.schema = "custom" } }
                .use { pool ->
                    pool.connection.use { it.schema = "mine" }
                    pool.connection.use { it.schema shouldBe "custom" }
                }
        }

        test("32 a customizer that fails is a connect failure, and the connection is closed") {
            val database = FakeDatabase()
            fakePool(database) {
                    acquireTimeout = 1.seconds
                    customizer = ConnectionCustomizer { throw SQLException("not like this") }
                }
                .use { pool ->
                    shouldThrow<SQLException> { pool.connection }.message shouldContain "not like this"
                    until { check(database.open() == 0 && database.connections.isNotEmpty()) }
                }
        }

        test("16 reset SQL runs if a statement ran, and a clean return makes no call") {
            withFake({ resetSql = listOf("discard", "more") }) { database, pool ->
                pool.connection.close()
                pool.connection.use { it.autoCommit }
                database.log().filter { "execute" in it }.shouldBeEmpty()
                pool.connection.use { it.touch() }
                database.log().filter { "execute" in it } shouldContainExactly
                    listOf("statement.execute(touch)", "statement.execute(discard)", "statement.execute(more)")
            }
        }

        test("12 reset SQL runs after the rollback, outside a transaction, and before the settings") {
            val settings: JdbcSettings.() -> Unit = {
                autoCommit = false
                schema = "orders"
                resetSql = listOf("discard")
            }
            withFake(settings) { database, pool ->
                pool.connection.use { it.touch() }
                database.log().dropWhile { "rollback" !in it } shouldContainExactly
                    listOf(
                        "connection.rollback()",
                        "connection.setAutoCommit(true)",
                        "connection.createStatement()",
                        "statement.execute(discard)",
                        "statement.close()",
                        "connection.setSchema(orders)",
                        "connection.setAutoCommit(false)",
                        "connection.clearWarnings()",
                    )
            }
        }

        test("13 reset SQL that fails discards the connection") {
            withFake({ resetSql = listOf("discard") }) { database, pool ->
                database.on("statement.execute") {
                    if (it.arguments[0] == "discard") throw SQLException("no") else FakeDatabase.RECORD_ONLY
                }
                pool.connection.use { it.touch() }
                pool.connection.close()
                database.connections.size shouldBe 2
            }
        }

        test("reset SQL clears session state on PostgreSQL") {
            val pool =
                postgresPool("reset") {
                    maxSize = 1
                    schema = "pg_catalog"
                    autoCommit = false
                    resetSql = listOf("discard all")
                }
            pool.withConnection {
                it.run("set session work_mem = '7MB'")
                it.run("create temporary table leftover (x int)")
                it.commit()
            }
            pool.withConnection {
                it.ask("show work_mem") shouldBe "4MB"
                it.ask("show search_path") shouldContain "pg_catalog"
                it.ask("select count(*) from pg_class where relname = 'leftover'") shouldBe "0"
            }
            pool.snapshot().opened shouldBe 1
            pool.close()
        }

        test("32 the setup that reset SQL undoes is repeated in the same order, outside a transaction") {
            val settings: JdbcSettings.() -> Unit = {
                autoCommit = false
                schema = "orders"
                initSql = listOf("init one", "init two")
                customizer = ConnectionCustomizer { it.catalog = "custom" }
                resetSql = listOf("discard")
            }
            withFake(settings) { database, pool ->
                pool.connection.use { it.touch() }
                database
                    .log()
                    .dropWhile { "discard" !in it }
                    .filterNot { "Statement" in it || "close" in it } shouldContainExactly
                    listOf(
                        "statement.execute(discard)",
                        "connection.setSchema(orders)",
                        "statement.execute(init one)",
                        "statement.execute(init two)",
                        "connection.setCatalog(custom)",
                        "connection.setAutoCommit(false)",
                        "connection.clearWarnings()",
                    )
            }
        }

        test("32 on PostgreSQL the role set by init SQL also applies to the next user after DISCARD ALL") {
            Postgres.direct().use {
                it.run("drop role if exists app9")
                it.run("create role app9")
            }
            val pool =
                postgresPool("role") {
                    maxSize = 1
                    initSql = listOf("set role app9", "set application_name = 'orders'")
                    resetSql = listOf("discard all")
                }
            repeat(3) {
                pool.withConnection {
                    it.ask("select current_user") shouldBe "app9"
                    it.ask("show application_name") shouldBe "orders"
                    it.run("set application_name = 'mine'")
                }
            }
            pool.snapshot().opened shouldBe 1
            pool.close()
        }

        test("hooks get the driver's connection when it is opened, before it is lent and after it is returned") {
            val database = FakeDatabase()
            val hooks = mockk<BlockingConnectionHooks<Connection>>(relaxUnitFun = true)
            val user = mockk<Runnable>(relaxUnitFun = true)
            fakePool(database) { this.hooks = hooks }
                .use { pool ->
                    pool.connection.use { user.run() }
                    pool.asJdbcPool().withConnection { user.run() }
                    withContext(Dispatchers.IO) { pool.asJdbcPool().withConnection { user.run() } }
                    val driver = database.connections.single().proxy as Connection
                    verifySequence {
                        hooks.afterOpen(refEq(driver))
                        repeat(3) {
                            hooks.beforeLend(refEq(driver))
                            user.run()
                            hooks.afterReturn(refEq(driver))
                        }
                    }
                }
        }

        test("a connection whose hook fails is closed, and its caller gets another one, at most three") {
            val database = FakeDatabase()
            val hooks = mockk<BlockingConnectionHooks<Connection>>(relaxUnitFun = true)
            val failures = AtomicInteger()
            every { hooks.beforeLend(any()) } answers { check(failures.getAndDecrement() <= 0) { "hook" } }
            fakePool(database) { this.hooks = hooks }
                .use { pool ->
                    failures.set(2)
                    pool.connection.close()
                    database.connections.size shouldBe 3
                    failures.set(3)
                    shouldThrow<SQLException> { pool.connection }.message shouldContain "could be prepared"
                    failures.set(2)
                    pool.asJdbcPool().withConnection { it.touch() }
                    failures.set(3)
                    shouldThrow<ConnectFailedException> { pool.asJdbcPool().withConnection {} }
                    pool.allHome()
                    pool.snapshot().leased shouldBe 0
                }
        }

        test("7 a hook that fails after its caller's time is named, with its failure as the cause") {
            val hooks = mockk<BlockingConnectionHooks<Connection>>(relaxUnitFun = true)
            fakePool(FakeDatabase()) {
                    this.hooks = hooks
                    acquireTimeout = 300.milliseconds
                }
                .use { pool ->
                    pool.connection.close()
                    every { hooks.beforeLend(any()) } answers
                        {
                            val late = System.nanoTime() + 310.milliseconds.inWholeNanoseconds
                            while (System.nanoTime() < late) Thread.onSpinWait()
                            error("no tenant")
                        }
                    val failure = shouldThrow<SQLException> { pool.connection }
                    failure.message shouldContain "one could not be prepared for the caller: no tenant"
                    failure.cause?.message shouldBe "no tenant"
                }
        }

        test(
            "a connection whose return hook fails is not lent again, and transactions begun by hooks are rolled back"
        ) {
            val database = FakeDatabase()
            val hooks = mockk<BlockingConnectionHooks<Connection>>(relaxUnitFun = true)
            fakePool(database) {
                    this.hooks = hooks
                    autoCommit = false
                }
                .use { pool ->
                    pool.connection.close()
                    database.log().count { "rollback" in it } shouldBe 2
                    every { hooks.afterReturn(any()) } throws IllegalStateException("hook")
                    pool.connection.close()
                    every { hooks.afterReturn(any()) } just runs
                    pool.connection.close()
                    database.connections.size shouldBe 2
                }
        }
    })

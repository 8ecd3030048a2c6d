package dev.rockpool.jdbc

import dev.rockpool.ConnectFailedException
import dev.rockpool.InvalidConfigException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.DriverManager
import java.sql.SQLException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds

class SqliteMemoryLaws :
    FunSpec({
        val names = AtomicInteger()

        fun memoryPool(settings: JdbcSettings.() -> Unit = {}): RockpoolDataSource =
            JdbcPool("memory") {
                    url = "jdbc:sqlite:file:laws${names.incrementAndGet()}?mode=memory&cache=shared"
                    settings()
                }
                .dataSource

        test("a private in-memory database is rejected, unless the pool has exactly one connection and keeps it") {
            for (private in listOf("jdbc:sqlite::memory:", "jdbc:sqlite:", "jdbc:sqlite:file:a?mode=memory")) {
                val error = shouldThrow<InvalidConfigException> { JdbcConfig { url = private } }
                error.problems shouldHaveSize 1
                error.message shouldContain "jdbc:sqlite:file:NAME?mode=memory&cache=shared"
                shouldThrow<InvalidConfigException> {
                    JdbcConfig {
                        url = private
                        maxSize = 1
                    }
                }
                JdbcPool("one") {
                        url = private
                        maxSize = 1
                        maxLifetime = null
                    }
                    .dataSource
                    .use { pool ->
                        pool.createCounter()
                        pool.connection.use { it.transaction { readThenIncrement() } }
                        pool.count() shouldBe 1
                    }
            }
        }

        test("an unknown transaction_mode is rejected with a list of the modes") {
            val error =
                shouldThrow<InvalidConfigException> {
                    JdbcConfig { url = "jdbc:sqlite:some.db?transaction_mode=never" }
                }
            error.problems shouldHaveSize 1
            error.message shouldContain "transaction_mode is 'NEVER' but must be one of DEFERRED, IMMEDIATE, EXCLUSIVE"
        }

        test("a shared database survives the retirement of all its connections, and ends with the pool") {
            val pool = memoryPool {
                minIdle = 0
                idleTimeout = 20.milliseconds
                maxLifetime = 40.milliseconds
                statsInterval = 5.milliseconds
            }
            val again = pool.asJdbcPool().config
            pool.use {
                pool.createCounter()
                pool.connection.use { it.increment() }
                until { pool.snapshot().apply { check(total == 0 && closed > 0) { this } } }
                pool.count() shouldBe 1
            }
            JdbcPool(again).dataSource.use {
                shouldThrow<SQLException> { it.count() }.message shouldContain "no such table"
            }
        }

        test("100 threads that read and write a shared database lose no update and get no LOCKED") {
            memoryPool().use { pool ->
                pool.createCounter()
                atOnce(100) { i ->
                    repeat(10) {
                        pool.connection.use { c ->
                            when (i % 4) {
                                0 -> c.increment()
                                1 -> c.transaction { readThenIncrement() }
                                2 -> c.count()
                                else -> {
                                    c.isReadOnly = true
                                    c.transaction { count() }
                                }
                            }
                        }
                    }
                }
                pool.count() shouldBe 500
                pool.snapshot().closed shouldBe 0
            }
        }

        test("in a shared database tables can be created while others are read") {
            memoryPool().use { pool ->
                pool.createCounter()
                atOnce(10) { i ->
                    repeat(20) { n ->
                        pool.connection.use { c ->
                            if (i % 2 == 0) c.run("create table made_${i}_$n(x)")
                            else c.metaData.getTables(null, null, "counter", null).use { it.next() shouldBe true }
                        }
                    }
                }
                pool.connection.use { it.ask("select count(*) from sqlite_master") } shouldBe "101"
            }
        }

        test("a reader of a shared database holds the lock until its result set is closed") {
            memoryPool().use { pool ->
                pool.createCounter()
                pool.connection.use { c ->
                    c.createStatement().use { statement ->
                        val rows = statement.executeQuery("select n from counter")
                        rows.next() shouldBe true
                        val writer = Writer(pool).waits()
                        rows.close()
                        writer.succeeds()
                    }
                }
                pool.count() shouldBe 1
            }
        }

        test("a pool with autoCommit off on a shared database holds no lock while its connections are idle") {
            memoryPool {
                    autoCommit = false
                    trustWindow = 1.milliseconds
                }
                .use { pool ->
                    pool.createCounter()
                    atOnce(10) {
                        repeat(10) {
                            pool.connection.use { c ->
                                c.readThenIncrement()
                                c.commit()
                            }
                        }
                    }
                    pool.count() shouldBe 100
                }
        }

        test("a start that fails leaves no database in memory behind") {
            val memory = "jdbc:sqlite:file:failed?mode=memory&cache=shared"
            shouldThrow<ConnectFailedException> {
                JdbcPool("memory") {
                    url = memory
                    startup = Startup.FailFast
                    initSql = listOf("create table kept(n int)", "nonsense")
                }
            }
            DriverManager.getConnection(memory).use { direct ->
                direct.ask("select count(*) from sqlite_master") shouldBe "0"
            }
        }
    })

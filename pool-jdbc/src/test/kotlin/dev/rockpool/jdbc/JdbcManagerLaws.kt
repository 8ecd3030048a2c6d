package dev.rockpool.jdbc

import dev.rockpool.ConnectFailedException
import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolManager
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.sql.SQLException
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CyclicBarrier
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** Laws 61 to 67 of many pools, for JDBC pools of a manager. */
class JdbcManagerLaws :
    FunSpec({
        fun h2(name: String): JdbcSettings.() -> Unit = {
            url = "jdbc:h2:mem:$name;DB_CLOSE_DELAY=-1"
            maxSize = 2
        }

        test("61: a hundred threads that ask for one name create one JDBC pool, for data sources too") {
            PoolManager().use { pools ->
                val config = JdbcConfig {
                    name = "orders"
                    h2("orders")()
                }
                val barrier = CyclicBarrier(100)
                val found = CopyOnWriteArrayList<RockpoolDataSource>()
                val threads =
                    List(100) {
                        thread {
                            barrier.await()
                            found += pools.dataSource(config)
                        }
                    }
                threads.forEach(Thread::join)
                found.size shouldBe 100
                found.distinct().size shouldBe 1
                pools.jdbc("orders", h2("orders")) shouldBeSameInstanceAs found[0].asJdbcPool()
                pools.findJdbc("orders") shouldBeSameInstanceAs found[0].asJdbcPool()
                pools.findDataSource("orders") shouldBeSameInstanceAs found[0]
                pools.findJdbc("users").shouldBeNull()
                shouldThrow<IllegalArgumentException> { pools.get("orders") }.message shouldBe
                    "pool 'orders' is a JdbcPool, not a generic pool"
                found[0].connection.use { it.ask("select 1") shouldBe "1" }
                pools.stats().getValue("orders").acquired shouldBe 1
            }
        }

        test("63: a pool that cannot start leaves no entry, and all concurrent callers get the error") {
            PoolManager().use { pools ->
                val barrier = CyclicBarrier(8)
                val failures = CopyOnWriteArrayList<Throwable>()
                val threads =
                    List(8) {
                        thread {
                            barrier.await()
                            runCatching {
                                    pools.jdbc("orders") {
                                        url = "jdbc:h2:tcp://localhost:1/none"
                                        startup = Startup.FailFast
                                    }
                                }
                                .onFailure(failures::add)
                        }
                    }
                threads.forEach(Thread::join)
                failures.size shouldBe 8
                failures.all { it is ConnectFailedException } shouldBe true
                pools.names.shouldBeEmpty()
                pools.jdbc("orders", h2("later")).withConnection { it.ask("select 1") } shouldBe "1"
            }
        }

        test("65: an empty JDBC pool closes itself, and is created again with the same settings") {
            PoolManager(idlePoolTimeout = 50.milliseconds).use { pools ->
                val settings: JdbcSettings.() -> Unit = {
                    h2("again")()
                    minIdle = 0
                    idleTimeout = 50.milliseconds
                    statsInterval = 20.milliseconds
                }
                val first = pools.jdbc("again", settings)
                first.withConnection { it.ask("select 1") } shouldBe "1"
                eventually(10.seconds) { pools.names.shouldBeEmpty() }
                shouldThrow<SQLException> { first.dataSource.connection }.sqlState shouldBe "HY010"
                val second = pools.jdbc("again", settings)
                second.snapshot().acquired shouldBe 0
                second.withConnection { it.ask("select 1") } shouldBe "1"
            }
        }

        test("the manager of the documents") {
            val ordersUrl = "jdbc:h2:mem:documents"
            val ask = { pool: JdbcPool -> pool.snapshot().maxSize }
            // region manager
            val pools = PoolManager(idlePoolTimeout = 10.minutes)
            val orders =
                pools.jdbc("orders") {
                    url = ordersUrl
                    minIdle = 0
                }
            ask(orders)
            pools.health().forEach { (name, health) -> println("$name: $health") }
            pools.close(10.seconds)
            // endregion
            pools.names.shouldBeEmpty()
        }

        test("other settings of an existing name are named without secrets") {
            PoolManager().use { pools ->
                val create = { secret: String, size: Int, path: String ->
                    pools.jdbc("orders") {
                        url = "jdbc:h2:mem:$path;DB_CLOSE_DELAY=-1"
                        username = "sa"
                        password = secret
                        properties = mapOf("TRACE_LEVEL_FILE" to "0")
                        maxSize = size
                        initSql = listOf("select '$path'")
                        slowStatementListener = SlowStatementListener { println(path) }
                    }
                }
                val pool = create("one-secret", 2, "one")
                create("one-secret", 2, "one") shouldBeSameInstanceAs pool
                val error = shouldThrow<InvalidConfigException> { create("two-secret", 3, "two") }
                error.problems.shouldContainExactly(
                    "url differs",
                    "initSql differs",
                    "password differs",
                    "maxSize is 3 but the existing pool has 2",
                )
                error.message shouldNotContain "secret"
                shouldThrow<InvalidConfigException> { pools.pool("orders", dev.rockpool.testing.ScriptedFactory()) }
                    .problems
                    .shouldContainExactly("it is a generic pool but the existing pool is a JDBC pool")
            }
        }
    })

package dev.rockpool.jdbc

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.BlockingConnectionHooks
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.Connection
import java.sql.SQLTransientConnectionException
import javax.sql.DataSource
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Laws 168 to 170 for JDBC: coroutines, threads, transactions and flows with a quota, in real time. */
class CallersJdbcLaws :
    FunSpec({
        suspend fun orders(settings: JdbcSettings.() -> Unit = {}, body: suspend (JdbcPool) -> Unit) {
            val pool =
                JdbcPool("orders") {
                    url = "jdbc:h2:mem:callers"
                    maxSize = 3
                    settings()
                }
            try {
                body(pool)
                eventually(20.seconds) { pool.snapshot().run { leased + pending } shouldBe 0 }
            } finally {
                pool.close(1.seconds)
            }
        }

        fun Connection.one() = createStatement().use { it.executeQuery("select 1").apply { next() }.getInt(1) }

        test("168: coroutines, threads, transactions and flows share the quota of their class") {
            orders { pool ->
                // region callers
                val jobs = pool.callers("jobs", max = 1)
                jobs.withConnection { connection -> connection.one() }
                // endregion
                jobs.withConnection { held ->
                    jobs.quota().leased shouldBe 1
                    val timeout = java.time.Duration.ofMillis(10)
                    shouldThrow<SQLTransientConnectionException> { jobs.dataSource.getConnection(timeout) }
                        .sqlState shouldBe "HYT00"
                    shouldThrow<AcquireTimeoutException> { jobs.withConnection(10.milliseconds) {} }
                        .quota
                        ?.isLimit shouldBe true
                    pool.withConnection { it.one() + held.one() shouldBe 2 }
                }
                jobs.transaction { jobs.quota().leased shouldBe 1 }
                jobs.dataSource.transaction<Unit, RuntimeException> { _, _ -> jobs.quota().leased shouldBe 1 }
                jobs.flow { emit(it.one()) }.toList() shouldContainExactly listOf(1)
                withContext(pool.dispatcher) { jobs.withConnection { it.one() } }
                jobs.quota().leased shouldBe 0
            }
        }

        test("168: a thread held back by its quota does not hold others back") {
            orders { pool ->
                val jobs: DataSourceView = pool.dataSource.callers("jobs", 1)
                val held = jobs.connection
                val waiting = thread { jobs.useConnection<RuntimeException> { it.one() } }
                coroutineScope {
                    launch(Dispatchers.Default) { jobs.asJdbcView().withConnection { it.one() } }
                    eventually(20.seconds) { pool.snapshot().pending shouldBe 2 }
                    pool.dataSource.connection.use { it.one() }
                    pool.withConnection { it.one() }
                    pool.snapshot().pending shouldBe 2
                    held.close()
                }
                waiting.join()
                jobs.quota().waiting shouldBe 0
            }
        }

        test("168: a pool with hooks keeps to the quota, and prepares the connection") {
            var prepared = 0
            val hooks =
                object : BlockingConnectionHooks<Connection> {
                    override fun beforeLend(connection: Connection) {
                        prepared++
                    }
                }
            orders({ this.hooks = hooks }) { pool ->
                val jobs = pool.callers("jobs", max = 1)
                jobs.withConnection {
                    shouldThrow<SQLTransientConnectionException> {
                        jobs.dataSource.getConnection(java.time.Duration.ZERO)
                    }
                }
                jobs.dataSource.connection.close()
                prepared shouldBe 2
            }
        }

        test("169: reserved places are kept from the callers of the pool itself") {
            orders { pool ->
                val web: DataSource = pool.dataSource.callers("web", 3, 2)
                val plain = pool.dataSource.connection
                val error =
                    shouldThrow<SQLTransientConnectionException> {
                        pool.dataSource.getConnection(java.time.Duration.ofMillis(10))
                    }
                error.message shouldContain "what is left is reserved for others: 2"
                val own = List(2) { web.connection }
                own.forEach { it.close() }
                plain.close()
                web.unwrap(JdbcPool::class.java) shouldBe pool
                web.unwrap(JdbcView::class.java).name shouldBe "web"
                web.toString() shouldBe
                    "callers 'web' of pool 'orders': callers 'web' have 0 of 3 connections, 0 wait, 2 reserved"
            }
        }
    })

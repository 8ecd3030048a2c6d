package dev.rockpool.jdbc

import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectionStatus
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.Enabled
import io.kotest.core.test.TestScope
import io.kotest.matchers.comparables.shouldBeLessThanOrEqualTo
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.sql.Connection
import java.sql.SQLException
import java.sql.Statement
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds

/**
 * A database, other than PostgreSQL, on which the main laws are tested.
 *
 * @property unknown the URL of a missing database on the same server
 * @property session the query for the id of the present session
 * @property kill ends the session with this id, through another one
 */
class Dialect(
    val url: String,
    val unknown: String,
    val session: String,
    val kill: (String) -> String,
    val username: String = "app",
    val password: String = "secret-of-app",
)

/**
 * The laws that a driver can break.
 *
 * @param missing why this database cannot be tested here; null if it can
 */
abstract class DatabaseLaws(private val missing: () -> String? = { null }, start: () -> Dialect) : FunSpec() {
    private val dialect by lazy(start)

    private fun law(name: String, test: suspend TestScope.() -> Unit) =
        test(name).config(enabledOrReasonIf = { missing()?.let(Enabled::disabled) ?: Enabled.enabled }, test = test)

    private fun pool(settings: JdbcSettings.() -> Unit = {}): RockpoolDataSource =
        JdbcPool("laws") {
                url = dialect.url
                username = dialect.username
                password = dialect.password
                maxSize = 1
                minIdle = 0
                trustWindow = null
                settings()
            }
            .dataSource

    private fun Connection.insert(number: Int) = run("insert into laws (x) values ($number)")

    private fun Connection.rows() = ask("select count(*) from laws")

    private fun Connection.kill(session: String?) = run(dialect.kill(checkNotNull(session)))

    init {
        beforeTest {
            pool().use { pool ->
                pool.connection.use {
                    it.run("drop table if exists laws")
                    it.run("create table laws (id int auto_increment primary key, x int)")
                }
            }
        }

        law("2 3 a closed connection, and what it handed out, do nothing any more") {
            pool().use { pool ->
                val connection = pool.connection
                val statement = connection.createStatement()
                connection.close()
                connection.close()
                connection.isClosed shouldBe true
                connection.isValid(1) shouldBe false
                pool.connection.use {
                    shouldThrow<SQLException> { statement.execute("select 1") }
                    shouldThrow<SQLException> { connection.createStatement() }
                    it.rows() shouldBe "0"
                }
                pool.snapshot().opened shouldBe 1
            }
        }

        law("6 what leads back to a connection leads to the pool's") {
            pool().use { pool ->
                pool.connection.use { connection ->
                    connection.metaData.connection shouldBeSameInstanceAs connection
                    connection.createStatement().use { statement ->
                        statement.connection shouldBeSameInstanceAs connection
                        statement.executeUpdate("insert into laws (x) values (1)", Statement.RETURN_GENERATED_KEYS)
                        statement.generatedKeys.use { it.statement shouldBeSameInstanceAs statement }
                        statement.executeQuery("select 1").use { it.statement shouldBeSameInstanceAs statement }
                    }
                }
            }
        }

        law("8 what a user set is set back") {
            pool().use { pool ->
                val before = pool.connection.use { it.session() }
                pool.connection.use {
                    it.autoCommit = false
                    it.isReadOnly = true
                    it.transactionIsolation = Connection.TRANSACTION_SERIALIZABLE
                }
                pool.connection.use { it.session() shouldBe before }
                pool.snapshot().opened shouldBe 1
            }
        }

        law("10 12 what was not committed is rolled back, and setting back does not commit it") {
            pool().use { pool ->
                pool.connection.use {
                    it.autoCommit = false
                    it.insert(1)
                    it.commit()
                    it.insert(2)
                }
                pool.connection.use { it.rows() shouldBe "1" }
                shouldThrow<IllegalStateException> {
                    pool.asJdbcPool().transaction {
                        it.insert(3)
                        error("no")
                    }
                }
                pool.asJdbcPool().transaction { it.insert(4) }
                pool.connection.use { it.rows() shouldBe "2" }
            }
        }

        law("21 never more sessions than allowed, and all callers are served") {
            pool { maxSize = 3 }
                .use { pool ->
                    val inUse = AtomicInteger()
                    atOnce(12) {
                        repeat(10) {
                            pool.connection.use { connection ->
                                inUse.incrementAndGet() shouldBeLessThanOrEqualTo 3
                                connection.insert(it)
                                inUse.decrementAndGet()
                            }
                        }
                    }
                    pool.connection.use { it.rows() shouldBe "120" }
                    pool.snapshot().opened shouldBeLessThanOrEqualTo 3
                }
        }

        law("24 an idle connection whose session was ended is replaced, and its caller does not see that") {
            pool().use { other ->
                pool {
                        trustWindow = 1.milliseconds
                        statsInterval = 10.milliseconds
                    }
                    .use { pool ->
                        val session = pool.connection.use { it.ask(dialect.session) }
                        other.connection.use { it.kill(session) }
                        until { pool.control().connections().single().status shouldBe ConnectionStatus.SUSPECT }
                        pool.connection.use { it.ask(dialect.session) == session } shouldBe false
                    }
            }
        }

        law("30 a connection whose session is ended while it is used is not lent again") {
            pool().use { other ->
                pool().use { pool ->
                    pool.connection.use { connection ->
                        val session = connection.ask(dialect.session)
                        other.connection.use { it.kill(session) }
                        shouldThrow<SQLException> { repeat(10) { connection.insert(1) } }
                    }
                    pool.connection.use { it.ask("select 1") shouldBe "1" }
                    pool.snapshot().opened shouldBe 2
                }
            }
        }

        law("30 a statement that fails costs no connection") {
            pool().use { pool ->
                pool.connection.use { shouldThrow<SQLException> { it.run("select nonsense from nowhere") } }
                pool.connection.use { connection ->
                    connection.run("insert into laws (id, x) values (1, 1)")
                    shouldThrow<SQLException> { connection.run("insert into laws (id, x) values (1, 1)") }
                }
                pool.connection.close()
                pool.snapshot().opened shouldBe 1
            }
        }

        law("a wrong password and an unknown database fail at once, and say so without the password") {
            val wrong: List<JdbcSettings.() -> Unit> =
                listOf({ password = "not-$username-at-all" }, { url = dialect.unknown })
            for (settings in wrong) {
                pool(settings).use { pool ->
                    val error = shouldThrow<ConnectFailedException> { pool.asJdbcPool().withConnection {} }
                    error.message shouldContain "see username"
                    error.stackTraceToString() shouldNotContain "not-app-at-all"
                    error.stackTraceToString() shouldNotContain dialect.password
                }
            }
        }
    }

    private fun Connection.session() = listOf(autoCommit, isReadOnly, transactionIsolation, catalog, schema)
}

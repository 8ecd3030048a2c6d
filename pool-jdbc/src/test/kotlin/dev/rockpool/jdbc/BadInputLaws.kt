package dev.rockpool.jdbc

import dev.rockpool.ConnectFailedException
import dev.rockpool.InvalidConfigException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.sql.SQLException
import java.sql.SQLNonTransientConnectionException
import java.util.concurrent.atomic.AtomicInteger

/** The error for wrong input: one error, with its subject, advice, and no password. */
class BadInputLaws :
    FunSpec({
        test("an unknown user") {
            val refused = refusedBy(Postgres.url.replace("user=postgres", "user=nobody")) { password = SECRET }
            refused.message shouldContain "\"nobody\" does not exist"
            refused.message shouldContain "see username and password"
        }

        test("an unknown database") {
            val refused = refusedBy(Postgres.url.replace("/postgres?", "/nowhere?")) { password = SECRET }
            refused.message shouldContain "\"nowhere\" does not exist"
            refused.message shouldContain "see the database in the url"
        }

        test("an unknown host") {
            val refused = refusedBy("jdbc:postgresql://host.invalid:5432/x?password=$SECRET")
            refused.message shouldContain "host.invalid"
            refused.message shouldContain "see the host in the url"
        }

        test("a port on which no server listens") {
            val port = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort }
            val refused = refusedBy("jdbc:postgresql://localhost:$port/x") { password = SECRET }
            refused.message shouldContain "localhost:$port"
            refused.message shouldContain "Check that the hostname and port are correct" // the driver's text
        }

        test("a property that the driver cannot read") {
            refusedBy(Postgres.url) {
                    password = SECRET
                    properties = mapOf("sslmode" to "perhaps")
                }
                .message shouldContain "Invalid sslmode value: perhaps"
        }

        test("init SQL that the server refuses is final: the first caller fails at once, with its name and text") {
            val told = refusedSetting("fails") { initSql = listOf("select 1", "set role nobody") }
            told.message shouldContain "initSql 'set role nobody' is refused: "
            told.message shouldContain "role \"nobody\" does not exist"
            told.message shouldContain "correct that statement, or give the user the right to run it"
            told.sqlState shouldBe "22023"
        }

        test("an isolation level that the database does not support is final, and named") {
            val told = refusedSetting("fails") { transactionIsolation = 77 }
            told.message shouldContain "transactionIsolation '77' is refused: "
            told.message shouldContain "choose a level that this database has"
        }

        test("a schema, a catalog, read-only or autocommit that is refused is final, and named") {
            val refusals =
                mapOf<String, JdbcSettings.() -> Unit>(
                    "schema" to { schema = "none" },
                    "catalog" to { catalog = "none" },
                    "readOnly" to { readOnly = true },
                    "autoCommit" to { autoCommit = false },
                )
            for ((property, setting) in refusals) {
                val database = FakeDatabase()
                val setter = "set" + property.replaceFirstChar { it.uppercase() }
                database.on("connection.$setter") { throw SQLException("not here", "3F000") }
                fakePool(database, setting).use { pool ->
                    val error = shouldThrow<SQLNonTransientConnectionException> { pool.connection }
                    error.message shouldContain
                        Regex("pool 'fake' cannot connect: $property '\\w+' is refused: not here \\(")
                }
            }
        }

        test("a statement refused temporarily, or refused after it was once accepted, is retried") {
            for (state in listOf("53300", "25006", "40001", "55P03", "57014")) {
                val database = FakeDatabase()
                val refusals = AtomicInteger()
                database.on("statement.execute") {
                    if (refusals.incrementAndGet() == 1) throw SQLException("not now", state)
                    else FakeDatabase.RECORD_ONLY
                }
                fakePool(database) { initSql = listOf("init") }.use { it.connection.close() }
            }
            val database = FakeDatabase()
            val runs = AtomicInteger()
            database.on("statement.execute") {
                if (runs.incrementAndGet() == 2) throw SQLException("no such role", "22023")
                else FakeDatabase.RECORD_ONLY
            }
            fakePool(database) { initSql = listOf("init") }
                .use { pool ->
                    pool.asJdbcPool().evict(pool.connection) shouldBe true
                    pool.connection.close()
                    runs.get() shouldBe 3
                }
        }

        test("43 a refused statement is named without the passwords in it") {
            val told =
                refusedSetting(SECRET) {
                    password = SECRET
                    initSql = listOf("select $SECRET", "alter role nobody password 'my other secret'")
                }
            told.message shouldContain "initSql 'select ***' is refused"
            refusedSetting("other secret") { initSql = listOf("alter role nobody password 'my other secret'") }
                .message shouldContain "initSql 'alter role nobody password '***'' is refused"
        }

        test("the log does not announce a retry when callers get a final error") {
            val log = logged { refusedSetting("fails") { initSql = listOf("set role nobody") } }
            log shouldContain "pool 'bad' cannot connect, so waiting callers fail: initSql 'set role nobody'"
            log shouldNotContain "tries again"
        }

        test("a URL that its driver cannot read, and one that no driver accepts") {
            for (text in listOf("jdbc:postgresql://host:port/x?password=$SECRET", "postgresql://host/x", "")) {
                val error = shouldThrow<InvalidConfigException> { JdbcConfig { url = text } }
                error.problems.single() shouldContain "url is '${text.replace(SECRET, "***")}' but must be"
                error.stackTraceToString() shouldNotContain SECRET
            }
        }

        test("a missing driver class, and a class that is no driver") {
            for (name in listOf("no.such.Driver", "java.lang.String")) {
                val error =
                    shouldThrow<InvalidConfigException> {
                        JdbcConfig {
                            url = Postgres.url
                            driverClassName = name
                        }
                    }
                error.problems.single() shouldContain "driverClassName is '$name' but must be a driver's class"
            }
        }

        test("43 a driver that prints its properties reveals no password in any part of a stack trace") {
            val database = FakeDatabase()
            val told =
                SQLException("cannot use ${database.url}?x=1&password=url%20secret", "08001", 5, IOException(SECRET))
            told.nextException = SQLException("next: url%20secret, property secret")
            told.addSuppressed(IllegalStateException("suppressed: $SECRET"))
            database.on("driver.connect") { throw told }
            val refused =
                refusedBy("${database.url}?x=1&password=url%20secret") {
                    password = SECRET
                    properties = mapOf("trustStorePassword" to "property secret")
                }
            refused.stackTraceToString().let {
                it shouldContain "cannot use ${database.url}?x=1&password=***"
                it shouldNotContain "url%20secret"
                it shouldNotContain "property secret"
            }
            (refused.cause as SQLException).let {
                it.sqlState shouldBe "08001"
                it.errorCode shouldBe 5
                it.stackTrace shouldBe told.stackTrace
            }
        }

        test("18 an error without secrets is passed on as the driver threw it") {
            val database = FakeDatabase()
            val deep = (1..20).fold(IOException("0")) { cause, i -> IOException("$i", cause) }
            val told =
                object : SQLException("refused for user postgres", "08001", deep) {
                    override fun getNextException(): SQLException = this
                }
            database.on("driver.connect") { throw told }
            refusedBy(database.url) {
                    username = "postgres"
                    password = "postgres"
                }
                .cause shouldBeSameInstanceAs told
        }
    })

private const val SECRET = "open-sesame"

/** The error of the first caller of a pool with such a setting, thrown at once and without secrets. */
private fun refusedSetting(never: String, settings: JdbcSettings.() -> Unit): SQLException =
    postgresPool("bad") {
            acquireTimeout = null
            settings()
        }
        .dataSource
        .use { pool ->
            val error = shouldThrow<SQLNonTransientConnectionException> { pool.connection }
            error.stackTraceToString() shouldNotContain never
            error.message shouldContain "pool 'bad' cannot connect: "
            error
        }

/** The error of creating a pool with these settings. */
private fun refusedBy(at: String, settings: JdbcSettings.() -> Unit = {}): ConnectFailedException {
    val error =
        shouldThrow<ConnectFailedException> {
            JdbcPool("bad") {
                url = at
                startup = Startup.FailFast
                settings()
            }
        }
    error.stackTraceToString() shouldNotContain SECRET
    error.message shouldContain "pool 'bad' cannot connect: "
    return error
}

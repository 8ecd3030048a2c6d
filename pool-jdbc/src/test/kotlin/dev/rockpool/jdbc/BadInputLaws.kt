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

/** What whoever wrote something wrong is told: one error, what it is about, what to look after, and no password. */
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

        test("a port where nobody listens") {
            val port = ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { it.localPort }
            val refused = refusedBy("jdbc:postgresql://localhost:$port/x") { password = SECRET }
            refused.message shouldContain "localhost:$port"
            refused.message shouldContain "see that the server runs"
        }

        test("a property that the driver cannot read") {
            refusedBy(Postgres.url) {
                    password = SECRET
                    properties = mapOf("sslmode" to "perhaps")
                }
                .message shouldContain "Invalid sslmode value: perhaps"
        }

        test("a URL that its driver cannot read, and one that no driver takes") {
            for (text in listOf("jdbc:postgresql://host:port/x?password=$SECRET", "postgresql://host/x", "")) {
                val error = shouldThrow<InvalidConfigException> { JdbcConfig { url = text } }
                error.problems.single() shouldContain "url is '${text.replace(SECRET, "***")}' but must be"
                error.stackTraceToString() shouldNotContain SECRET
            }
        }

        test("a driver that is not there, and a class that is none") {
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

        test("43 a driver that prints what it was given tells no password, in no part of a stack trace") {
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

        test("18 an error that tells nothing is handed on as the driver threw it") {
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

/** What whoever creates a pool with this is told. */
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

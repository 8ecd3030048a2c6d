package dev.rockpool.jdbc

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectFailure
import dev.rockpool.testing.EmbeddedDatabase
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.SQLException
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import org.postgresql.ds.PGSimpleDataSource

class RotationLaws :
    FunSpec({
        val database by lazy { EmbeddedDatabase.builder().maxConnections(20).create() }

        afterSpec { database.close() }

        test("54: a password change unknown to the pool makes callers wait, with the cause, until it recovers") {
            val source =
                PGSimpleDataSource().apply {
                    setURL(database.url())
                    user = database.user()
                    password = database.password()
                }
            val pool =
                JdbcPool("rotated") {
                    dataSource = source
                    maxSize = 2
                    acquireTimeout = 250.milliseconds
                    failFastAfter = 1.hours // less once it has been seen that callers wait
                }
            pool.withConnection(20.seconds) { it.ask("select 1") shouldBe "1" }
            database.changePassword("next")
            pool.withConnection { it.ask("select 1") shouldBe "1" }
            eventually(20.seconds) { // dead connections come first
                database.killSessions() // also one that logged in while the password changed
                (failureOf(pool) is AcquireTimeoutException) shouldBe true
            }
            pool.control.reconfigure { failFastAfter = 1.seconds }
            eventually(20.seconds) { (failureOf(pool) is ConnectFailedException) shouldBe true }
            (failureOf(pool)?.cause as SQLException).sqlState shouldBe WRONG_PASSWORD
            shouldThrow<SQLException> { pool.dataSource.connection }.sqlState shouldBe WRONG_PASSWORD
            source.password = database.password()
            eventually(20.seconds) { failureOf(pool) shouldBe null }
            pool.close()
        }

        test("a password that the server needs and the pool lacks fails callers at once") {
            val pool =
                JdbcPool("no password") {
                    url = database.url()
                    username = database.user()
                    minIdle = 0
                    acquireTimeout = 3.seconds
                }
            val error = shouldThrow<ConnectFailedException> { pool.withConnection {} } // not a timeout
            error.failure shouldBe ConnectFailure.PERMANENT
            error.message shouldContain "no password was provided"
            pool.close()
        }

        test("54: while the password is rotated no caller fails, and logins are rare") {
            val asked = AtomicInteger()
            val current = AtomicReference(Credentials(database.user(), database.password()))
            val pool =
                JdbcPool("in rotation") {
                    url = database.url()
                    credentials = CredentialsSupplier { current.get().also { asked.incrementAndGet() } }
                    maxSize = 4
                    minIdle = 0
                }
            pool.withConnection { it.ask("select 1") shouldBe "1" }
            database.changePassword("rotated")
            pool.control.evictAll()
            val callers = List(16) { async(Dispatchers.Default) { pool.withConnection { it.ask("select 1") } } }
            eventually(20.seconds) { asked.get() shouldBeGreaterThan 8 } // callers wait, and the secret store is asked
            callers.none { it.isCompleted } shouldBe true
            pool.snapshot().openFailed.toInt() shouldBeGreaterThan 5
            current.set(Credentials(database.user(), database.password()))
            callers.awaitAll().toSet() shouldBe setOf("1")
            pool.close()
        }

        test("54: a login that never worked fails at once, also after another user's worked") {
            val pool =
                JdbcPool("another") {
                    url = database.url()
                    username = database.user()
                    password = database.password()
                    minIdle = 0
                }
            pool.withConnection { it.ask("select 1") shouldBe "1" }
            pool.control.evictAll()
            pool.changeCredentials("nobody", "nothing")
            shouldThrow<ConnectFailedException> { pool.withConnection {} }.message shouldContain
                "see username and password"
            pool.close()
        }

        test("40 a changed password is used without a pause once the pool has it") {
            val pool =
                JdbcPool("told") {
                    url = database.url()
                    username = database.user()
                    password = database.password()
                    minIdle = 0
                }
            pool.withConnection { it.ask("select 1") shouldBe "1" }
            database.changePassword("another")
            pool.control.evictAll()
            shouldThrow<AcquireTimeoutException> { pool.withConnection(timeout = 1.seconds) {} }.message shouldContain
                "see username and password"
            pool.changeCredentials(database.user(), "another")
            pool.withConnection { it.ask("select 1") shouldBe "1" }
            pool.close()
        }
    })

private const val WRONG_PASSWORD = "28P01"

/** The failure of a query; null if it succeeds. */
private suspend fun failureOf(pool: JdbcPool): Throwable? =
    runCatching { pool.withConnection { it.ask("select 1") } }.exceptionOrNull()

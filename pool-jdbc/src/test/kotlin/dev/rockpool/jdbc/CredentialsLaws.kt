package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeInstanceOf
import java.io.IOException
import java.sql.SQLException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds

class CredentialsLaws :
    FunSpec({
        test("40 credentials are requested before each connect, user and password together") {
            val database = FakeDatabase()
            val asked = AtomicInteger()
            fakePool(database) { credentials = CredentialsSupplier { numbered(asked.incrementAndGet()) } }
                .use { pool ->
                    pool.connection.close()
                    pool.control().evictAll()
                    pool.connection.close()
                    database.logins.toList() shouldContainExactly listOf("app1" to "secret1", "app2" to "secret2")
                }
        }

        test("40 changed credentials are used from the next connect on") {
            val database = FakeDatabase()
            fakePool(database) {
                    username = "app1"
                    password = "secret1"
                }
                .use { pool ->
                    pool.connection.close()
                    pool.changeCredentials("app2", "secret2")
                    pool.connection.close()
                    database.logins.toList() shouldContainExactly listOf("app1" to "secret1")
                    pool.control().evictAll()
                    pool.connection.close()
                    pool.changeCredentials { numbered(3) }
                    pool.control().evictAll()
                    pool.connection.close()
                    database.logins.last() shouldBe ("app3" to "secret3")
                }
        }

        test("40 a supplier that throws or returns null is a connect failure with that cause, and is asked again") {
            val database = FakeDatabase()
            val asked = AtomicInteger()
            fakePool(database) {
                    acquireTimeout = 50.milliseconds
                    credentials = CredentialsSupplier {
                        asked.incrementAndGet()
                        throw IOException("the store is sealed")
                    }
                }
                .use { pool ->
                    val error = shouldThrow<SQLException> { pool.connection }
                    error.message shouldContain "the supplier of credentials failed: the store is sealed"
                    error.cause?.cause.shouldBeInstanceOf<IOException>()
                    pool.changeCredentials(NULL_SUPPLIER)
                    until {
                        shouldThrow<SQLException> { pool.connection }.message shouldContain
                            "the supplier of credentials gave null"
                    }
                    pool.changeCredentials { numbered(1) }
                    until { pool.connection.close() }
                }
        }

        test("40 credentials do not show their password") {
            Credentials("app", "hidden").toString() shouldNotContain "hidden"
            val supplier = CredentialsSupplier { Credentials("app", "hidden") }
            JdbcConfig {
                    url = FakeDatabase().url
                    credentials = supplier
                }
                .toString() shouldNotContain "hidden"
        }

        test("41 a supplier together with a username or password is rejected") {
            shouldThrow<dev.rockpool.InvalidConfigException> {
                    JdbcConfig {
                        url = FakeDatabase().url
                        username = "app"
                        password = "hidden"
                        credentials = CredentialsSupplier { numbered(1) }
                    }
                }
                .problems
                .single() shouldBe "credentials is given but then username and password must be absent"
        }

        test("54 callers with a wrong password fail at once, and the server is asked rarely") {
            val database = FakeDatabase()
            database.on("driver.connect") { throw SQLException("denied", "28P01") }
            fakePool(database).use { pool ->
                repeat(100) { shouldThrow<SQLException> { pool.connection } }
                database.logins.size shouldBeLessThan 20
                database.normal("driver.connect")
                pool.changeCredentials("right", "right")
                pool.connection.close()
            }
        }

        test("54 a database that was missing is found by the next caller, because no login was refused") {
            val database = FakeDatabase()
            fakePool(database) {
                    username = "app"
                    password = "secret"
                }
                .use { pool ->
                    database.on("driver.connect") { throw SQLException("no such database", "3D000") }
                    shouldThrow<SQLException> { pool.connection }
                    database.normal("driver.connect")
                    pool.connection.close()
                }
        }
    })

private fun numbered(number: Int) = Credentials("app$number", "secret$number")

/** Returns null, as a supplier written in Java may. */
private val NULL_SUPPLIER =
    java.lang.reflect.Proxy.newProxyInstance(
        CredentialsSupplier::class.java.classLoader,
        arrayOf(CredentialsSupplier::class.java),
    ) { _, _, _ ->
        null
    } as CredentialsSupplier

package dev.rockpool.jdbc

import dev.rockpool.ConnectFailedException
import dev.rockpool.testing.EmbeddedDatabase
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.comparables.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.sql.SQLException
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import org.postgresql.ds.PGSimpleDataSource

class RotationLaws :
    FunSpec({
        val database by lazy { EmbeddedDatabase.builder().maxConnections(20).create() }

        afterSpec { database.close() }

        test("a password that the pool is not told of fails callers at once as the server put it; told, it recovers") {
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
                    acquireTimeout = 20.seconds
                }
            pool.withConnection { it.ask("select 1") shouldBe "1" }
            database.changePassword("next")
            pool.withConnection { it.ask("select 1") shouldBe "1" }
            database.killSessions()
            measureTime {
                    eventually(20.seconds) {
                        (failureOf(pool) is ConnectFailedException) shouldBe true
                    } // dead ones come first
                    (failureOf(pool)?.cause as SQLException).sqlState shouldBe WRONG_PASSWORD
                    shouldThrow<SQLException> { pool.dataSource.connection }.sqlState shouldBe WRONG_PASSWORD
                }
                .shouldBeLessThan(10.seconds)
            source.password = database.password()
            eventually(20.seconds) { failureOf(pool) shouldBe null }
            pool.close()
        }

        test("40 a password that was changed is used without a pause once the pool is told") {
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
            shouldThrow<ConnectFailedException> { pool.withConnection {} }.message shouldContain
                "see username and password"
            pool.changeCredentials(database.user(), "another")
            pool.withConnection { it.ask("select 1") shouldBe "1" }
            pool.close()
        }
    })

private const val WRONG_PASSWORD = "28P01"

/** How asking the server something fails; null when it does not. */
private suspend fun failureOf(pool: JdbcPool): Throwable? =
    runCatching { pool.withConnection { it.ask("select 1") } }.exceptionOrNull()

package dev.rockpool.jdbc

import dev.rockpool.InvalidConfigException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.mockk.every
import io.mockk.mockk
import io.mockk.verify
import java.sql.SQLException
import java.sql.SQLTimeoutException
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds

/** The pool's statement settings: the time limit and the report of slow statements. */
class StatementSettingsLaws :
    FunSpec({
        test("a statement has the pool's time limit, in whole seconds, unless its user sets another") {
            withFake({ queryTimeout = 1_500.milliseconds }) { database, pool ->
                pool.connection.use { c ->
                    c.createStatement().use { it.queryTimeout = 7 }
                    c.prepareStatement("a").close()
                    c.prepareCall("b").close()
                }
                database.log().filter { "setQueryTimeout" in it } shouldContainExactly
                    listOf(2, 7, 2, 2).map { "statement.setQueryTimeout($it)" }
            }
        }

        test("a limit of months does not overflow in drivers that count milliseconds") {
            withFake({ queryTimeout = 600.hours }) { database, pool ->
                pool.connection.use { it.createStatement().close() }
                database.log() shouldContain "statement.setQueryTimeout(2147483)"
            }
        }

        test("a statement on which the limit cannot be set is closed, and the error is thrown") {
            withFake({ queryTimeout = 1.seconds }) { database, pool ->
                database.on("statement.setQueryTimeout") { throw SQLException("no limits here") }
                pool.connection.use { c -> shouldThrow<SQLException> { c.createStatement() } }
                database.log() shouldContain "statement.close()"
            }
        }

        test("on PostgreSQL a query that exceeds the limit is cancelled, and the connection stays usable") {
            val pool =
                postgresPool("limited") {
                    maxSize = 1
                    queryTimeout = 1.seconds
                }
            pool.dataSource.connection.use { c ->
                val pid = c.ask("select pg_backend_pid()")
                shouldThrow<SQLException> { c.ask("select pg_sleep(60)") }.sqlState shouldBe "57014"
                c.ask("select pg_backend_pid()") shouldBe pid
            }
            pool.snapshot().total shouldBe 1
            pool.close()
        }

        test("slow statements are reported with their SQL; fetching rows is not counted") {
            val slow = CopyOnWriteArrayList<SlowStatement>()
            withFake({
                slowStatementThreshold = 1.nanoseconds
                slowStatementListener = SlowStatementListener { slow += it }
            }) { _, pool ->
                pool.connection.use { c ->
                    c.createStatement().use {
                        it.execute("one")
                        it.addBatch("two")
                        it.executeBatch()
                    }
                    c.prepareStatement("three").use { it.executeQuery().next() }
                    c.prepareCall("four").use { it.execute() }
                }
                slow.map { it.sql() } shouldContainExactly listOf("one", "a batch", "three", "four")
                slow.first().pool() shouldBe "fake"
                slow.first().toString() shouldContain "ms: one"
                check(slow.all { !it.took().isNegative })
            }
        }

        test("a failed statement may be slow too; a listener that throws does no harm") {
            val listener = mockk<SlowStatementListener>()
            every { listener.slow(any()) } throws IllegalStateException("listener")
            withFake({
                slowStatementThreshold = 1.nanoseconds
                slowStatementListener = listener
            }) { database, pool ->
                database.on("statement.execute") { throw SQLTimeoutException("too long") }
                pool.connection.use { shouldThrow<SQLTimeoutException> { it.touch() } }
                verify(exactly = 1) { listener.slow(match { it.sql() == "touch" }) }
            }
        }

        test("invalid values are reported together") {
            val message =
                shouldThrow<InvalidConfigException> {
                        JdbcConfig {
                            url = FakeDatabase().url
                            queryTimeout = 0.seconds
                            slowStatementThreshold = (-1).seconds
                            statementCacheSize = -1
                            cancelTimeout = 0.seconds
                        }
                    }
                    .message
            message shouldContain "queryTimeout is 0s but must be longer than zero, and finite; null means never"
            message shouldContain
                "slowStatementThreshold is -1s but must be longer than zero, and finite; null means never"
            message shouldContain "statementCacheSize is -1 but must be at least 1, or 0 for no cache"
            message shouldContain "cancelTimeout is 0s but must be longer than zero, and finite"
        }
    })

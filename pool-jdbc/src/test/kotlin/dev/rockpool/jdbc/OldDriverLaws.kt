package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldNotContain
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import java.sql.SQLException
import java.sql.SQLFeatureNotSupportedException
import java.util.concurrent.Executor
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds

private val missing =
    mapOf<String, () -> Throwable>(
        "AbstractMethodError" to { AbstractMethodError("isValid") },
        "SQLFeatureNotSupportedException" to { SQLFeatureNotSupportedException("isValid") },
    )

class OldDriverLaws :
    FunSpec({
        for ((name, missing) in missing) {
            test("42 a driver without isValid ($name) is probed with a query, by the pool and by users") {
                val database = FakeDatabase()
                database.on("connection.isValid") { throw missing() }
                fakePool(database) { trustWindow = 1.milliseconds }
                    .use { pool ->
                        until {
                            pool.connection.close()
                            database.log() shouldContain "statement.execute(select 1)"
                        }
                        pool.connection.use { it.isValid(1) shouldBe true }
                        database.connections.size shouldBe 1
                    }
            }

            test("42 a driver without setNetworkTimeout ($name) loses no connection when a user tries it") {
                withFake { database, pool ->
                    database.on("connection.getNetworkTimeout") { throw missing() }
                    database.on("connection.setNetworkTimeout") { throw missing() }
                    pool.connection.use { connection ->
                        shouldThrow<SQLFeatureNotSupportedException> {
                            connection.setNetworkTimeout(Executor(Runnable::run), 1)
                        }
                        connection.touch()
                    }
                    pool.connection.use { it.touch() }
                    database.connections.size shouldBe 1
                }
            }
        }

        for (missing in missing.values + { UnsupportedOperationException("clearWarnings") }) {
            test(
                "42 a driver without clearWarnings (${missing().javaClass.simpleName}) works, and loses no connection"
            ) {
                val database = FakeDatabase()
                database.on("connection.clearWarnings") { throw missing() }
                fakePool(database).use { pool ->
                    repeat(2) { pool.connection.use { it.touch() } }
                    database.connections.size shouldBe 1
                }
            }
        }

        test("42 the configured test query is used, or else the vendor's own") {
            val database = FakeDatabase()
            database.on("connection.isValid") { throw AbstractMethodError() }
            database.on("metadata.getDatabaseProductName") { "Oracle" }
            fakePool(database).use { pool -> pool.connection.use { it.isValid(1) shouldBe true } }
            database.log() shouldContain "statement.execute(select 1 from dual)"
            database.forget()
            fakePool(database) { testQuery = "mine" }.use { pool -> pool.connection.use { it.isValid(1) } }
            database.log() shouldContain "statement.execute(mine)"
            database.log() shouldNotContain "statement.execute(select 1 from dual)"
        }

        test("42 a test query that the server refuses is named in the log, once") {
            val database = FakeDatabase()
            database.on("statement.execute") { throw SQLException("what is selec?", "42601") }
            val log = logged {
                fakePool(database) {
                        testQuery = "selec 1"
                        trustWindow = Duration.ZERO
                    }
                    .use { pool ->
                        until {
                            pool.connection.close()
                            database.connections.size shouldBeGreaterThan 3
                        }
                    }
            }
            log.lines().count {
                "testQuery 'selec 1' is refused, so each probe closes a connection: what is" in it
            } shouldBe 1
        }

        test("42 a test query that finds a lost connection is not blamed") {
            val database = FakeDatabase()
            database.on("statement.execute") { throw SQLException("lost", "08006") }
            val log = logged {
                fakePool(database) {
                        testQuery = "select 1"
                        trustWindow = Duration.ZERO
                    }
                    .use { pool ->
                        until {
                            pool.connection.close()
                            database.connections.size shouldBeGreaterThan 3
                        }
                    }
            }
            log shouldNotContain "refused"
        }

        test("42 a dead connection of such a driver is detected, and its user gets an error") {
            withFake { database, pool ->
                database.on("connection.isValid") { throw AbstractMethodError() }
                database.on("statement.execute") { throw SQLException("lost", "08006") }
                pool.connection.use { it.isValid(1) shouldBe false }
                database.normal("statement.execute")
                pool.connection.close()
                database.connections.size shouldBe 2
            }
        }

        test("42 a driver without abort is closed instead") {
            withFake { database, pool ->
                database.on("connection.abort") { throw AbstractMethodError() }
                pool.connection.abort(Runnable::run)
                until { check(database.open() == 0) }
                val kept = pool.connection
                pool.close(java.time.Duration.ZERO)
                until { check(database.open() == 0) }
                kept.isClosed shouldBe true
            }
        }
    })

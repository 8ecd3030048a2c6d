package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.sql.Connection
import java.sql.ResultSet
import java.sql.SQLException
import java.sql.Statement

class ClosingLaws :
    FunSpec({
        test("1 close twice returns the connection once") {
            withFake { _, pool ->
                val first = pool.connection
                first.close()
                val second = pool.connection
                first.close()
                pool.snapshot().leased shouldBe 1
                second.isClosed shouldBe false
                second.close()
            }
        }

        test("1 close from two threads at the same time returns a clean connection once") {
            withFake({ maxSize = 2 }) { _, pool ->
                repeat(2_000) {
                    val connection = pool.connection
                    val others = java.util.concurrent.ConcurrentLinkedQueue<Connection>()
                    atOnce(2) {
                        connection.close()
                        others += pool.connection
                    }
                    pool.snapshot().leased shouldBe 2
                    others.forEach(Connection::close)
                }
            }
        }

        test("1 close from two threads at the same time restores a changed connection once") {
            withFake { database, pool ->
                repeat(500) {
                    val connection = pool.connection
                    connection.autoCommit = false
                    connection.touch()
                    database.forget()
                    atOnce(2) { connection.close() }
                    database.log().count { it == "connection.rollback()" } shouldBe 1
                    pool.snapshot().leased shouldBe 0
                }
            }
        }

        test("2 after close only close, abort, isClosed, isValid and toString work") {
            withFake { database, pool ->
                val connection = pool.connection
                connection.close()
                connection.isClosed shouldBe true
                connection.isValid(1) shouldBe false
                connection.close()
                connection.abort(Runnable::run)
                connection.toString() shouldContain "fake"
                everyMethodOf(Connection::class.java)
                    .filter { it.name !in setOf("close", "abort", "isClosed", "isValid", "isWrapperFor", "unwrap") }
                    .forEach { shouldFailClosed(it.name) { it.call(connection) } }
                database.log().shouldBeEmpty()
            }
        }

        test("3 a stale handle never reaches the connection of the next user, nor does its abort") {
            withFake { database, pool ->
                val stale = pool.connection
                val statement = stale.prepareStatement("select")
                val results = statement.executeQuery()
                val metadata = stale.metaData
                stale.close()
                pool.connection.use { next ->
                    database.forget()
                    stale.abort(Runnable::run)
                    statement.close()
                    results.close()
                    shouldFailClosed("execute") { statement.execute() }
                    shouldFailClosed("next") { results.next() }
                    shouldFailClosed("getTables") { metadata.getTables(null, null, null, null) }
                    statement.isClosed shouldBe true
                    results.isClosed shouldBe true
                    database.log().shouldBeEmpty()
                    next.isClosed shouldBe false
                    next.touch()
                }
            }
        }

        test("3 a handle of a reclaimed lease never reaches the driver") {
            val database = FakeDatabase()
            val pool = fakePool(database)
            val connection = pool.connection
            val statement = connection.createStatement()
            pool.close(java.time.Duration.ZERO)
            database.forget()
            connection.isClosed shouldBe true
            shouldFailClosed("commit") { connection.commit() }
            shouldFailClosed("execute") { statement.execute("x") }
            statement.close()
            connection.close()
            database.log().shouldBeEmpty()
        }

        test("4 statements open at close are closed in any order, with their result sets") {
            withFake { database, pool ->
                val connection = pool.connection
                val statements = List(5) { connection.prepareStatement("select $it") }
                val results = statements.map { it.executeQuery() }
                val tables = connection.metaData.getTables(null, null, null, null)
                statements[2].close()
                statements[0].close()
                connection.close()
                statements.forEach { it.isClosed shouldBe true }
                (results + tables).forEach { it.isClosed shouldBe true }
                database.log().count { it == "statement.close()" } shouldBe 5
                database.log().count { it == "results.close()" } shouldBe
                    1 // nothing else would close the statement of the metadata
            }
        }

        test("5 Statement.close twice is a no-op, and use after close throws") {
            withFake { database, pool ->
                pool.connection.use { connection ->
                    val statement = connection.prepareStatement("select")
                    statement.close()
                    statement.close()
                    database.log().count { it == "statement.close()" } shouldBe 1
                    shouldFailClosed("executeQuery") { statement.executeQuery() }
                    shouldFailClosed("getConnection") { statement.connection }
                }
            }
        }

        test("6 getConnection and getStatement return the wrappers") {
            withFake { _, pool ->
                pool.connection.use { connection ->
                    val statement: Statement = connection.prepareStatement("select")
                    val results: ResultSet = statement.executeQuery("x")
                    statement.connection shouldBeSameInstanceAs connection
                    results.statement shouldBeSameInstanceAs statement
                    statement.generatedKeys.statement shouldBeSameInstanceAs statement
                    connection.metaData.connection shouldBeSameInstanceAs connection
                    connection.metaData.getTables(null, null, null, null).statement shouldBe null
                }
            }
        }

        test("7 ten threads closing 500 statements of one connection cause no error") {
            withFake { database, pool ->
                repeat(20) {
                    val connection = pool.connection
                    val statements = List(500) { connection.createStatement() }
                    database.forget()
                    atOnce(10) { statements.shuffled().forEach(Statement::close) }
                    database.log().size shouldBe 500
                    connection.close()
                }
            }
        }

        test("a statement created while its connection closes is closed with it") {
            withFake { database, pool ->
                repeat(300) {
                    val connection = pool.connection
                    atOnce(2) { i ->
                        if (i == 0) connection.close()
                        else
                            try {
                                connection.createStatement()
                            } catch (e: SQLException) {
                                e.message shouldContain "closed"
                            }
                    }
                    pool.connection.close()
                    val made = database.calls.count { it.method == "createStatement" }
                    database.calls.count { it.toString() == "statement.close()" } shouldBe made
                }
            }
        }

        test("aborting a lease closes it, discards the connection and frees the slot") {
            withFake { database, pool ->
                val connection = pool.connection
                connection.abort(Runnable::run)
                connection.isClosed shouldBe true
                connection.close()
                database.log().count { it.startsWith("connection.abort") } shouldBe 1
                pool.connection.use { it shouldNotBe connection }
                database.connections.size shouldBe 2
            }
        }
    })

internal fun shouldFailClosed(what: String, call: () -> Unit) {
    val error = io.kotest.assertions.withClue(what) { shouldThrow<SQLException> { call() } }
    error.message shouldContain "is closed"
    if (error !is java.sql.SQLClientInfoException)
        error.sqlState shouldBe if ("Connection" in error.message.orEmpty()) "08003" else "HY010"
}

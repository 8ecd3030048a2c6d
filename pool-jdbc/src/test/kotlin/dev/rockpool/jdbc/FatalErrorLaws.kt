package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import java.sql.Connection
import java.sql.SQLException
import java.sql.SQLTimeoutException

class FatalErrorLaws :
    FunSpec({
        for (state in listOf("08003", "08006", "57P01", "57P02", "57P03", "01002", "JZ0C0", "JZ0C1")) {
            test("30 after SQLState $state the connection is never lent again") {
                discards(SQLException("lost", state))
            }
        }

        for (state in listOf("42601", "23505", "40001", "57014", null)) {
            test("30 after SQLState $state the connection is kept") { keeps(SQLException("usual", state)) }
        }

        test("30 a query timeout alone is not fatal") { keeps(SQLTimeoutException("too slow", "HYT00")) }

        test("30 a fatal error behind others is found") {
            discards(chain(SQLException("a"), SQLException("b"), SQLException("c", "08006")))
        }

        test("30 a cyclic chain of errors is walked, but not for ever") {
            val first = SQLException("a")
            val second = SQLException("b")
            first.nextException = second
            // Uses the field, because setNextException would search for the end of the ring.
            keeps(chain(first, RingException(first)))
        }

        test("30 a chain of errors is walked at most ten steps") {
            val steps = java.util.concurrent.atomic.AtomicInteger()
            keeps(EndlessException(steps))
            steps.get() shouldBe 11
        }

        test("30 after a fatal error a connection stays open for its user until the driver has closed it") {
            withFake { database, pool ->
                val lost = pool.connection
                database.on("statement.execute") { throw SQLException("lost", "08006") }
                shouldThrow<SQLException> { lost.touch() }
                lost.isClosed shouldBe false
                database.connections.single().closed = true
                lost.isClosed shouldBe true
                pool.snapshot().leased shouldBe 0
            }
        }

        test("30 the user's rule adds to what is fatal, and vetoes") {
            discards(SQLException("mine", "42601")) { fatalErrors = FatalErrorRule { FatalError.FATAL } }
            keeps(SQLException("lost", "08006")) { fatalErrors = FatalErrorRule { FatalError.NOT_FATAL } }
            discards(SQLException("lost", "08006")) { fatalErrors = FatalErrorRule { FatalError.DEFAULT } }
            keeps(SQLException("usual", "42601")) { fatalErrors = FatalErrorRule { FatalError.DEFAULT } }
        }

        test("30 the user's rule sees every error of a chain") {
            discards(chain(SQLException("a"), SQLException("b", "HY000", 77))) {
                fatalErrors = FatalErrorRule { if (it.errorCode == 77) FatalError.FATAL else FatalError.DEFAULT }
            }
        }

        test("30 a rule that throws or returns null is ignored") {
            keeps(SQLException("usual", "42601")) {
                fatalErrors = FatalErrorRule { throw NoClassDefFoundError("rule") }
            }
            discards(SQLException("lost", "08006")) { fatalErrors = FatalErrorRule { error("rule") } }
            keeps(SQLException("usual", "42601")) { fatalErrors = NULL_RULE }
        }

        for (error in listOf(OutOfMemoryError("planned"), StackOverflowError(), IllegalStateException("confused"))) {
            for ((call, use) in CALLS_TO_THE_SERVER) {
                test("30 after ${error.javaClass.simpleName} in $call the connection is never lent again") {
                    connectionsAfterThrowing(error, call, use) shouldBe 2
                }
            }
        }

        for (error in listOf(AbstractMethodError("execute"), UnsupportedOperationException("execute"))) {
            test("30 after ${error.javaClass.simpleName}, with which nothing was sent, the connection is kept") {
                connectionsAfterThrowing(error, "statement.execute") { it.touch() } shouldBe 1
            }
        }

        test("after one dead connection the pool probes the idle ones before it lends them") {
            val database = FakeDatabase()
            fakePool(database) {
                    maxSize = 2
                    minIdle = 0
                }
                .use { pool ->
                    val one = pool.connection
                    pool.connection.close()
                    database.forget()
                    database.on("statement.execute") { throw SQLException("lost", "08006") }
                    shouldThrow<SQLException> { one.touch() }
                    one.close()
                    pool.connection.close()
                    database.log().count { it.startsWith("connection.isValid") } shouldBe 1
                }
        }
    })

private fun chain(vararg errors: SQLException): SQLException {
    errors.toList().zipWithNext { one, next -> one.nextException = next }
    return errors.first()
}

private class RingException(private val first: SQLException) : SQLException("ring") {
    override fun getNextException(): SQLException = first
}

private class EndlessException(private val steps: java.util.concurrent.atomic.AtomicInteger) : SQLException("more") {
    override fun getNextException(): SQLException = this.also { steps.incrementAndGet() }
}

private fun discards(error: SQLException, settings: JdbcSettings.() -> Unit = {}) =
    connectionsAfter(error, settings) shouldBe 2

private fun keeps(error: SQLException, settings: JdbcSettings.() -> Unit = {}) =
    connectionsAfter(error, settings) shouldBe 1

/** Calls of the driver that talk to the server. */
private val CALLS_TO_THE_SERVER: Map<String, (Connection) -> Unit> =
    mapOf(
        "statement.execute" to { it.touch() },
        "results.next" to { it.createStatement().executeQuery("select").next() },
        "statement.executeUpdate" to { it.prepareStatement("update").executeUpdate() },
        "connection.prepareStatement" to { it.prepareStatement("select") },
        "connection.setReadOnly" to { it.isReadOnly = true },
        "connection.isValid" to { it.isValid(1) },
        "metadata.getTables" to { it.metaData.getTables(null, null, "%", null) },
        "statement.close" to { it.createStatement().close() },
    )

private fun connectionsAfterThrowing(error: Throwable, call: String, use: (Connection) -> Unit): Int {
    var opened = 0
    withFake { database, pool ->
        pool.connection.use { connection ->
            database.on(call) { throw error }
            shouldThrow<Throwable> { use(connection) } shouldBeSameInstanceAs error
            database.normal(call)
        }
        pool.connection.use { it.touch() }
        opened = database.connections.size
    }
    return opened
}

private fun connectionsAfter(error: SQLException, settings: JdbcSettings.() -> Unit): Int {
    var opened = 0
    withFake(settings) { database, pool ->
        database.on("statement.execute") { throw error }
        pool.connection.use { shouldThrow<SQLException> { it.touch() } shouldBeSameInstanceAs error }
        database.normal("statement.execute")
        pool.connection.use { it.touch() }
        opened = database.connections.size
    }
    return opened
}

/** Returns null, as a rule written in Java may. */
private val NULL_RULE =
    java.lang.reflect.Proxy.newProxyInstance(
        FatalErrorRule::class.java.classLoader,
        arrayOf(FatalErrorRule::class.java),
    ) { _, _, _ ->
        null
    } as FatalErrorRule

package dev.rockpool.jdbc

import io.kotest.matchers.shouldBe
import java.sql.Connection
import java.sql.SQLException
import java.sql.Savepoint
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds

/** A timeout that tests wait for, long enough for a block to start on a busy machine. */
val briefly = 500.milliseconds

private class Numbered(private val number: Int) : Savepoint {
    override fun getSavepointId(): Int = number

    override fun getSavepointName(): String = "$number"

    override fun toString(): String = "$number"
}

/** Runs a test with a pool with one open connection, whose savepoints are numbered. Nothing is leased at the end. */
suspend fun withTransactions(settings: JdbcSettings.() -> Unit = {}, test: suspend (FakeDatabase, JdbcPool) -> Unit) {
    val database = FakeDatabase()
    val pool = fakePool(database, settings).asJdbcPool()
    pool.withConnection {}
    database.numberSavepoints()
    database.forget()
    test(database, pool)
    pool.snapshot().leased shouldBe 0
    pool.close()
    database.open() shouldBe 0
}

fun savepoint(number: Int): Savepoint = Numbered(number)

fun FakeDatabase.numberSavepoints() {
    val numbers = AtomicInteger()
    on("connection.setSavepoint") { savepoint(numbers.incrementAndGet()) }
}

/** The history of transactions as text: what was executed, and the transaction boundaries. */
fun FakeDatabase.story(): List<String> =
    calls.mapNotNull { call ->
        val what = call.arguments.joinToString()
        when (call.method) {
            "setAutoCommit" -> if (what == "false") "begin" else null
            "setSavepoint" -> "savepoint"
            "releaseSavepoint" -> "release $what"
            "rollback" -> if (what.isEmpty()) "rollback" else "rollback to $what"
            "commit" -> "commit"
            "execute" -> what
            else -> null
        }
    }

fun Connection.execute(what: String) {
    createStatement().use { it.execute(what) }
}

/** As PostgreSQL reports it. */
fun conflict(text: String = "could not serialize access") = SQLException(text, "40001")

package shop

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.jdbc.JdbcPool
import dev.rockpool.jdbc.Retry
import java.sql.Connection
import java.sql.SQLException
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.serialization.Serializable
import kotlinx.serialization.encodeToString
import kotlinx.serialization.json.Json

/** What the service reports about itself. */
@Serializable class Report(val service: String, val stats: PoolStats)

class Orders(private val pool: JdbcPool) {
    suspend fun count(): Int = pool.withConnection { it.count() }

    /** Adds one order, and another one that is undone. */
    suspend fun add(): String {
        var committed = 0
        val attempts =
            pool.transaction(Connection.TRANSACTION_SERIALIZABLE, retry = Retry.conflicts) { connection ->
                connection.insert()
                try {
                    savepoint<Unit> {
                        connection.insert()
                        throw SQLException("not this one")
                    }
                } catch (_: SQLException) {}
                afterCommit { committed++ }
                attempt
            }
        return "attempts: $attempts, committed: $committed"
    }

    /** Times out, because the only connection of another pool is in use. */
    suspend fun timeout(): String {
        val small = JdbcPool(pool.config.toBuilder().name("small").maxSize(1).build())
        try {
            return small.withConnection {
                try {
                    small.withConnection(timeout = 50.milliseconds, priority = Priority.HIGH) { "a second connection" }
                } catch (e: AcquireTimeoutException) {
                    "waited enough: ${e.waited >= 50.milliseconds}, held by me: ${e.own != null}"
                }
            }
        } finally {
            small.close()
        }
    }

    /** Changes a setting while the pool runs. */
    fun resize(): String {
        pool.control.reconfigure { maxSize = 5 }
        return pool.control.config.maxSize.toString()
    }

    /** Times out while a statement runs; the pool cancels the statement. */
    suspend fun cancelled(): String {
        val count =
            withTimeoutOrNull(100) {
                pool.withConnection { connection ->
                    connection.createStatement().use { it.executeQuery(ENDLESS).close() }
                    connection.count()
                }
            }
        return "result: $count"
    }

    suspend fun report(): String {
        val text = Json.encodeToString(Report("orders", pool.snapshot()))
        val read = Json.decodeFromString<Report>(text)
        return "max=${read.stats.maxSize}, acquired=${read.stats.acquired > 0}, same=${Json.encodeToString(read) == text}"
    }

    /** Sees in the published stats that a connection is in use. */
    suspend fun watched(): String = coroutineScope {
        val seen = async { pool.stats.first { it.leased == 1 } }
        pool.withConnection { "leased: ${seen.await().leased}" }
    }

    private fun Connection.count(): Int =
        createStatement().use { statement ->
            statement.executeQuery("select count(*) from orders").use { rows ->
                rows.next()
                rows.getInt(1)
            }
        }

    private fun Connection.insert() {
        createStatement().use { it.executeUpdate("insert into orders default values") }
    }

    private companion object {
        const val ENDLESS = "select count(*) from system_range(1, 1000000), system_range(1, 1000000)"
    }
}

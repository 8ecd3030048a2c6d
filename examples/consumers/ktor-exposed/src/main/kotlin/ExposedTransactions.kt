package com.example

import dev.rockpool.jdbc.JdbcPool
import java.sql.Connection
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.withContext
import org.jetbrains.exposed.v1.core.DatabaseConfig
import org.jetbrains.exposed.v1.jdbc.Database
import org.jetbrains.exposed.v1.jdbc.JdbcTransaction
import org.jetbrains.exposed.v1.jdbc.transactions.suspendTransaction

// region exposed-coroutines
/** Exposed's transactions for coroutines, on connections that Rockpool lends to the coroutine. */
class ExposedTransactions(private val pool: JdbcPool) {
    private val lent = ThreadLocal<Connection?>()
    private val database =
        Database.connect(
            getNewConnection = { lent.get() ?: pool.dataSource.connection },
            databaseConfig = DatabaseConfig { defaultMaxAttempts = 1 },
        )

    suspend fun <R> transaction(block: suspend JdbcTransaction.() -> R): R {
        if (lent.get() != null) return suspendTransaction(database, statement = block)
        return pool.withConnection { connection ->
            withContext(lent.asContextElement(connection)) { suspendTransaction(database, statement = block) }
        }
    }
}
// endregion

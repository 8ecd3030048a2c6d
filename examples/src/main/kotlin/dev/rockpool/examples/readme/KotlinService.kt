package dev.rockpool.examples.readme

import dev.rockpool.jdbc.JdbcPool
import dev.rockpool.jdbc.Retry
import java.sql.Connection
import java.sql.SQLException
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.Flow

/** The README's Kotlin, compiled: counts the orders, and adds one. */
public suspend fun countAndAddOrder(jdbcUrl: String): Int {
    // region kotlin
    val pool = JdbcPool("orders") { url = jdbcUrl }
    val count = pool.withConnection { c -> c.countOrders() }
    pool.transaction { c -> c.createStatement().use { it.executeUpdate("insert into orders default values") } }
    println(pool.snapshot())
    pool.close(grace = 10.seconds)
    // endregion
    return count
}

/** The transaction of docs/transactions.md: moves an amount, and prints it after the commit. */
public suspend fun transfer(pool: JdbcPool, from: Int, to: Int, amount: Int): Int {
    // region kotlin transaction
    val left =
        pool.transaction(Connection.TRANSACTION_SERIALIZABLE, timeout = 5.seconds, retry = Retry.conflicts) { c ->
            c.change(from, -amount)
            c.change(to, +amount)
            try {
                savepoint { c.note("moved $amount") }
            } catch (_: SQLException) {} // a failure loses the note, not the transfer
            afterCommit { println("moved $amount in attempt $attempt") }
            c.balance(from)
        }
    // endregion
    return left
}

/** The README's flow: the numbers of all orders, as the server sends them. */
public fun orderNumbers(pool: JdbcPool): Flow<Int> {
    // region kotlin flow
    val numbers =
        pool.flow { c ->
            c.autoCommit = false // PostgreSQL sends rows in parts only in a transaction
            c.createStatement().use { statement ->
                statement.fetchSize = 100
                statement.executeQuery("select id from orders").use { while (it.next()) emit(it.getInt(1)) }
            }
        }
    // endregion
    return numbers
}

private fun Connection.change(account: Int, amount: Int) =
    createStatement().use { it.executeUpdate("update account set balance = balance + $amount where id = $account") }

private fun Connection.note(text: String) =
    createStatement().use { it.executeUpdate("insert into note values ('$text')") }

private fun Connection.balance(account: Int): Int =
    createStatement().use { statement ->
        statement.executeQuery("select balance from account where id = $account").use { accounts ->
            accounts.next()
            accounts.getInt(1)
        }
    }

private fun Connection.countOrders(): Int =
    createStatement().use { statement ->
        statement.executeQuery("select count(*) from orders").use { orders ->
            orders.next()
            orders.getInt(1)
        }
    }

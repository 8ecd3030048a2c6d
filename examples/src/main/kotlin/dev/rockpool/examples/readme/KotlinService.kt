package dev.rockpool.examples.readme

import dev.rockpool.jdbc.JdbcPool
import java.sql.Connection
import kotlin.time.Duration.Companion.seconds

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

private fun Connection.countOrders(): Int =
    createStatement().use { statement ->
        statement.executeQuery("select count(*) from orders").use { orders ->
            orders.next()
            orders.getInt(1)
        }
    }

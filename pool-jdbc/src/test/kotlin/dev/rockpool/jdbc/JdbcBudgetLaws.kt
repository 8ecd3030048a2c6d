package dev.rockpool.jdbc

import dev.rockpool.Budget
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeInRange
import io.kotest.matchers.shouldBe
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

/** JDBC pools share a budget while both are busy. */
class JdbcBudgetLaws :
    FunSpec({
        test("4.7: two busy JDBC pools keep to their budget") {
            val ordersUrl = "jdbc:h2:mem:budget-orders"
            val reportsUrl = "jdbc:h2:mem:budget-reports"
            // region budget
            val shared = Budget(6)
            val orders =
                JdbcPool("orders") {
                    url = ordersUrl
                    maxSize = 5
                    budget = shared.share(2)
                }
            val reports =
                JdbcPool("reports") {
                    url = reportsUrl
                    maxSize = 5
                    budget = shared.share()
                }
            // endregion

            val most = AtomicInteger()
            coroutineScope {
                val callers =
                    listOf(orders, reports).flatMap { pool ->
                        List(8) { launch(Dispatchers.Default) { repeat(50) { pool.ask() } } }
                    }
                launch {
                    while (callers.any { it.isActive }) {
                        most.accumulateAndGet(shared.taken, ::maxOf)
                        yield()
                    }
                }
            }
            most.get() shouldBeInRange 3..6
            orders.close()
            reports.close()
            shared.taken shouldBe 0
        }
    })

private suspend fun JdbcPool.ask() = withConnection { connection ->
    connection.createStatement().use { it.execute("select 1") }
}

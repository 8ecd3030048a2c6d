package shop

import dev.rockpool.jdbc.JdbcPool
import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.runApplication
import org.springframework.jdbc.core.JdbcTemplate
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.RestController

/** A service of Spring Boot 4 on Rockpool. Only the properties name the pool. */
@SpringBootApplication(proxyBeanMethods = false) class Shop

fun main(arguments: Array<String>) {
    runApplication<Shop>(*arguments)
}

// region controller
@RestController
class Orders(private val pool: JdbcPool) {
    @GetMapping("/suspending")
    suspend fun suspending(): String =
        pool.withConnection { connection ->
            connection.createStatement().use { statement ->
                statement.executeQuery("select 1").use { rows ->
                    rows.next()
                    "orders: ${rows.getInt(1)}"
                }
            }
        }
}
// endregion

@RestController
class BlockingOrders(private val jdbc: JdbcTemplate) {
    @GetMapping("/orders") fun orders(): String = "orders: ${jdbc.queryForObject("select 1", Int::class.java)}"

    /** Whether the thread of a request is virtual; false before Java 21. */
    @GetMapping("/thread") fun thread(): String = Thread.currentThread().toString()
}

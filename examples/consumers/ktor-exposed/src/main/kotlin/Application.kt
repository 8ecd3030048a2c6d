package com.example

import dev.rockpool.PoolException
import dev.rockpool.dashboard.Dashboard
import dev.rockpool.jdbc.JdbcPool
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.ApplicationStopped
import io.ktor.server.application.install
import io.ktor.server.plugins.statuspages.StatusPages
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import java.sql.Connection
import java.sql.SQLException
import java.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource
import kotlinx.coroutines.delay
import kotlinx.coroutines.withTimeoutOrNull
import org.jetbrains.exposed.v1.core.Table
import org.jetbrains.exposed.v1.jdbc.SchemaUtils
import org.jetbrains.exposed.v1.jdbc.insert
import org.jetbrains.exposed.v1.jdbc.selectAll

object Orders : Table("orders") {
    val id = integer("id").autoIncrement()
    val item = varchar("item", 50)
    override val primaryKey = PrimaryKey(id)
}

// region ktor
fun Application.orders() {
    val pool =
        JdbcPool("orders") {
            url = environment.config.property("database.url").getString()
            maxSize = 4
            acquireTimeout = 2.seconds
        }
    monitor.subscribe(ApplicationStopped) { pool.dataSource.close(Duration.ofMillis(500)) }
    // endregion

    install(StatusPages) {
        exception<PoolException> { call, e -> call.unavailable(e) }
        exception<SQLException> { call, e -> call.unavailable(e) }
    }
    // region ktor dashboard start
    environment.config.propertyOrNull("dashboard.token")?.let { token ->
        val page = Dashboard.builder(pool.control).token(token.getString()).handler()
        monitor.subscribe(ApplicationStopped) { page.close() }
        routing { route("/pools") { dashboard(page) } }
    }
    // endregion
    routing {
        ordersWith(pool)
        ordersWithExposed(ExposedTransactions(pool))
    }
}

private suspend fun ApplicationCall.unavailable(e: Exception) =
    respondText(e.message.orEmpty(), status = HttpStatusCode.ServiceUnavailable)

private fun Route.ordersWith(pool: JdbcPool) {
    get("/connection") { call.respondText(pool.withConnection { it.countOrders() }.toString()) }
    post("/transaction") {
        pool.transaction { it.addOrder("tea") }
        call.respondText("added")
    }
    get("/endless") { pool.withConnection { delay(1.hours) } }
    get("/in-use") { call.respondText(pool.snapshot().leased.toString()) }
}

private fun Connection.countOrders(): Int =
    createStatement().use { statement ->
        statement.executeQuery("select count(*) from orders").use { rows -> if (rows.next()) rows.getInt(1) else 0 }
    }

private fun Connection.addOrder(item: String) =
    createStatement().use { it.executeUpdate("insert into orders (item) values ('$item')") }

private fun Route.ordersWithExposed(exposed: ExposedTransactions) {
    get("/ready") {
        exposed.transaction { SchemaUtils.create(Orders) }
        call.respondText("ready")
    }
    get("/exposed") { call.respondText(exposed.transaction { Orders.selectAll().count() }.toString()) }
    post("/exposed") {
        exposed.transaction { Orders.insert { it[item] = "coffee" } }
        call.respondText("added")
    }
    get("/exposed/suspends") {
        exposed.transaction {
            Orders.selectAll().count()
            delay(10.milliseconds)
        }
        call.respondText("done")
    }
    get("/exposed/nested") {
        exposed.transaction {
            Orders.selectAll().count()
            exposed.transaction { Orders.selectAll().count() }
        }
        call.respondText("done")
    }
    get("/exposed/timeout") {
        val began = TimeSource.Monotonic.markNow()
        val count = withTimeoutOrNull(300.milliseconds) { exposed.transaction { exec(ENDLESS_QUERY) } }
        call.respondText("$count after ${began.elapsedNow().inWholeMilliseconds}")
    }
}

private const val ENDLESS_QUERY = "select count(*) from system_range(1, 1000000) a, system_range(1, 1000000) b where a.x + b.x < 0"

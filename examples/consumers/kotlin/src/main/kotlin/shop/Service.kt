package shop

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import dev.rockpool.Backoff
import dev.rockpool.jdbc.JdbcPool
import dev.rockpool.jdbc.Startup
import java.net.InetSocketAddress
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking

/** A service over HTTP: each request is a coroutine. Stops when it gets SIGTERM. */
fun main() {
    val pool =
        JdbcPool("orders") {
            url = System.getenv("DATABASE_URL") ?: "jdbc:h2:mem:orders;DB_CLOSE_DELAY=-1"
            initSql = listOf("create table if not exists orders(id int auto_increment)")
            maxSize = 4
            minIdle = 0
            acquireTimeout = 2.seconds
            statsInterval = 20.milliseconds
            backoff = Backoff(max = 1.seconds)
            startup = Startup.WaitUpTo(10.seconds)
        }
    val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)
    val orders = Orders(pool)
    val server = HttpServer.create(InetSocketAddress("localhost", System.getenv("PORT").toInt()), 0)
    fun serve(path: String, answer: suspend () -> String) {
        server.createContext(path) { exchange -> scope.launch { exchange.answer(answer) } }
    }
    serve("/count") { orders.count().toString() }
    serve("/add") { orders.add() }
    serve("/timeout") { orders.timeout() }
    serve("/resize") { orders.resize() }
    serve("/cancelled") { orders.cancelled() }
    serve("/stats") { orders.report() }
    serve("/watched") { orders.watched() }
    serve("/socket") { sockets() }
    server.start()
    Runtime.getRuntime()
        .addShutdownHook(
            thread(start = false) {
                server.stop(0)
                scope.cancel()
                runBlocking { pool.close(grace = 500.milliseconds) }
            }
        )
}

private suspend fun HttpExchange.answer(answer: suspend () -> String) {
    val (status, body) =
        try {
            200 to answer()
        } catch (e: Exception) {
            503 to "$e"
        }
    use {
        val bytes = body.encodeToByteArray()
        sendResponseHeaders(status, bytes.size.toLong())
        responseBody.write(bytes)
    }
}

private inline fun HttpExchange.use(block: () -> Unit) {
    try {
        block()
    } finally {
        close()
    }
}

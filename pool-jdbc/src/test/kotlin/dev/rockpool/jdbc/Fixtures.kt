package dev.rockpool.jdbc

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.nondeterministic.eventuallyConfig
import java.sql.Connection
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** A pool on a database that is not there: it opens when asked to, and never probes. */
fun fakePool(database: FakeDatabase, settings: JdbcSettings.() -> Unit = {}): RockpoolDataSource =
    JdbcPool("fake") {
            url = database.url
            maxSize = 1
            minIdle = 0
            trustWindow = null
            keepaliveInterval = null
            maxLifetime = null
            acquireTimeout = 10.seconds
            settings()
        }
        .dataSource

/** A pool on the real server. */
fun postgresPool(name: String, settings: JdbcSettings.() -> Unit = {}): JdbcPool =
    JdbcPool(name) {
        url = Postgres.url
        username = Postgres.USER
        settings()
    }

/** Runs a test with a database and a pool of one connection, which is open; what opening called is forgotten. */
inline fun withFake(noinline settings: JdbcSettings.() -> Unit = {}, test: (FakeDatabase, RockpoolDataSource) -> Unit) {
    val database = FakeDatabase()
    fakePool(database, settings).use { pool ->
        pool.connection.close()
        database.forget()
        test(database, pool)
    }
}

/** Runs this on many threads at the same moment; the first failure of one of them fails the test. */
fun atOnce(threads: Int, work: (Int) -> Unit) {
    val start = CountDownLatch(1)
    val failures = java.util.concurrent.ConcurrentLinkedQueue<Throwable>()
    val all =
        List(threads) { i ->
            thread {
                start.await()
                runCatching { work(i) }.onFailure { failures += it }
            }
        }
    start.countDown()
    all.forEach { it.join() }
    failures.firstOrNull()?.let { throw it }
}

private val patience = eventuallyConfig {
    duration = 20.seconds
    interval = 5.milliseconds
}

/** Waits until this holds. */
suspend fun until(condition: () -> Unit) {
    eventually(patience) { condition() }
}

/** All connections of the pool are idle or closed. */
suspend fun RockpoolDataSource.allHome() = until { check(snapshot().leased == 0) { snapshot() } }

fun Connection.touch() {
    createStatement().use { it.execute("touch") }
}

package dev.rockpool.jdbc

import java.sql.Connection
import java.sql.SQLException
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit.SECONDS
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/**
 * Queries of a [FakeDatabase] that run until the test ends them or they are cancelled. A query is identified by its
 * SQL. As with a real driver, a connection runs one at a time.
 */
class SlowQueries(private val database: FakeDatabase, private val pool: JdbcPool) {
    private class Query(val statement: FakeObject) {
        val end = CountDownLatch(1)
        @Volatile var cancelled = false
    }

    private val running = ConcurrentHashMap<String, Query>()
    private val locks = ConcurrentHashMap<FakeObject, Any>()

    /** Queries that completed or were cancelled on the server, in order. */
    val finished = ConcurrentLinkedQueue<String>()
    val cancelled = ConcurrentLinkedQueue<String>()

    init {
        database.on("statement.execute") { call ->
            val sql = call.arguments.single().toString()
            if (sql.startsWith("slow")) run(sql, call.on)
            true
        }
        database.on("statement.cancel") { call -> cancel(call.on) }
    }

    private fun run(sql: String, statement: FakeObject) {
        synchronized(locks.computeIfAbsent(statement.parent!!) { Any() }) {
            val query = Query(statement)
            running[sql] = query
            check(query.end.await(LIMIT, SECONDS)) { "$sql was not ended" }
            running.remove(sql)
            if (query.cancelled) throw SQLException("$sql was cancelled", "57014")
            finished += sql
        }
    }

    /** Cancels as a server does: whatever this session runs now. */
    private fun cancel(statement: FakeObject) {
        running.entries
            .filter { it.value.statement.parent === statement.parent && it.value.end.count > 0 }
            .forEach { (sql, query) ->
                query.cancelled = true
                cancelled += sql
                query.end.countDown()
            }
    }

    private companion object {
        const val LIMIT = 30L
    }

    suspend fun untilRunning(sql: String) = until { check(isRunning(sql)) { "$sql does not run" } }

    fun isRunning(sql: String): Boolean = running.containsKey(sql)

    /** Keeps a failing test from hanging. */
    fun endAll() = running.values.forEach { it.end.countDown() }

    fun end(sql: String) = checkNotNull(running[sql]) { "$sql does not run" }.end.countDown()

    /** Waits until the pool has checked at least once more for cancelled callers, and has acted on it. */
    suspend fun untilLookedAgain() =
        repeat(2) { round ->
            coroutineScope {
                val canary = "slow canary $round"
                val caller = launch(Dispatchers.IO) { pool.withConnection { it.execute(canary) } }
                untilRunning(canary)
                caller.cancelAndJoin()
                check(cancelled.remove(canary))
            }
        }
}

/** Runs a test with a pool of four connections, on which queries run until they are ended. */
suspend fun withSlowQueries(
    settings: JdbcSettings.() -> Unit = {},
    test: suspend (JdbcPool, SlowQueries, FakeDatabase) -> Unit,
) {
    val database = FakeDatabase()
    val pool =
        fakePool(database) {
                maxSize = 4
                settings()
            }
            .asJdbcPool()
    val queries = SlowQueries(database, pool)
    try {
        test(pool, queries, database)
        pool.snapshot().leased.let { check(it == 0) { "$it leases are left" } }
    } finally {
        queries.endAll()
        pool.close()
    }
}

fun Connection.slow(name: String) = execute("slow $name")

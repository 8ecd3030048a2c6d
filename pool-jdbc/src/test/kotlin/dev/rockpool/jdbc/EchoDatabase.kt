package dev.rockpool.jdbc

import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CountDownLatch
import kotlin.concurrent.thread

/** A fake database whose queries return the number that was set as their parameter, and whose batches succeed. */
class EchoDatabase {
    val database = FakeDatabase()
    private val set = ConcurrentHashMap<FakeObject, Any>()

    init {
        database.on("statement.setLong") { call ->
            set[call.on] = checkNotNull(call.arguments[1])
            FakeDatabase.RECORD_ONLY
        }
        database.on("results.getLong") { call -> set[call.on.parent] }
        database.on("statement.executeUpdate") { 1 }
        var added = 0
        database.on("statement.addBatch") {
            added++
            null
        }
        database.on("statement.executeBatch") { IntArray(added) { 1 }.also { added = 0 } }
    }

    /** The parameters that were set, in order. */
    fun sent(): List<Long> = database.calls.filter { it.method == "setLong" }.map { it.arguments[1] as Long }

    /** How often a method was called. */
    fun count(method: String): Int = database.calls.count { it.toString().startsWith(method) }
}

/** Holds all connections of the pool while [during] runs. */
fun <T> RockpoolDataSource.whileBusy(during: () -> T): T {
    val all = List(control().config.maxSize) { connection }
    try {
        return during()
    } finally {
        all.forEach { it.close() }
    }
}

/** The outcome of a call: its result, or the SQLState of its error. */
fun outcome(call: CompletableFuture<*>): Any? =
    call
        .handle { result, error -> if (error == null) result else (error as? java.sql.SQLException)?.sqlState ?: error }
        .join()

/** Runs this on a thread of its own, and returns its future. */
fun <T> onThread(work: () -> T): CompletableFuture<T> {
    val future = CompletableFuture<T>()
    val begun = CountDownLatch(1)
    thread {
        begun.countDown()
        runCatching(work).fold(future::complete, future::completeExceptionally)
    }
    begun.await()
    return future
}

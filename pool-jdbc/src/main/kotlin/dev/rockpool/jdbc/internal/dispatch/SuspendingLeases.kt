package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.PoolStats
import dev.rockpool.Priority
import java.sql.Connection
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration
import kotlinx.coroutines.CoroutineDispatcher

/** The pool as flows and transactions of coroutines see it. */
internal interface SuspendingLeases {
    val poolName: String

    /** Where blocks run unless they may block where they are. */
    val dispatcher: CoroutineDispatcher

    /** Tells whether a block may block its thread where this interceptor has put it. */
    fun mayBlockHere(interceptor: ContinuationInterceptor?): Boolean

    /**
     * Runs [block] with a connection.
     *
     * @param timeout how long to wait for the connection; null: for ever
     */
    suspend fun <R> withConnection(timeout: Duration?, priority: Priority, block: suspend (Connection) -> R): R

    /** How long a caller waits for a connection by default; null: for ever. */
    val acquireTimeout: Duration?

    fun snapshot(): PoolStats
}

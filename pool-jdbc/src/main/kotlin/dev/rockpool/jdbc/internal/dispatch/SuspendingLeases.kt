package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.PoolStats
import dev.rockpool.Priority
import java.sql.Connection
import kotlin.coroutines.ContinuationInterceptor
import kotlin.time.Duration
import kotlinx.coroutines.CoroutineDispatcher

/** The pool, as flows and transactions of coroutines use it. */
internal interface SuspendingLeases {
    val poolName: String

    /** The dispatcher of blocks that may not block on their present thread. */
    val dispatcher: CoroutineDispatcher

    /** Whether a block may block the thread on which this interceptor has put it. */
    fun mayBlockHere(interceptor: ContinuationInterceptor?): Boolean

    /**
     * Runs [block] with a connection.
     *
     * @param timeout how long to wait for the connection; null for no limit
     */
    suspend fun <R> withConnection(timeout: Duration?, priority: Priority, block: suspend (Connection) -> R): R

    /** The default acquire timeout; null for no limit. */
    val acquireTimeout: Duration?

    fun snapshot(): PoolStats
}

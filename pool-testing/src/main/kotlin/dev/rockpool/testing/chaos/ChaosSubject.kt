package dev.rockpool.testing.chaos

import dev.rockpool.PoolStats
import java.sql.Connection

/**
 * The pool that [Chaos] is done to: JDBC connections to PostgreSQL, for threads and for coroutines at once.
 * Thread-safe.
 */
public interface ChaosSubject : AutoCloseable {
    /** A connection for a thread, who closes it. */
    public fun connection(): Connection

    /** Runs [block] with a connection for a coroutine. */
    public suspend fun <R> withConnection(block: suspend (Connection) -> R): R

    /** The numbers now. */
    public fun snapshot(): PoolStats

    /** Closes the pool; returns when that is done. */
    override fun close()
}

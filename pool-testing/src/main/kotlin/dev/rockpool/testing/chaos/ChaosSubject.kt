package dev.rockpool.testing.chaos

import dev.rockpool.PoolStats
import java.sql.Connection
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/**
 * The pool that [Chaos] is done to: JDBC connections to PostgreSQL, for threads and for coroutines at once.
 * Thread-safe.
 */
public interface ChaosSubject : AutoCloseable {
    /** A connection for a thread, who closes it. */
    public fun connection(): Connection

    /** Runs [block] with a connection for a coroutine; as it is, with one for a thread that may block. */
    @JvmSynthetic
    public suspend fun <R> withConnection(block: suspend (Connection) -> R): R =
        withContext(Dispatchers.IO) { connection().use { block(it) } }

    /** The numbers now. */
    public fun snapshot(): PoolStats

    /** Closes the pool; returns when that is done. */
    override fun close()
}

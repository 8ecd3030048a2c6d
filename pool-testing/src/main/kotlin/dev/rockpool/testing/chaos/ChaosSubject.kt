package dev.rockpool.testing.chaos

import dev.rockpool.PoolStats
import java.sql.Connection
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** The pool under test: JDBC connections to PostgreSQL, used by threads and coroutines at once. Thread-safe. */
public interface ChaosSubject : AutoCloseable {
    /** Gets a connection for a thread, which closes it. */
    public fun connection(): Connection

    /** Runs [block] with a connection for a coroutine. By default it uses [connection] on a thread that may block. */
    @JvmSynthetic
    public suspend fun <R> withConnection(block: suspend (Connection) -> R): R =
        withContext(Dispatchers.IO) { connection().use { block(it) } }

    /** The pool's current numbers. */
    public fun snapshot(): PoolStats

    /** Closes the pool and waits until it is closed. */
    override fun close()
}

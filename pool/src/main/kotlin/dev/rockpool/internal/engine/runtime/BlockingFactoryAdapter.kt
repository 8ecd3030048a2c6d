package dev.rockpool.internal.engine.runtime

import dev.rockpool.BlockingConnectionFactory
import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import dev.rockpool.ReturnState
import dev.rockpool.internal.base.NonBlocking
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.call
import dev.rockpool.internal.base.logDebug

/**
 * Calls a [BlockingConnectionFactory] on threads that may block. Connects hang longest, so they have their own threads
 * and do not delay other calls. A connection that arrives after its connect timed out is closed.
 */
public class BlockingFactoryAdapter<C : Any> private constructor(private val factory: BlockingConnectionFactory<C>) :
    ConnectionFactory<C>, NonBlocking {
    private val connecting = PoolThreads.atMost(THREADS)
    private val upkeep = PoolThreads.atMost(THREADS)

    override suspend fun open(): C =
        connecting.call(always = false, lost = ::closeLate) {
            // A factory written in Java can return null.
            val opened: C? = factory.open()
            opened ?: error("the factory opened null")
        }

    private fun closeLate(connection: C) =
        try {
            factory.close(connection)
        } catch (e: Throwable) { // Errors too: no caller waits for this call any more
            logDebug(e) { "closing a connection that arrived too late failed" }
        }

    override suspend fun close(connection: C): Unit = upkeep.call { factory.close(connection) }

    override fun abort(connection: C): Unit = factory.abort(connection)

    override suspend fun probe(connection: C): Boolean = upkeep.call { factory.probe(connection) }

    override fun inspect(connection: C): ReturnState = factory.inspect(connection)

    override suspend fun reset(connection: C): Unit = upkeep.call { factory.reset(connection) }

    override fun callUnderWay(connection: C): Long = factory.callUnderWay(connection)

    override suspend fun findLost(silent: List<C>, witness: C): List<C> =
        upkeep.call { factory.findLost(silent, witness) }

    override fun classify(error: Throwable): ConnectFailure = factory.classify(error)

    override fun explain(error: Throwable): String = factory.explain(error)

    public companion object {
        /** Enough for most pools even if every slot hangs at once, and bounded. */
        private const val THREADS = 32

        @JvmStatic
        public fun <C : Any> of(factory: BlockingConnectionFactory<C>): ConnectionFactory<C> =
            BlockingFactoryAdapter(factory)
    }
}

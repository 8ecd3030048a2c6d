package dev.rockpool.internal.engine

import dev.rockpool.BlockingConnectionFactory
import dev.rockpool.Condition
import dev.rockpool.ConnectFailure
import dev.rockpool.ConnectionFactory
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Makes the calls of a [BlockingConnectionFactory] on threads that may block. A call that is cancelled is left behind
 * on its thread, and the connection that it opens all the same is closed there. (`withContext` would wait for the call,
 * and lose the connection.)
 */
public class BlockingFactoryAdapter<C : Any>
private constructor(private val factory: BlockingConnectionFactory<C>, private val dispatcher: CoroutineDispatcher) :
    ConnectionFactory<C> {
    override suspend fun open(): C =
        call(undelivered = factory::close, onlyIfWanted = true) {
            // Platform type: a factory written in Java can return null.
            val opened: C? = factory.open()
            opened ?: error("the factory opened null")
        }

    override suspend fun close(connection: C): Unit = call { factory.close(connection) }

    override fun abort(connection: C): Unit = factory.abort(connection)

    override suspend fun probe(connection: C): Boolean = call { factory.probe(connection) }

    override fun inspect(connection: C): Condition = factory.inspect(connection)

    override suspend fun reset(connection: C): Unit = call { factory.reset(connection) }

    override fun classify(error: Throwable): ConnectFailure = factory.classify(error)

    private suspend fun <T> call(undelivered: (T) -> Unit = {}, onlyIfWanted: Boolean = false, work: () -> T): T =
        suspendCancellableCoroutine { continuation ->
            val call = Runnable {
                if (onlyIfWanted && !continuation.isActive) return@Runnable
                val result =
                    try {
                        work()
                    } catch (e: Throwable) { // the pool decides what an Error of a driver means
                        continuation.resumeWithException(e)
                        return@Runnable
                    }
                continuation.resume(result) { _, late, _ -> dispose(late, undelivered) }
            }
            dispatcher.dispatch(continuation.context, call)
        }

    private fun <T> dispose(late: T, undelivered: (T) -> Unit) =
        try {
            undelivered(late)
        } catch (_: Exception) {
            // Nobody ever held it, and it counted as failed when it was given up.
        }

    public companion object {
        /** Enough for every slot of most pools to hang at once, and bounded. */
        private const val THREADS = 32

        @JvmStatic
        public fun <C : Any> of(factory: BlockingConnectionFactory<C>): ConnectionFactory<C> =
            BlockingFactoryAdapter(factory, Dispatchers.IO.limitedParallelism(THREADS, "pool maintenance"))
    }
}

package dev.rockpool.internal.engine.runtime

import dev.rockpool.BlockingConnectionHooks
import dev.rockpool.ConnectionHooks
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.call

/** Calls [BlockingConnectionHooks] on threads that may block. */
public class BlockingHooksAdapter<C : Any> private constructor(private val hooks: BlockingConnectionHooks<C>) :
    ConnectionHooks<C> {
    private val threads = PoolThreads.atMost(THREADS)

    override suspend fun afterOpen(connection: C): Unit = threads.call { hooks.afterOpen(connection) }

    override suspend fun beforeLend(connection: C): Unit = threads.call { hooks.beforeLend(connection) }

    override suspend fun afterReturn(connection: C): Unit = threads.call { hooks.afterReturn(connection) }

    public companion object {
        /** Enough for most pools even if every slot hangs at once, and bounded. */
        private const val THREADS = 64

        @JvmStatic
        public fun <C : Any> of(hooks: BlockingConnectionHooks<C>): ConnectionHooks<C> = BlockingHooksAdapter(hooks)
    }
}

package dev.rockpool.internal.engine.runtime

import dev.rockpool.BlockingPreparer
import dev.rockpool.Preparer
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.call

/** Calls a [BlockingPreparer] on threads that may block. */
public class BlockingPreparerAdapter<C : Any> private constructor(private val preparer: BlockingPreparer<C>) :
    Preparer<C> {
    private val threads = PoolThreads.atMost(THREADS)

    override fun cost(from: Any?, to: Any?): Int = preparer.cost(from, to)

    override suspend fun prepare(connection: C, tag: Any?): Unit = threads.call { preparer.prepare(connection, tag) }

    override fun isPrepared(connection: C, tag: Any?, used: Boolean): Boolean =
        preparer.isPrepared(connection, tag, used)

    public companion object {
        /** Enough for most pools even if every slot hangs at once, and bounded. */
        private const val THREADS = 64

        @JvmStatic
        public fun <C : Any> of(preparer: BlockingPreparer<C>): Preparer<C> = BlockingPreparerAdapter(preparer)
    }
}

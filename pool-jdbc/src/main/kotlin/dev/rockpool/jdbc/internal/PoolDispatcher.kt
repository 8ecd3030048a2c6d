package dev.rockpool.jdbc.internal

import kotlin.coroutines.CoroutineContext
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Runnable

/** As many threads of `Dispatchers.IO` as the pool may have connections now, and outside that one's limit. */
internal class PoolDispatcher(private val size: () -> Int) : CoroutineDispatcher() {
    private class View(val size: Int, val dispatcher: CoroutineDispatcher)

    @Volatile private var view = viewOf(size())

    override fun dispatch(context: CoroutineContext, block: Runnable) = current().dispatch(context, block)

    /** What still runs in the view of another size runs to its end there. */
    private fun current(): CoroutineDispatcher {
        val wanted = size()
        if (view.size != wanted) view = viewOf(wanted)
        return view.dispatcher
    }

    private fun viewOf(size: Int) = View(size, Dispatchers.IO.limitedParallelism(size))

    override fun toString(): String = "pool dispatcher of ${view.size} threads"
}

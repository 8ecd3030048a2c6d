package dev.rockpool.jdbc

import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.function.Function

/**
 * A batched statement with one of a pool for each place where its calls may run.
 *
 * @param P the place, such as a standby of a cluster
 */
internal abstract class RoutedStatement<P : Any, A, R>(
    @get:JvmSynthetic override val options: BatchOptions,
    private val made: Function<P, BatchedStatement<A, R>>,
) : BatchedStatement<A, R>() {
    private val statements = ConcurrentHashMap<P, BatchedStatement<A, R>>()
    private val lock = Any()
    private var past = BatchStats(0, 0, 0, 0, 0)

    @JvmSynthetic
    protected fun at(place: P): BatchedStatement<A, R> =
        statements[place] ?: statements.computeIfAbsent(place) { made.apply(it) }.also { forget() }

    /** Whether calls may still run there. What was done at other places is only counted. */
    @JvmSynthetic protected abstract fun mayUse(place: P): Boolean

    private fun forget() {
        for (place in statements.keys) {
            if (mayUse(place)) continue
            synchronized(lock) { statements.remove(place)?.let { past = past.and(it.stats()) } }
        }
    }

    @JvmSynthetic
    override fun stats(): BatchStats =
        synchronized(lock) { statements.values.fold(past) { sum, statement -> sum.and(statement.stats()) } }

    override fun toString(): String = "BatchedStatement($options, ${stats()})"

    /** Passes the cancellation of [outer] to the call behind it, and the outcome of that to [outer]. */
    @JvmSynthetic
    protected fun connect(outer: CompletableFuture<R>, inner: CompletableFuture<R>, retry: () -> Boolean) {
        outer.whenComplete { _, _ -> if (!inner.isDone) inner.cancel(true) }
        inner.whenComplete { result, error ->
            if (error == null) outer.complete(result)
            else if (outer.isDone || !retry()) outer.completeExceptionally(error)
        }
    }
}

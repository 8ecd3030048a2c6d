package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.jdbc.internal.cancel.isScope
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlinx.coroutines.Job

/**
 * A context with hidden elements. They are found by their keys, and every context built from this one has them. A fold
 * does not show them.
 *
 * **Why.** A block that runs in place is part of its caller's coroutine, so its context should be the caller's: a
 * `flow` refuses to emit from any other. But coroutines that the block starts need elements that the caller's context
 * lacks, and so does code that the block runs in another context.
 *
 * A scope of the same coroutine (`coroutineScope`, `withTimeout`) hides them as well, so a `flow` can emit from it.
 *
 * Tested by `FlowLaws` and `SiblingLaws`.
 *
 * @property base the elements that are shown
 * @property hidden the elements that are not
 */
internal class HidingContext private constructor(val base: CoroutineContext, private val hidden: CoroutineContext) :
    CoroutineContext {
    private fun whole(): CoroutineContext = base + hidden

    override fun <E : CoroutineContext.Element> get(key: CoroutineContext.Key<E>): E? = hidden[key] ?: base[key]

    /** Code that builds another context from this one gets all elements. */
    override fun <R> fold(initial: R, operation: (R, CoroutineContext.Element) -> R): R =
        if (initial is CoroutineContext) whole().fold(initial, operation) else base.fold(initial, operation)

    override fun plus(context: CoroutineContext): CoroutineContext =
        when {
            context === EmptyCoroutineContext -> this
            context is Job && context.isScope() -> HidingContext(base + context, hidden)
            else -> whole() + context
        }

    override fun minusKey(key: CoroutineContext.Key<*>): CoroutineContext = whole().minusKey(key)

    override fun toString(): String = base.toString()

    companion object {
        /** The same context with one more hidden element. */
        fun of(context: CoroutineContext, hidden: CoroutineContext.Element): CoroutineContext =
            if (context is HidingContext) HidingContext(context.base, context.hidden + hidden)
            else HidingContext(context, hidden)
    }
}

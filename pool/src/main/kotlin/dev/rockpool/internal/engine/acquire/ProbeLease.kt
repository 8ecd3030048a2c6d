package dev.rockpool.internal.engine.acquire

import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Slot
import kotlin.coroutines.resume
import kotlin.time.Duration
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.suspendCancellableCoroutine

/** The pool's own waiter for one of its connections. Its timeout is not counted. */
private class ProbeLease<C : Any>(
    private val queue: AcquireQueue<C>,
    private val continuation: CancellableContinuation<ProbeLease<C>?>,
    since: Long,
    deadline: Long,
) : Waiter<C>(since, deadline) {
    override fun parks(): Boolean = false

    override fun holder(): Any = Holder.POOL

    override fun wake() =
        if (isServed) {
            continuation.resume(this) { queue.runtime.slots().release(slot(), ticket()) }
        } else {
            continuation.resume(null) {}
        }
}

/** Runs [question] with a slot of the pool, if one becomes free within [limit]. The lease ends with the question. */
internal suspend fun <C : Any, R> AcquireQueue<C>.withProbeLease(
    limit: Duration,
    question: suspend (Slot<C>, Long) -> R?,
): R? {
    val slot = runtime.state().tryLend(Holder.POOL) ?: awaitProbeLease(limit)?.slot() ?: return null
    val ticket = slot.ticket()
    try {
        return question(slot, ticket)
    } finally {
        runtime.slots().release(slot, ticket)
    }
}

private suspend fun <C : Any> AcquireQueue<C>.awaitProbeLease(limit: Duration): Waiter<C>? =
    suspendCancellableCoroutine { continuation ->
        val now = runtime.now()
        val witness = ProbeLease(this, continuation, now, deadline(now, limit.inWholeNanoseconds))
        if (enqueue(witness) == null) continuation.invokeOnCancellation { cancel(witness) }
        else continuation.resume(null)
    }

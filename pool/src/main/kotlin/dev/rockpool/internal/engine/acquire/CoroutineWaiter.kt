package dev.rockpool.internal.engine.acquire

import dev.rockpool.Priority
import dev.rockpool.internal.core.queue.Demand
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Holder
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.Job

/**
 * A caller that suspends. It is also the cancellation handler of its continuation, because many callers may wait and
 * each would need another object.
 */
internal class CoroutineWaiter<C : Any, T>(
    private val queue: AcquireQueue<C>,
    private val continuation: CancellableContinuation<T>,
    private val leasing: Leasing<C, T>,
    since: Long,
    deadline: Long,
    priority: Priority,
) : Waiter<C>(since, deadline, priority), (Throwable?) -> Unit {
    /** Called when the caller is cancelled. */
    override fun invoke(cause: Throwable?) {
        queue.cancel(this)
    }

    override fun parks(): Boolean = false

    override fun demand(): Demand<C>? = queue.demand

    override fun holder(): Any = continuation.context[Job] ?: Holder.UNKNOWN

    override fun wake() {
        val failure = queue.settle(this)
        if (failure != null) return continuation.resumeWithException(failure)
        // If the caller is cancelled after it was served but before it runs, the lease is released.
        continuation.resume(leasing.lease(slot(), ticket())) { queue.runtime.slots().release(slot(), ticket()) }
    }
}

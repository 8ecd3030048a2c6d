package dev.rockpool.internal.engine.acquire

import dev.rockpool.Priority
import dev.rockpool.internal.core.slot.Holder
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.Job

/** A caller that suspends, and waits in several pools. It is also the cancellation handler of its continuation. */
internal class RacingCoroutine<C : Any, T>(
    private val continuation: CancellableContinuation<T>,
    all: Races<C>,
    pools: Int,
    timeout: Long,
    priority: Priority,
    leasing: RaceLeasing<C, T>,
) : RacingCaller<C, T>(all, pools, timeout, priority, leasing), (Throwable?) -> Unit {
    /** Waits in these pools. If the caller's cancellation cannot be watched, it does not wait. */
    fun start(pools: List<RacePool<C>>) {
        begin(pools)
        try {
            continuation.invokeOnCancellation(this)
        } catch (e: Throwable) {
            if (cancel()) throw e
        }
    }

    /** Called when the caller is cancelled. */
    override fun invoke(cause: Throwable?) {
        cancel()
    }

    override fun holder(): Any = continuation.context[Job] ?: Holder.UNKNOWN

    override fun resume(place: RacingPlace<C>, failure: Throwable?) {
        if (failure != null) return continuation.resumeWithException(failure)
        // If the caller is cancelled after it was served but before it runs, the lease is released.
        continuation.resume(lease(place)) { release(place) }
    }
}

package dev.rockpool.internal.engine

import dev.rockpool.PoolException
import dev.rockpool.Priority
import dev.rockpool.internal.core.Holder
import dev.rockpool.internal.core.Waiter
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.Job

/** A caller that suspends. */
internal class CoroutineWaiter<C : Any>(
    private val engine: Engine<C>,
    private val continuation: CancellableContinuation<Waiter<C>>,
    since: Long,
    deadline: Long,
    priority: Priority,
) : Waiter<C>(since, deadline, priority) {
    override fun parks(): Boolean = false

    override fun holder(): Any = continuation.context[Job] ?: Holder.UNKNOWN

    override fun wake() {
        when (outcome()) {
            // Cancelled after this and before it runs: the lease comes back.
            Outcome.SERVED -> {
                engine.lending.served(this)
                continuation.resume(this) { _, served, _ -> engine.lending.release(served.slot(), served.ticket()) }
            }
            Outcome.TIMED_OUT -> fail { engine.timedOut(engine.now() - since(), holder()) }
            Outcome.FAILED -> fail { engine.failed(failure()) }
            Outcome.WAITING,
            Outcome.CANCELLED -> Unit
        }
    }

    /** The caller hears of the end even if there is no memory to say it well. */
    private inline fun fail(error: () -> PoolException) =
        continuation.resumeWithException(
            try {
                error()
            } catch (e: Throwable) {
                e
            }
        )
}

package dev.rockpool.internal.engine

import dev.rockpool.internal.core.Waiter
import kotlin.coroutines.resumeWithException
import kotlinx.coroutines.CancellableContinuation

/** A caller that suspends. */
internal class CoroutineWaiter<C : Any>(
    private val engine: Engine<C>,
    private val continuation: CancellableContinuation<Waiter<C>>,
    since: Long,
    deadline: Long,
) : Waiter<C>(since, deadline) {
    override fun parks(): Boolean = false

    override fun wake() {
        when (outcome()) {
            // Cancelled after this and before it runs: the lease comes back.
            Outcome.SERVED ->
                continuation.resume(this) { _, served, _ -> engine.lending.release(served.slot(), served.ticket()) }
            Outcome.TIMED_OUT -> continuation.resumeWithException(engine.timedOut(engine.now() - since()))
            Outcome.FAILED -> continuation.resumeWithException(engine.failed(failure()))
            Outcome.WAITING,
            Outcome.CANCELLED -> Unit
        }
    }
}

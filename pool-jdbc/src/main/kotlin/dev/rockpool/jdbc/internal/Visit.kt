package dev.rockpool.jdbc.internal

import java.sql.Connection
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn

/** Runs a block with a connection where its caller is: on a thread that may block. Ends the lease. */
internal suspend fun <R> Canceller.visit(lease: PooledConnection, block: suspend (Connection) -> R): R =
    suspendCoroutineUninterceptedOrReturn { caller ->
        Visit(this, lease, caller).begin(block)
    }

/**
 * A block that is run in place: its context differs from its caller's by one element that needs no thread, so it goes
 * on in its caller as if it was called, and to run it costs no coroutine and no dispatch.
 */
private class Visit<R>(
    private val canceller: Canceller,
    private val lease: PooledConnection,
    private val caller: Continuation<R>,
) : Continuation<R> {
    private val self = JobCaller()

    override val context: CoroutineContext = caller.context + self

    /** What it came to, or that it suspends. */
    fun begin(block: suspend (Connection) -> R): Any? {
        var suspends = false
        try {
            canceller.worksFor(lease, self)
            val before = self.updateThreadContext(context)
            try {
                val reached = block.startCoroutineUninterceptedOrReturn(lease, this)
                suspends = reached === COROUTINE_SUSPENDED
                return reached
            } finally {
                self.restoreThreadContext(context, before)
            }
        } finally {
            if (!suspends) end()
        }
    }

    override fun resumeWith(result: Result<R>) {
        end()
        caller.resumeWith(result)
    }

    private fun end() {
        lease.worksFor(null)
        lease.close()
    }
}

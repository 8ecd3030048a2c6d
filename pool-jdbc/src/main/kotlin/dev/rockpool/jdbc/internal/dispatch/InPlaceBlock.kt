package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.jdbc.internal.cancel.CancellationWatcher
import dev.rockpool.jdbc.internal.cancel.CurrentJob
import dev.rockpool.jdbc.internal.cancel.JobToken
import dev.rockpool.jdbc.internal.connection.PooledConnection
import java.sql.Connection
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlinx.coroutines.Job

/** Runs a block with a connection on its caller's thread, which may block. Ends the lease. */
internal suspend fun <R> CancellationWatcher.runInPlace(
    lease: PooledConnection,
    job: Job,
    block: suspend (Connection) -> R,
): R = suspendCoroutineUninterceptedOrReturn { caller ->
    val context = caller.context
    val shown = (context as? HidingContext)?.base ?: context
    val tells = shown[CurrentJob] != null
    val inside = if (context[CurrentJob] != null) context else HidingContext.of(context, CurrentJob)
    InPlaceBlock(lease, caller, inside).begin(this, JobToken(job, tells), block)
}

/**
 * A block that runs in place. Its context is its caller's: a `flow` in it or around it sees no added element, and no
 * thread has to be prepared for it. It tells its first thread whose code it runs. After a suspension, [JobToken] knows
 * the threads.
 */
private class InPlaceBlock<R>(private val lease: PooledConnection, caller: Continuation<R>, context: CoroutineContext) :
    InPlace<R>(caller, context) {
    /** Returns the block's result, or that it suspends. */
    fun begin(canceller: CancellationWatcher, self: JobToken, block: suspend (Connection) -> R): Any? {
        var suspends = false
        try {
            canceller.worksFor(lease, self)
            val before = CurrentJob.updateThreadContext(context)
            try {
                val reached = block.startCoroutineUninterceptedOrReturn(lease, this)
                suspends = reached === COROUTINE_SUSPENDED
                return reached
            } finally {
                CurrentJob.tell(before)
            }
        } finally {
            if (!suspends) end()
        }
    }

    override fun resumeWith(result: Result<R>) {
        end()
        super.resumeWith(result)
    }

    private fun end() {
        lease.worksFor(null)
        lease.close()
    }
}

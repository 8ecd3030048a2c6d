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

/** Runs a block with a connection where its caller is: on a thread that may block. Ends the lease. */
internal suspend fun <R> CancellationWatcher.visit(
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
 * A block that is run in place. Its context is its caller's: nothing is added that a `flow` in it or around it would
 * see, and no thread has to be set up for it. It tells the thread that it begins on whose code that runs; where it goes
 * on after it was suspended, [JobToken] knows the threads.
 */
private class InPlaceBlock<R>(private val lease: PooledConnection, caller: Continuation<R>, context: CoroutineContext) :
    InPlace<R>(caller, context) {
    /** What it came to, or that it suspends. */
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

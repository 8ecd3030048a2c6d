package dev.rockpool.jdbc.internal

import java.sql.SQLException
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.jvm.internal.CoroutineStackFrame
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.ThreadContextElement

/**
 * The block of a coroutine, which has given up when the job that its code runs in now is cancelled.
 *
 * Which job that is it learns as an element of the block's context, so a part that runs in `NonCancellable` is left
 * alone. A `withTimeout` inside the block does not tell, but its job is then a child of the known one, and a scope (not
 * launched): while a scope is active, the block is inside it.
 */
internal class JobCaller : Caller(), ThreadContextElement<Job?>, CoroutineContext.Key<JobCaller> {
    @Volatile private var job: Job? = null

    /** One of its own, since a block may have connections of several pools. */
    override val key: CoroutineContext.Key<*>
        get() = this

    override fun updateThreadContext(context: CoroutineContext): Job? = job.also { job = context[Job] }

    override fun restoreThreadContext(context: CoroutineContext, oldState: Job?) {
        // Code that went on elsewhere may have said already where it is.
        if (job === context[Job]) job = oldState
    }

    override fun hasGivenUp(): Boolean = job?.givenUp() != null

    /** Whichever job of the place where the code is was cancelled, the innermost first. */
    private fun Job.givenUp(): Job? =
        children.firstNotNullOfOrNull { if (it is CoroutineStackFrame) it.givenUp() else null }
            ?: takeIf { isCancelled }

    /** Ends with the very cancellation: `withTimeout` knows its own by identity. */
    @OptIn(InternalCoroutinesApi::class)
    override fun cancelled(error: SQLException): SQLException {
        val cancellation = job?.givenUp()?.getCancellationException() ?: return error
        cancellation.addSuppressed(error)
        throw cancellation
    }
}

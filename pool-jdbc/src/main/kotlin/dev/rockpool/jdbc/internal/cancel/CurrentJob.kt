package dev.rockpool.jdbc.internal.cancel

import dev.rockpool.internal.base.PoolThread
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.jvm.internal.CoroutineStackFrame
import kotlinx.coroutines.Job
import kotlinx.coroutines.ThreadContextElement

/**
 * A context element that tells each thread whose job it runs, so that a JDBC call knows its caller.
 *
 * A thread does not learn when code enters or leaves a scope such as `withTimeout`. So it is told the job of the whole
 * coroutine, and the scopes are looked up below that job.
 */
internal object CurrentJob : ThreadContextElement<Job?>, CoroutineContext.Key<CurrentJob> {
    private val others = ThreadLocal<Job?>()

    override val key: CoroutineContext.Key<*>
        get() = this

    override fun updateThreadContext(context: CoroutineContext): Job? =
        onThisThread().also { tell(context[Job]?.ofCoroutine()) }

    override fun restoreThreadContext(context: CoroutineContext, oldState: Job?): Unit = tell(oldState)

    /** The job whose code this thread runs; null when that is not known. */
    fun onThisThread(): Job? {
        val thread = Thread.currentThread()
        return if (thread is PoolThread) thread.job else others.get()
    }

    /** From now on this thread runs the code of this job. */
    fun tell(job: Job?) {
        val thread = Thread.currentThread()
        if (thread is PoolThread) thread.job = job else others.set(job)
    }

    override fun toString(): String = "CurrentJob"
}

/** A scope of a coroutine: while it is active, the coroutine is inside it. */
internal fun Job.isScope(): Boolean = this is CoroutineStackFrame

/** Tells whether this is the job of a coroutine. Several coroutines may run code for a plain [Job]. */
internal fun Job.isCoroutine(): Boolean = this is Continuation<*>

/** The coroutine that this is a scope of; or this. A scope that has ended has lost its parent. */
private tailrec fun Job.ofCoroutine(): Job {
    val outer = if (isScope()) parent else null
    return if (outer == null || !outer.isCoroutine()) this else outer.ofCoroutine()
}

/** The innermost cancelled job around the code of this coroutine; null when none is cancelled. */
internal fun Job.innermostCancelled(): Job? =
    children.firstNotNullOfOrNull { if (it.isScope()) it.innermostCancelled() else null } ?: takeIf { isCancelled }

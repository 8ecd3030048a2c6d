package dev.rockpool.jdbc.internal.cancel

import dev.rockpool.internal.base.PoolThread
import dev.rockpool.jdbc.internal.connection.CancellationToken
import java.sql.SQLException
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import kotlinx.coroutines.ensureActive

/**
 * The token of a coroutine's block. A call is cancelled when the job whose code made it is cancelled. So code in
 * `NonCancellable` is left alone, a `withTimeout` inside the block counts, and a sibling coroutine counts for its own
 * calls only.
 *
 * A thread that does not know its job ([CurrentJob]) runs no coroutine of the block. Its calls are cancelled with the
 * block as a whole. One exception: a block that runs in place and was suspended does not tell its new thread. There a
 * call on a dispatcher's thread is the block's own.
 *
 * @property block the job of the code that asked for the connection
 * @property tells whether the code of the block always tells its thread its job
 */
internal class JobToken(private val block: Job, private val tells: Boolean) : CancellationToken() {
    override fun jobHere(): Job? = CurrentJob.onThisThread()

    override fun hasGivenUp(thread: Thread, job: Job?): Boolean = cancelledOf(thread, job) != null

    private fun cancelledOf(thread: Thread, job: Job?): Job? =
        when {
            job != null -> job.innermostCancelled()
            isOwn(thread) -> block.innermostCancelled()
            else -> block.takeIf { it.isCancelled }
        }

    private fun isOwn(thread: Thread) = !tells && thread.isOfDispatcher()

    /**
     * Throws the cancellation itself, which `withTimeout` recognises by identity. A plain thread gets an SQLException.
     */
    override fun cancelled(thread: Thread, job: Job?, error: SQLException): SQLException {
        val cancellation = cancelledOf(thread, job)?.cancellation() ?: return error
        if (job == null && !isOwn(thread)) return ofThread(error, cancellation)
        cancellation.addSuppressed(error)
        throw cancellation
    }

    private fun ofThread(error: SQLException, cancellation: CancellationException): SQLException {
        val why = "a statement was cancelled because the coroutine was that had asked for its connection"
        return SQLException(why, error.sqlState, error.errorCode, cancellation).also { it.addSuppressed(error) }
    }
}

private const val WORKER = "kotlinx.coroutines.scheduling.CoroutineScheduler\$Worker"

/**
 * Tells whether this is a thread of a dispatcher: the pools' own, or `Dispatchers.IO`. Virtual threads are always told.
 */
private fun Thread.isOfDispatcher() = this is PoolThread || javaClass.name == WORKER

internal fun Job.cancellation(): CancellationException? =
    try {
        ensureActive()
        null
    } catch (e: CancellationException) {
        e
    }

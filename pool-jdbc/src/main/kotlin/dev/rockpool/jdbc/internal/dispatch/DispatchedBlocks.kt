package dev.rockpool.jdbc.internal.dispatch

import dev.rockpool.Priority
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.Engine
import dev.rockpool.jdbc.internal.cancel.CancellationWatcher
import dev.rockpool.jdbc.internal.cancel.CurrentJob
import dev.rockpool.jdbc.internal.cancel.JobToken
import dev.rockpool.jdbc.internal.cancel.cancellation
import dev.rockpool.jdbc.internal.connection.PhysicalConnection
import dev.rockpool.jdbc.internal.connection.PooledConnection
import java.sql.Connection
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.createCoroutineUnintercepted
import kotlin.coroutines.intrinsics.intercepted
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.coroutines.resume
import kotlin.time.Duration
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.job

/**
 * Runs blocks with a connection on a dispatcher whose threads may block.
 *
 * The caller acquires a connection on its own thread. So its place in the queue, its timeout and its cancellation do
 * not depend on how busy the dispatcher is. The thread that serves the caller starts the block on the dispatcher, and
 * the block ends the lease there. Only the result returns to the caller ([ResumeDispatcher]). An exception is passed as
 * a value, because one thrown across dispatchers may be copied.
 *
 * The block is part of its caller's coroutine and has its job. So only a continuation is allocated for it.
 *
 * Tested by `JdbcPoolLaws`, `DispatchedBlockLaws` and `DispatchWatchLaws`.
 *
 * @property whenEnded calls a handler when a job ends
 */
internal class DispatchedBlocks(
    private val engine: Engine<PhysicalConnection>,
    private val canceller: CancellationWatcher,
    private val dispatcher: CoroutineDispatcher,
    private val whenEnded: (Job, (Throwable?) -> Unit) -> Unit = { job, handler ->
        job.invokeOnCompletion(handler = handler)
    },
) {
    private val returns = ResumeDispatcher { engine.waiting > 0 }

    suspend fun <R> run(timeout: Duration?, priority: Priority, block: suspend (Connection) -> R): R {
        val job = currentCoroutineContext().job
        job.ensureActive()
        return suspendCoroutineUninterceptedOrReturn<DispatchedBlock<R>> { caller ->
                DispatchedBlock(job, caller, engine.now(), timeout.orNever(), priority, block).begin()
                COROUTINE_SUSPENDED
            }
            .result()
    }

    /** Runs [block] with a slot that is leased to this caller already. Ends the lease. */
    suspend fun <R> runWith(slot: Slot<PhysicalConnection>, block: suspend (Connection) -> R): R {
        val job = currentCoroutineContext().job
        return suspendCoroutineUninterceptedOrReturn<DispatchedBlock<R>> { caller ->
                DispatchedBlock(job, caller, engine.now(), 0, Priority.NORMAL, block).beginWith(slot)
                COROUTINE_SUSPENDED
            }
            .result()
    }

    /** A waiting caller whose block starts when it is served, and later the block's result. */
    private inner class DispatchedBlock<R>(
        private val job: Job,
        private val caller: Continuation<DispatchedBlock<R>>,
        now: Long,
        private val timeout: Long,
        priority: Priority,
        private val block: suspend (Connection) -> R,
    ) :
        Waiter<PhysicalConnection>(now, engine.deadline(now, timeout), priority),
        Continuation<R>,
        (Throwable?) -> Unit {
        private var result: Result<R>? = null
        @Volatile private var watch: CompletableJob? = null

        override val context: CoroutineContext = caller.context + dispatcher + CurrentJob

        fun result(): R = checkNotNull(result).getOrThrow()

        /** Starts the block, or waits in the queue. Throws to the caller. */
        fun begin() {
            when {
                engine.tryAcquire(this) -> start()
                timeout <= 0 -> throw engine.notAvailable(job)
                else -> {
                    val refusal = engine.enqueue(this)
                    if (refusal == null) watchCaller() else throw refusal
                }
            }
        }

        /** Starts the block with a slot that another queue has served. Throws to the caller. */
        fun beginWith(slot: Slot<PhysicalConnection>) {
            engine.serve(this, slot)
            start()
        }

        /** Watches the caller through a child of its job. Otherwise each wait would need its own coroutine. */
        private fun watchCaller() {
            try {
                val child = Job(job)
                watch = child
                whenEnded(child, this)
                if (isDecided) child.complete() // it may have been decided before the child existed
            } catch (e: Throwable) { // no stack or no memory: the caller does not wait
                val isMine = engine.cancel(this)
                watch?.complete() // otherwise the caller's job would wait for it
                if (isMine) resumeWithFailure(e)
            }
        }

        /** The child has ended. */
        override fun invoke(cause: Throwable?) {
            when {
                cause == null || isDecided -> Unit
                job.isCancelled -> if (engine.cancel(this)) resumeWithFailure(checkNotNull(job.cancellation()))
                else -> watchCaller() // only the children were cancelled
            }
        }

        override fun parks() = false

        override fun holder(): Any = job

        override fun wake() {
            watch?.complete()
            val failure = engine.settle(this)
            if (failure != null) return resumeWithFailure(failure)
            try {
                start()
            } catch (e: Throwable) {
                resumeWithFailure(e)
            }
        }

        private fun start() {
            val run: suspend () -> R = { run() }
            try {
                run.createCoroutineUnintercepted(this).intercepted().resume(Unit)
            } catch (e: Throwable) { // no thread is available
                engine.release(slot(), ticket())
                throw e
            }
        }

        private suspend fun run(): R {
            job.cancellation()?.let {
                engine.release(slot(), ticket())
                throw it
            }
            val lease = PooledConnection(engine, slot(), ticket()).begin()
            return canceller.lend(lease, JobToken(job, tells = true)) { block(it) }
        }

        override fun resumeWith(result: Result<R>) {
            this.result = result
            returns.resume(caller, this)
        }

        private fun resumeWithFailure(error: Throwable) = resumeWith(Result.failure(error))
    }
}

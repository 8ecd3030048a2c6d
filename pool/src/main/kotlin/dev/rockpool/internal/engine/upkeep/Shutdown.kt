package dev.rockpool.internal.engine.upkeep

import dev.rockpool.CloseReason
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.logError
import dev.rockpool.internal.base.logInfo
import dev.rockpool.internal.engine.runtime.PoolRuntime
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.atomic.AtomicLong
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob

/**
 * The last steps of closing a pool, and whether they are done. They are the same whether the keeper has closed
 * everything, has failed, or hangs.
 *
 * Each step is tried even if others failed. So every pool ends: waiters fail, all remaining connections are aborted,
 * and `close` returns.
 *
 * Tested by `EndingLaws`.
 */
internal class Shutdown<C : Any>(
    private val runtime: PoolRuntime<C>,
    private val cancel: Array<() -> Unit>,
    private val job: CompletableJob,
) {
    private val begun = AtomicBoolean()
    private val watchedUntil = AtomicLong(Long.MAX_VALUE)
    private val ended = CompletableFuture<Void?>()
    private val name
        get() = runtime.name()

    /** Completes when the pool has ended, and never fails. A copy, so that no caller can complete it. */
    fun ended(): CompletableFuture<Void?> = ended.copy()

    /** Called when the pool's job has completed, so that every coroutine of it has ended. */
    fun jobCompleted() {
        ended.complete(null)
    }

    /**
     * Ends the pool.
     *
     * @param why why the keeper failed; null or a cancellation if it has done its work
     */
    fun finish(why: Throwable?) {
        if (!begun.compareAndSet(false, true)) return
        if (why != null && why !is CancellationException)
            logError(why) { "pool '$name': its keeper failed for good, so the pool is closed" }
        step("failing its callers") { runtime.slots().run(runtime.state().lifecycle().close()) }
        step("aborting its connections") { abandonAll() }
        for (each in cancel) step("cancelling its coroutines", each)
        step("leaving its budget") { runtime.slots().allowance().leave() }
        step("leaving the shared threads") { PoolThreads.pools(-1) }
        logInfo { "pool '$name' is closed" }
        if (why is TimeoutException || !step("ending its job") { job.cancel() }) ended.complete(null)
    }

    /** Calls [finish] from another thread if the pool has not ended within this time. Does nothing in virtual time. */
    fun endWithin(limit: Duration) {
        if (!runtime.isInRealTime) return
        val until = runtime.now() + limit.inWholeNanoseconds
        if (watchedUntil.getAndAccumulate(until, ::minOf) <= until) return // an earlier call ends it by then
        val late = TimeoutException("it did not end within $limit")
        try {
            PoolThreads.execute { if (!isEndedWithin(limit)) giveUp(late) }
        } catch (_: Throwable) { // no thread; the JDK may have one
            step("bounding its end") {
                CompletableFuture.delayedExecutor(limit.inWholeMilliseconds, TimeUnit.MILLISECONDS, Runnable::run)
                    .execute { if (!ended.isDone) giveUp(late) }
            }
        }
    }

    private fun isEndedWithin(limit: Duration): Boolean =
        try {
            ended.get(limit.inWholeMilliseconds, TimeUnit.MILLISECONDS)
            true
        } catch (_: TimeoutException) {
            false
        } catch (_: ExecutionException) {
            true
        }

    /** Ends the pool even if [finish] has begun and waits for coroutines that never end. */
    private fun giveUp(late: TimeoutException) {
        finish(late)
        ended.complete(null)
    }

    private fun abandonAll() {
        for (slot in runtime.state().slots().all()) {
            val connection = slot.abandon() ?: continue
            runtime.counters().closed(CloseReason.POOL_CLOSED)
            step("aborting connection ${slot.number()}") { PoolThreads.execute { aborted(connection) } }
        }
    }

    private fun aborted(connection: C) {
        step("aborting $connection") { runtime.factory().abort(connection) }
    }

    private inline fun step(what: String, does: () -> Unit): Boolean =
        try {
            does()
            true
        } catch (e: Throwable) { // Errors too, because the other steps must still run
            logError(e) { "pool '$name': $what failed while it was ended" }
            false
        }

    companion object {
        /** Additional time after grace and `closeTimeout`, for short steps. */
        val SLACK = 500.milliseconds

        /** The minimum wait for the last calls and listeners. */
        val MOMENT = 250.milliseconds
    }
}

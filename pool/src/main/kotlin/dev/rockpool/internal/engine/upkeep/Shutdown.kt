package dev.rockpool.internal.engine.upkeep

import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.logError
import dev.rockpool.internal.base.logInfo
import dev.rockpool.internal.engine.runtime.PoolRuntime
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob

/**
 * The last steps of a pool, and when they have been done. They are the same whether the keeper has closed everything,
 * has died of an error, or never comes back.
 *
 * Each step is tried, even if others failed. So every pool ends: waiting callers fail, every connection that can be
 * aborted is, and `close` returns.
 *
 * Attacked by `EndingLaws`.
 */
internal class Shutdown<C : Any>(
    private val runtime: PoolRuntime<C>,
    private val cancel: List<() -> Unit>,
    private val job: CompletableJob,
) {
    private val begun = AtomicBoolean()
    private val watched = AtomicBoolean()
    private val ended = CompletableFuture<Void?>()
    private val name
        get() = runtime.name()

    /** Completes when the pool has ended; never fails. A copy, so that nobody else can complete it. */
    fun ended(): CompletableFuture<Void?> = ended.copy()

    /** The pool's job has completed: every coroutine of it has ended. */
    fun jobCompleted() {
        ended.complete(null)
    }

    /**
     * Ends the pool.
     *
     * @param why what the keeper died of; null, or a cancellation, if it has done its work
     */
    fun finish(why: Throwable?) {
        if (!begun.compareAndSet(false, true)) return
        if (why != null && why !is CancellationException)
            logError(why) { "pool '$name': its keeper failed for good, so the pool is closed" }
        step("failing its callers") { runtime.slots().run(runtime.state().close()) }
        step("aborting its connections", ::abandonAll)
        for (each in cancel) step("cancelling its coroutines", each)
        step("leaving the shared threads") { PoolThreads.pools(-1) }
        logInfo { "pool '$name' is closed" }
        if (why is TimeoutException || !step("ending its job") { job.cancel() }) ended.complete(null)
    }

    /**
     * Has [finish] done by another thread if the pool has not ended within this time. Virtual time has no such bound.
     */
    fun endWithin(limit: Duration) {
        if (!runtime.isInRealTime || !watched.compareAndSet(false, true)) return
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

    /** Also when [finish] has begun: then it waits for coroutines that never end. */
    private fun giveUp(late: TimeoutException) {
        finish(late)
        ended.complete(null)
    }

    private fun abandonAll() {
        for (slot in runtime.state().slots().all()) {
            val connection = slot.abandon() ?: continue
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
        } catch (e: Throwable) { // Errors too: the other steps are still to be done
            logError(e) { "pool '$name': $what failed while it was ended" }
            false
        }

    companion object {
        /** After grace and `closeTimeout`, for what takes a moment. */
        val SLACK = 500.milliseconds

        /** How long the last calls and listeners are waited for at least. */
        val MOMENT = 250.milliseconds
    }
}

package dev.rockpool.internal.engine.acquire

import dev.rockpool.PoolException
import dev.rockpool.Priority
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.core.lending.Enqueued
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.runtime.PoolRuntime
import kotlin.coroutines.coroutineContext
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration
import kotlinx.coroutines.Job
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.suspendCancellableCoroutine

/** Queues callers that found nothing free, watches their deadlines, and takes out those that give up. */
internal class AcquireQueue<C : Any>(val runtime: PoolRuntime<C>, val errors: AcquireErrors) {
    private val slots = runtime.slots()
    private val nested = NestedAcquires(runtime, errors.numbers)
    val deadlines = Deadlines(slots.state().waiters(), runtime::now) { slots.run(it) }

    /** Waits in the queue for a lease, which comes back as what [leasing] makes of it. */
    suspend fun <T> await(timeout: Duration?, priority: Priority, leasing: Leasing<C, T>): T {
        val job = coroutineContext[Job]
        job?.ensureActive()
        if (timeout != null && !timeout.isPositive()) throw errors.impatient(job)
        return suspendCancellableCoroutine { continuation ->
            val now = runtime.now()
            val waiter = CoroutineWaiter(this, continuation, leasing, now, deadline(now, timeout.orNever()), priority)
            val refusal = enqueue(waiter)
            if (refusal == null) orNotAtAll(waiter) { continuation.invokeOnCancellation(waiter) }
            else continuation.resumeWithException(refusal)
        }
    }

    /** If this fails (no stack, no memory), the caller does not wait: nobody would take its connection. */
    private inline fun orNotAtAll(waiter: Waiter<C>, prepares: () -> Unit) =
        try {
            prepares()
        } catch (e: Throwable) {
            if (cancel(waiter)) throw e
            logWarn(e) { "pool '${runtime.name()}': a caller that was served cannot be told of its cancellation" }
        }

    /** Puts a waiter into the queue, and has its deadline watched. The error when it may not wait. */
    fun enqueue(waiter: Waiter<C>): PoolException? {
        nested.look(waiter)
        val enqueued = slots.enqueue(waiter)
        if (enqueued == Enqueued.WAITS && !waiter.isDecided) watchDeadline(waiter)
        return errors.refused(enqueued)
    }

    /** The timer's thread may be out of reach; a caller that waits must not suffer from that. */
    private fun watchDeadline(waiter: Waiter<C>) {
        try {
            deadlines.added(waiter.deadline())
        } catch (e: Throwable) {
            logWarn(e) { "pool '${runtime.name()}': setting a deadline failed" }
        }
    }

    /**
     * How a wait has ended: null for a waiter that was served, whose lease is recorded now; else the error for its
     * caller. Asked once for each waiter that the pool has decided, and nowhere else is its outcome read.
     *
     * The caller hears of the end even if there is no memory to say it well.
     */
    fun settle(waiter: Waiter<C>): Throwable? {
        if (waiter.outcome() != Waiter.Outcome.SERVED) return failureOf(waiter)
        runtime.state().served(waiter)
        return null
    }

    /** The slot of a waiter that was served; else throws why not. Asked once, as [settle]. */
    fun slotOf(waiter: Waiter<C>): Slot<C> {
        settle(waiter)?.let { throw it }
        return waiter.slot()
    }

    private fun failureOf(waiter: Waiter<C>): Throwable =
        try {
            when (waiter.outcome()) {
                Waiter.Outcome.TIMED_OUT -> errors.timedOut(runtime.now() - waiter.since(), waiter.holder())
                Waiter.Outcome.FAILED -> errors.failed(waiter.failure())
                Waiter.Outcome.SERVED,
                Waiter.Outcome.CANCELLED, // by its caller, who knows
                Waiter.Outcome.WAITING -> IllegalStateException("the pool has not ended this wait: ${waiter.outcome()}")
            }
        } catch (e: Throwable) {
            e
        }

    /**
     * When a wait that begins now ends, by the pool's clock; the timeout in nanoseconds, `Long.MAX_VALUE` for never.
     */
    fun deadline(now: Long, timeout: Long): Long = if (timeout > Long.MAX_VALUE - now) Long.MAX_VALUE else now + timeout

    /** For a caller that wants a prepared connection, and waits so many nanoseconds; `Long.MAX_VALUE` for ever. */
    fun prepareAttempts(timeout: Long) = PrepareAttempts(errors, runtime::now, timeout)

    /** The caller does not wait any more. False when it was decided before; then its decider acts on that. */
    fun cancel(waiter: Waiter<C>): Boolean {
        if (!waiter.decide(Waiter.Outcome.CANCELLED)) return false
        runtime.counters().cancelled.increment()
        slots.leave(waiter)
        return true
    }
}

/** Makes what its holder gets of a slot that is leased with this ticket. */
public fun interface Leasing<C, T> {
    public fun lease(slot: Slot<C>, ticket: Long): T
}

package dev.rockpool.internal.engine.acquire

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.PoolException
import dev.rockpool.PoolTracer.WaitOutcome
import dev.rockpool.Priority
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.core.lending.Enqueued
import dev.rockpool.internal.core.queue.Demand
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.runtime.PoolRuntime
import kotlin.coroutines.coroutineContext
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration
import kotlinx.coroutines.Job
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Queues callers that found no free slot, watches their deadlines, and removes cancelled ones.
 *
 * @property demand what all its callers ask for besides a connection; null for nothing
 */
internal class AcquireQueue<C : Any>
private constructor(
    val runtime: PoolRuntime<C>,
    val errors: AcquireErrors,
    val demand: Demand<C>?,
    private val nested: NestedAcquires<C>,
    val deadlines: Deadlines<C>,
) {
    constructor(
        runtime: PoolRuntime<C>,
        errors: AcquireErrors,
    ) : this(
        runtime,
        errors,
        null,
        NestedAcquires(runtime, errors.numbers),
        Deadlines(runtime.state().waiters().failed(), { runtime.now() }) { runtime.slots().run(it) },
    )

    private val slots = runtime.slots()
    private val state = slots.state()

    /** The same queue for callers with a demand. */
    fun of(demand: Demand<C>) = AcquireQueue(runtime, errors, demand, nested, deadlines)

    /** Lends a slot to this holder if one is free, else returns null. */
    fun tryLend(holder: Any): Slot<C>? =
        if (demand == null) state.tryLend(holder) else state.tryLendTo(demand, holder, false)

    /** The same, also with a slot that is stale. */
    fun tryLendEvenIfStale(holder: Any): Slot<C>? =
        if (demand == null) slots.tryLendEvenIfStale(holder)
        else state.tryLendTo(demand, holder, true)?.also { slots.wakeKeeper() }

    /** Lends the slot that is kept fresh. Callers with a demand wait for a probe instead. */
    fun tryLendKept(holder: Any): Slot<C>? = if (demand == null) slots.tryLendKept(holder) else null

    /** The error for a caller that waited this many nanoseconds. */
    fun timedOut(waited: Long, caller: Any?): AcquireTimeoutException = errors.timedOut(waited, caller, demand?.callers)

    /** The error for a caller that waited for a connection alone, while other leases of it lasted. */
    fun notAlone(waited: Long, caller: Any?): AcquireTimeoutException = errors.notAlone(waited, caller)

    /** The error for a caller that does not wait and found no free connection. */
    fun notAvailable(caller: Any?): PoolException = errors.notAvailable(caller, demand?.callers)

    /** Waits in the queue for a lease, and returns what [leasing] makes of it. */
    suspend fun <T> await(timeout: Duration?, priority: Priority, leasing: Leasing<C, T>): T {
        val job = coroutineContext[Job]
        job?.ensureActive()
        tryLendKept(job ?: Holder.UNKNOWN)?.let {
            return leasing.lease(it, it.granted())
        }
        if (timeout != null && !timeout.isPositive()) throw notAvailable(job)
        return suspendCancellableCoroutine { continuation ->
            val now = runtime.now()
            val waiter = CoroutineWaiter(this, continuation, leasing, now, deadline(now, timeout.orNever()), priority)
            val refusal = enqueue(waiter)
            if (refusal == null) orLeaveQueue(waiter) { continuation.invokeOnCancellation(waiter) }
            else continuation.resumeWithException(refusal)
        }
    }

    /**
     * If this fails, for lack of stack or memory, the caller must not wait, because it would never receive its
     * connection.
     */
    private inline fun orLeaveQueue(waiter: Waiter<C>, prepares: () -> Unit) =
        try {
            prepares()
        } catch (e: Throwable) {
            if (cancel(waiter)) throw e
            logWarn(e) { "pool '${runtime.name()}': a served caller cannot be notified of its cancellation" }
        }

    /** Queues a waiter and watches its deadline. Returns the error if it may not wait. */
    fun enqueue(waiter: Waiter<C>): PoolException? {
        val tracing = runtime.tracing() ?: return errors.refused(join(waiter))
        tracing.began(waiter)
        return errors.refused(join(waiter))?.also { tracing.ended(waiter, it) }
    }

    /** As [enqueue]. If the waiter may not wait, that is not counted, because it may wait in another pool. */
    fun join(waiter: Waiter<C>): Enqueued {
        nested.look(waiter)
        val enqueued = slots.enqueue(waiter)
        if (enqueued == Enqueued.WAITS && !waiter.isDecided) watchDeadline(waiter)
        return enqueued
    }

    /** The timer may have no thread. That must not fail a caller that waits. */
    private fun watchDeadline(waiter: Waiter<C>) {
        try {
            deadlines.added(waiter.deadline())
        } catch (e: Throwable) {
            logWarn(e) { "pool '${runtime.name()}': setting a deadline failed" }
        }
    }

    /**
     * Finishes a wait that the pool has decided. Returns null if the waiter was served, and records its lease; else
     * returns the error for its caller. Called once for each waiter; no other code reads the outcome.
     *
     * If there is not enough memory to create the right error, it returns the `OutOfMemoryError`.
     */
    fun settle(waiter: Waiter<C>): Throwable? {
        if (waiter.outcome() != Waiter.Outcome.SERVED) {
            return failureOf(waiter).also { runtime.tracing()?.ended(waiter, it) }
        }
        runtime.state().served(waiter)
        runtime.tracing()?.ended(waiter, null)
        return null
    }

    /** The error for a thread that has ended its own wait, after this many nanoseconds. */
    fun timedOut(waiter: Waiter<C>, waited: Long): PoolException =
        timedOut(waited, waiter.holder()).also { runtime.tracing()?.ended(waiter, it) }

    /**
     * Returns the slot of a waiter that was served; else throws the error for its caller. Called once, like [settle].
     */
    fun slotOf(waiter: Waiter<C>): Slot<C> {
        settle(waiter)?.let { throw it }
        return waiter.slot()
    }

    private fun failureOf(waiter: Waiter<C>): Throwable =
        try {
            when (waiter.outcome()) {
                Waiter.Outcome.TIMED_OUT -> timedOut(runtime.now() - waiter.since(), waiter.holder())
                Waiter.Outcome.FAILED -> errors.failed(waiter.failure())
                Waiter.Outcome.SERVED,
                Waiter.Outcome.CANCELLED, // by its caller, so it needs no error
                Waiter.Outcome.WAITING -> IllegalStateException("the pool did not end this wait: ${waiter.outcome()}")
            }
        } catch (e: Throwable) {
            e
        }

    /**
     * The deadline of a wait that begins now, by the pool's clock. The timeout is in nanoseconds; `Long.MAX_VALUE`
     * means never.
     */
    fun deadline(now: Long, timeout: Long): Long = if (timeout > Long.MAX_VALUE - now) Long.MAX_VALUE else now + timeout

    /**
     * The attempts of a caller that wants a prepared connection. The timeout is in nanoseconds; `Long.MAX_VALUE` means
     * never.
     */
    fun prepareAttempts(timeout: Long) = PrepareAttempts(errors, runtime::now, timeout)

    /**
     * Ends the wait of a caller that the lease of another waiter, which was [served], serves, too. Returns false if it
     * was already decided; then its decider acts on that.
     */
    fun takeAlong(waiter: Waiter<C>, served: Waiter<C>): Boolean {
        if (!waiter.decide(Waiter.Outcome.CANCELLED)) return false
        runtime.times().waited(runtime.now() - waiter.since())
        slots.leave(waiter)
        runtime.tracing()?.ended(waiter, WaitOutcome.SERVED, served.slot().number(), null)
        return true
    }

    /** Cancels a wait. Returns false if the waiter was already decided; then its decider acts on that. */
    fun cancel(waiter: Waiter<C>): Boolean {
        if (!waiter.decide(Waiter.Outcome.CANCELLED)) return false
        runtime.counters().cancelled.increment()
        slots.leave(waiter)
        runtime.tracing()?.ended(waiter, null)
        return true
    }
}

/** Creates the holder's object for a slot that is leased with this ticket. */
public fun interface Leasing<C, T> {
    public fun lease(slot: Slot<C>, ticket: Long): T
}

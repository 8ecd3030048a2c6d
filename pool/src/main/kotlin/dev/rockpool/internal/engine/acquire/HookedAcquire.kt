package dev.rockpool.internal.engine.acquire

import dev.rockpool.ConnectionHooks
import dev.rockpool.Lease
import dev.rockpool.Priority
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.runtime.BoundedCalls
import dev.rockpool.internal.engine.runtime.orNever
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import kotlin.coroutines.coroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch

/**
 * Acquiring from a pool that has hooks: what was lent is prepared before its caller gets it. Whatever happens to the
 * hook or to the caller meanwhile, the slot is the caller's, or it is closed.
 */
internal class HookedAcquire<C : Any>(
    private val queue: AcquireQueue<C>,
    private val hooks: ConnectionHooks<C>,
    private val calls: BoundedCalls,
    private val leasing: Leasing<C, Lease<C>>,
    private val scope: CoroutineScope,
) {
    private val runtime = queue.runtime

    suspend fun acquire(timeout: Duration?, priority: Priority): Slot<C> {
        val began = runtime.now()
        val deadline = queue.deadline(began, timeout.orNever())
        var failure: Throwable? = null
        repeat(ATTEMPTS) {
            val slot = lend(deadline, priority)
            val ticket = slot.ticket()
            failure = prepare(slot, ticket, deadline) ?: return slot
            runtime.slots().discard(slot, ticket, "it could not be prepared: $failure")
            if (runtime.now() >= deadline) throw queue.errors.timedOut(runtime.now() - began, coroutineContext[Job])
        }
        throw queue.errors.unprepared(checkNotNull(failure))
    }

    private suspend fun lend(deadline: Long, priority: Priority): Slot<C> {
        val free = runtime.state().tryLend(coroutineContext[Job] ?: Holder.UNKNOWN)
        if (free != null) return free
        val left = if (deadline == Long.MAX_VALUE) null else (deadline - runtime.now()).nanoseconds
        return queue.await(left, priority) { slot, _ -> slot }
    }

    /** Null when it went well. */
    private suspend fun prepare(slot: Slot<C>, ticket: Long, deadline: Long): Throwable? {
        val left = (deadline - runtime.now()).nanoseconds
        val limit = minOf(runtime.config().resetTimeout, left)
        try {
            return calls.failureFor(coroutineContext, "preparing", limit) { hooks.beforeLend(slot.connection()) }
        } catch (e: Throwable) {
            runtime.slots().discard(slot, ticket, "its caller went away while it was prepared")
            throw e
        }
    }

    /** The same for callers that do not suspend. A lease that nobody takes any more is given back. */
    fun acquireAsync(timeout: Duration?, priority: Priority): CompletableFuture<Lease<C>> {
        val future = CompletableFuture<Lease<C>>()
        val acquiring =
            scope.launch {
                try {
                    val slot = acquire(timeout, priority)
                    slot.grant(slot.ticket(), Holder.FUTURE) // not this coroutine, which ends now
                    val lease = leasing.lease(slot, slot.ticket())
                    if (!future.complete(lease)) lease.close()
                } catch (e: Throwable) { // it is the caller's
                    future.completeExceptionally(e)
                }
            }
        future.whenComplete { _, error -> if (error != null) acquiring.cancel() }
        return future
    }

    private companion object {
        const val ATTEMPTS = 3
    }
}

/** Waits for a lease on this thread. If interrupted, gives up, and a lease that arrives is given back. */
internal fun <C : Any> CompletableFuture<Lease<C>>.awaitOnThread(): Lease<C> {
    try {
        return get()
    } catch (e: InterruptedException) {
        if (!cancel(true)) getNow(null)?.close()
        throw e
    } catch (e: ExecutionException) {
        throw e.cause ?: e
    }
}

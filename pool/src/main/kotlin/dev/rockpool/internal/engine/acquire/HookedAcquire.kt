package dev.rockpool.internal.engine.acquire

import dev.rockpool.CloseReason
import dev.rockpool.ConnectionHooks
import dev.rockpool.Lease
import dev.rockpool.Priority
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.base.orNull
import dev.rockpool.internal.core.queue.CallerClass
import dev.rockpool.internal.core.queue.Demand
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.runtime.BoundedCalls
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import kotlin.coroutines.coroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch

/**
 * Acquires from a pool with hooks or a preparer: the connection is prepared before its caller gets it. Whatever happens
 * to that or to the caller meanwhile, the slot either goes to the caller or is closed.
 *
 * @property tag what its callers want the connection to be prepared for; null for nothing
 */
internal class HookedAcquire<C : Any>(
    private val queue: AcquireQueue<C>,
    private val hooks: ConnectionHooks<C>?,
    val tagging: Tagging<C>?,
    private val tag: Any?,
    private val calls: BoundedCalls,
    private val leasing: Leasing<C, Lease<C>>,
    private val scope: CoroutineScope,
) {
    private val runtime = queue.runtime

    /** The same for callers with a quota or a tag. Both may be null. */
    fun of(callers: CallerClass?, tag: Any?): HookedAcquire<C> {
        val demand = tagging?.demand(tag, callers) ?: Demand(callers, null)
        return HookedAcquire(queue.of(demand), hooks, tagging, tag, calls, leasing, scope)
    }

    /** A caller that does not wait for a connection still waits for the hook, up to `resetTimeout`. */
    suspend fun acquire(timeout: Duration?, priority: Priority): Slot<C> {
        val attempts = queue.prepareAttempts(timeout.orNever())
        val waits = timeout == null || timeout.isPositive()
        while (true) {
            val slot = lend(attempts.left(), priority)
            val ticket = slot.ticket()
            val left = if (waits) attempts.left().nanoseconds else Duration.INFINITE
            val failure = prepare(slot, ticket, left) ?: return slot
            runtime.slots().discard(slot, ticket, CloseReason.HOOK_FAILED, "it could not be prepared: $failure")
            attempts.failed(failure)
        }
    }

    private suspend fun lend(left: Long, priority: Priority): Slot<C> =
        queue.tryLend(coroutineContext[Job] ?: Holder.UNKNOWN)
            ?: queue.await(left.orNull(), priority) { slot, _ -> slot }

    /** Leases an idle connection that is prepared already, or returns null. Calls no hook. */
    fun tryAcquire(holder: Any): Slot<C>? {
        val slot = queue.tryLendEvenIfStale(holder) ?: return null
        val ticket = slot.granted()
        try {
            if (tagging == null || tagging.isPrepared(slot, ticket, tag)) return slot
        } catch (e: Throwable) {
            runtime.slots().release(slot, ticket)
            throw e
        }
        runtime.slots().release(slot, ticket)
        return null
    }

    /** Prepares within what is [left] of the caller's timeout. Returns null if it succeeded. */
    suspend fun prepare(slot: Slot<C>, ticket: Long, left: Duration): Throwable? {
        val limit = minOf(runtime.config().resetTimeout, left)
        val isTagged =
            try {
                tagging == null || tagging.isPrepared(slot, ticket, tag)
            } catch (e: Throwable) { // an error of the user's code
                return e
            }
        if (isTagged && hooks == null) return null
        try {
            return calls.failureFor(coroutineContext, "preparing", limit) {
                if (!isTagged) tagging?.prepare(slot, ticket, tag)
                hooks?.beforeLend(slot.connection())
            }
        } catch (e: Throwable) {
            runtime.slots().discard(slot, ticket, CloseReason.HOOK_FAILED, "its caller went away while it was prepared")
            throw e
        }
    }

    /** Acquires for callers that do not suspend. A lease that the future does not take is released. */
    fun acquireAsync(timeout: Duration?, priority: Priority): CompletableFuture<Lease<C>> {
        val future = CompletableFuture<Lease<C>>()
        val acquiring =
            scope.launch {
                try {
                    val slot = acquire(timeout, priority)
                    slot.grant(slot.ticket(), Holder.FUTURE) // not this coroutine, which is about to end
                    val lease = leasing.lease(slot, slot.ticket())
                    if (!future.complete(lease)) lease.close()
                } catch (e: Throwable) { // passed on to the caller
                    future.completeExceptionally(e)
                }
            }
        future.whenComplete { _, _ -> acquiring.cancel() } // by its holder; after its own end this does nothing
        return future
    }
}

/** Waits for a lease on this thread. If interrupted, cancels the wait and releases a lease that arrives. */
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

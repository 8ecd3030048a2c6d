package dev.rockpool.internal.engine

import dev.rockpool.ConnectionHooks
import dev.rockpool.Lease
import dev.rockpool.Priority
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Slot
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
    private val engine: Engine<C>,
    private val hooks: ConnectionHooks<C>,
    private val connector: ConnectionLifecycle<C>,
    private val scope: CoroutineScope,
) {
    suspend fun acquire(timeout: Duration?, priority: Priority): Slot<C> {
        val began = engine.now()
        val deadline = engine.deadline(began, timeout.orNever())
        var failure: Throwable? = null
        repeat(ATTEMPTS) {
            val slot = lend(deadline, priority)
            val ticket = slot.ticket()
            failure = prepare(slot, ticket, deadline) ?: return slot
            engine.slots.discard(slot, ticket, "it could not be prepared: $failure")
            if (engine.now() >= deadline) throw engine.timedOut(engine.now() - began, coroutineContext[Job])
        }
        throw engine.unprepared(checkNotNull(failure))
    }

    private suspend fun lend(deadline: Long, priority: Priority): Slot<C> {
        val free = engine.state.tryLend(coroutineContext[Job] ?: Holder.UNKNOWN)
        if (free != null) return free
        val left = if (deadline == Long.MAX_VALUE) null else (deadline - engine.now()).nanoseconds
        return engine.await(left, priority) { slot, _ -> slot }
    }

    /** Null when it went well. */
    private suspend fun prepare(slot: Slot<C>, ticket: Long, deadline: Long): Throwable? {
        val left = (deadline - engine.now()).nanoseconds
        val limit = minOf(engine.config.resetTimeout, left)
        try {
            return connector.calls.failureFor(coroutineContext, "preparing", limit) {
                hooks.beforeLend(slot.connection())
            }
        } catch (e: Throwable) {
            engine.slots.discard(slot, ticket, "its caller went away while it was prepared")
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
                    val lease = engine.lease(slot, slot.ticket())
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
internal fun <C : Any> CompletableFuture<Lease<C>>.await(): Lease<C> {
    try {
        return get()
    } catch (e: InterruptedException) {
        if (!cancel(true)) getNow(null)?.close()
        throw e
    } catch (e: ExecutionException) {
        throw e.cause ?: e
    }
}

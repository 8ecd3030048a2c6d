package dev.rockpool.internal.share

import dev.rockpool.Lease
import dev.rockpool.Priority
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Preference
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.EngineLease
import dev.rockpool.internal.engine.acquire.awaitOnThread
import java.util.IdentityHashMap
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.coroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlinx.coroutines.Job
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull

/**
 * Leases carriers as a whole. A caller first gets a stream, in order of arrival as all others. Then its carrier takes
 * no more streams, and it waits for the present ones.
 */
internal class Exclusives<C : Any>(
    private val engine: Engine<C>,
    private val carriers: Carriers<C>,
    private val leasing: CarrierLeasing<C>,
) {
    private val scope = engine.scopeForCallers()

    suspend fun acquire(timeout: Duration?, priority: Priority, holder: Any? = null): Lease<C> {
        val job = coroutineContext[Job]
        job?.ensureActive()
        val began = engine.now()
        while (true) {
            val slot = stream(left(timeout, began), priority, job)
            val ticket = slot.ticket()
            if (holder != null) slot.grant(ticket, holder)
            val turn = ExclusiveTurn(slot)
            val lease = EngineLease(engine, slot, ticket)
            val granted =
                try {
                    leasing.run(carriers.exclusive(turn, slot.connection()))
                    if (turn.isDone) turn.await() else await(turn, left(timeout, began))
                } catch (e: Throwable) {
                    giveUp(turn, lease)
                    throw e
                }
            if (granted == true) return ExclusiveLease(lease, turn, carriers, leasing, scope)
            giveUp(turn, lease) // first, because the error names other leases of the caller
            if (granted == null) throw engine.queue.notAlone(engine.now() - began, holder ?: job)
            // the carrier died, so try another
        }
    }

    private suspend fun stream(left: Duration?, priority: Priority, job: Job?): Slot<C> {
        val queue = engine.preferring(Quiet(engine.allSlots()))
        return queue.tryAcquire(job ?: Holder.UNKNOWN) ?: queue.await(left, priority)
    }

    private suspend fun await(turn: ExclusiveTurn<C>, left: Duration?): Boolean? =
        if (left == null) turn.await() else withTimeoutOrNull(left) { turn.await() }

    private fun left(timeout: Duration?, began: Long): Duration? =
        timeout?.let { (it - (engine.now() - began).nanoseconds).coerceAtLeast(Duration.ZERO) }

    private fun giveUp(turn: ExclusiveTurn<C>, lease: EngineLease<C>) {
        leasing.run(carriers.endTurn(turn))
        lease.close()
    }

    /** For callers that do not suspend. A lease that the future does not take is released. */
    fun acquireAsync(timeout: Duration?, priority: Priority, holder: Any): CompletableFuture<Lease<C>> {
        val future = CompletableFuture<Lease<C>>()
        val acquiring =
            scope.launch {
                try {
                    val lease = acquire(timeout, priority, holder)
                    if (!future.complete(lease)) lease.close()
                } catch (e: Throwable) { // passed on to the caller
                    future.completeExceptionally(e)
                }
            }
        future.whenComplete { _, error -> if (error != null) acquiring.cancel() }
        return future
    }

    fun acquireOnThread(timeout: Duration?, priority: Priority): Lease<C> =
        acquireAsync(timeout, priority, Thread.currentThread()).awaitOnThread()

    /** Prefers streams whose carrier has few others in use at this moment. */
    private class Quiet<C : Any>(slots: Array<Slot<C>>) : Preference<C> {
        private val leased = IdentityHashMap<C, Int>()

        init {
            for (slot in slots) {
                val connection: C? = if (slot.phase() == Phase.LEASED) slot.connection() else null
                if (connection != null) leased.merge(connection, 1, Int::plus)
            }
        }

        override fun cost(slot: Slot<C>): Long = rank(slot).toLong()

        override fun rank(slot: Slot<C>): Int {
            val connection: C? = slot.connection()
            return if (connection == null) Int.MAX_VALUE else leased[connection] ?: 0
        }
    }
}

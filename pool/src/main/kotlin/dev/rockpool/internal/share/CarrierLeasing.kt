package dev.rockpool.internal.share

import dev.rockpool.Pool
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.engine.Engine
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/**
 * Carries out what [Carriers] decides: leases carriers from the base pool, gives them back, and closes streams.
 *
 * The base pool cannot close a connection that it has lent, such as at the end of its lifetime. So each return of a
 * stream, and a timer while there are carriers, look whether it wants to.
 */
internal class CarrierLeasing<C : Any>(
    private val base: Pool<C>,
    private val engine: Engine<C>,
    private val carriers: Carriers<C>,
    private val limit: (C) -> Int,
) {
    private val scope = engine.scopeForCallers()
    private val jobs: MutableSet<Job> = ConcurrentHashMap.newKeySet()
    private val watched = AtomicBoolean()

    fun run(steps: Steps<C>) {
        steps.giveBack()
        for (slot in steps.aborts()) {
            engine.runtime.state().recorder().ended(slot.number())
            engine.connector.abort(slot)
        }
        for (slot in steps.closes()) engine.connector.close(slot)
        if (steps.aborts().isNotEmpty()) engine.slots.leaseEnded()
        steps.complete()
        repeat(steps.leases()) { lease() }
        if (steps.cancelsLeases()) jobs.forEach { it.cancel() }
        if (steps.freesRoom() && engine.waiting > 0) engine.serverChanged() // no pause after a failure to lease another
    }

    @OptIn(DelicateCoroutinesApi::class)
    private fun lease() {
        val job = scope.launch(start = CoroutineStart.ATOMIC) { leaseOne() } // its end is told even if it is cancelled
        jobs += job
        job.invokeOnCompletion { jobs -= job }
    }

    private suspend fun leaseOne() {
        val lease =
            try {
                base.acquire(base.config.acquireTimeout).ofEngine()
            } catch (e: CancellationException) {
                run(carriers.notLeased(null))
                throw e
            } catch (e: Throwable) { // whatever a driver throws; streams that are being opened fail with it
                run(carriers.notLeased(e))
                return
            }
        run(carriers.leased(lease.connection, BaseLease(lease), limitOf(lease.connection)))
        watch()
    }

    /** Looks whether the base pool wants a carrier back, or it carries more or fewer streams now. */
    fun look(carrier: Carrier<C>) {
        val lease = carrier.base
        if (!lease.isHeld) run(carriers.lost(carrier, "its pool has ended the lease of its connection"))
        else if (lease.isRetired) run(carriers.retire(carrier))
        else {
            val limit = limitOf(carrier.connection())
            if (limit != carrier.limit()) run(carriers.limit(carrier, limit))
        }
    }

    private fun limitOf(connection: C): Int =
        try {
            limit(connection)
        } catch (e: Throwable) { // an error of the user's code
            logWarn(e) { "pool '${engine.name}': asking a connection how many streams it carries failed" }
            carriers.find(connection)?.limit() ?: 0
        }

    private fun watch() {
        if (!watched.compareAndSet(false, true)) return
        scope.launch {
            while (carriers.all().isNotEmpty()) {
                delay(LOOK)
                carriers.all().forEach(::look)
            }
            watched.set(false)
            if (carriers.all().isNotEmpty()) watch()
        }
    }

    private companion object {
        /** How long an unused carrier may take to be given back that the base pool wants to close. */
        val LOOK = 1.seconds
    }
}

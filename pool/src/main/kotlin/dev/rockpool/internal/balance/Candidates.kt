package dev.rockpool.internal.balance

import dev.rockpool.Priority
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.acquire.AcquireQueue
import dev.rockpool.internal.engine.acquire.RaceLeasing
import dev.rockpool.internal.engine.acquire.RacePool
import dev.rockpool.internal.engine.acquire.Races
import dev.rockpool.internal.engine.acquire.RacingCoroutine
import dev.rockpool.internal.engine.acquire.RacingThread
import kotlin.time.Duration
import kotlinx.coroutines.Job
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.suspendCancellableCoroutine

/** An engine whose slots [Candidates] lease. Its number is never that of another one. */
public class Candidate<C : Any>(internal val number: Int, internal val engine: Engine<C>) {
    internal val place = RacePool(number, engine.queue)
}

/**
 * Leases slots of engines that come and go. A caller that waits stands in the queues of those that were candidates when
 * it began, and of those that join meanwhile. The first slot that comes free in any of them serves it.
 *
 * Thread-safe. Internal, and public only for features: it may change in any release.
 */
public class Candidates<C : Any> {
    @Volatile private var serving: List<Candidate<C>> = emptyList()
    private val races = Races<C> { serving.map { it.place } }

    /** A candidate serves from now on. Returns whether it did not before; then [invite] callers that wait. */
    @Synchronized
    public fun joined(candidate: Candidate<C>): Boolean {
        if (candidate in serving) return false
        serving += candidate
        return true
    }

    /** Callers that wait join the queue of a candidate, in order of arrival. May resume them, so hold no lock. */
    public fun invite(candidate: Candidate<C>): Unit = races.rejoin(candidate.place)

    /** Callers that begin to wait from now on do not join its queue by themselves. */
    @Synchronized
    public fun left(candidate: Candidate<C>) {
        serving -= candidate
    }

    /** Leases an idle connection of one of these, preferably of the first, or returns null. Never waits. */
    public fun <T> tryAcquire(among: List<Candidate<C>>, holder: Any, leasing: MemberLeasing<C, T>): T? {
        for (candidate in among) {
            val slot = candidate.engine.tryAcquire(holder)
            if (slot != null) return leasing.lease(candidate.number, slot, slot.granted())
            if (candidate === among[0]) candidate.engine.requestFresh()
        }
        for (candidate in among) {
            val slot = candidate.engine.slots.tryLendKept(holder)
            if (slot != null) return leasing.lease(candidate.number, slot, slot.granted())
        }
        return null
    }

    /** Suspends until a slot is leased to the caller. Call [tryAcquire] first. */
    public suspend fun <T> await(
        among: List<Candidate<C>>,
        timeout: Duration?,
        priority: Priority,
        leasing: MemberLeasing<C, T>,
    ): T {
        val job = currentCoroutineContext()[Job]
        job?.ensureActive()
        if (timeout != null && !timeout.isPositive()) throw among[0].engine.queue.notAvailable(job)
        val places = among.map { it.place }
        return suspendCancellableCoroutine { continuation ->
            RacingCoroutine(continuation, races, places.size, timeout.orNever(), priority, Leasing(leasing))
                .start(places)
        }
    }

    /**
     * Parks this thread until a slot is leased to it. Call [tryAcquire] first.
     *
     * @param timeout in nanoseconds; `Long.MAX_VALUE` for no limit
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is leased then
     */
    @Throws(InterruptedException::class)
    public fun <T> awaitOnThread(
        among: List<Candidate<C>>,
        timeout: Long,
        priority: Priority,
        leasing: MemberLeasing<C, T>,
    ): T {
        if (Thread.interrupted()) throw InterruptedException()
        if (timeout <= 0) throw among[0].engine.queue.notAvailable(Thread.currentThread())
        val places = among.map { it.place }
        return RacingThread.here(races, places.size, timeout, priority, Leasing(leasing)).await(places, timeout)
    }

    private class Leasing<C : Any, T>(private val made: MemberLeasing<C, T>) : RaceLeasing<C, T> {
        override fun lease(pool: Int, slot: Slot<C>, ticket: Long): T = made.lease(pool, slot, ticket)

        override fun timedOut(counting: AcquireQueue<C>, waited: Long, caller: Any): Throwable =
            counting.timedOut(waited, caller)

        override fun failed(last: Throwable): Throwable = last
    }
}

package dev.rockpool.internal.balance

import dev.rockpool.Balance
import dev.rockpool.PoolClosedException
import dev.rockpool.PoolEvent
import dev.rockpool.PoolListener
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.acquire.AcquireQueue
import dev.rockpool.internal.engine.acquire.RaceLeasing
import dev.rockpool.internal.engine.acquire.RacePool
import dev.rockpool.internal.engine.acquire.Races
import dev.rockpool.internal.engine.acquire.RacingCoroutine
import dev.rockpool.internal.engine.acquire.RacingFuture
import dev.rockpool.internal.engine.acquire.RacingThread
import java.util.concurrent.CompletableFuture
import java.util.function.Consumer
import java.util.function.DoubleSupplier
import kotlin.coroutines.coroutineContext
import kotlin.time.Duration
import kotlinx.coroutines.Job
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.suspendCancellableCoroutine

/** Creates the holder's object for a slot of this member that is leased with this ticket. */
public fun interface MemberLeasing<C, T> {
    public fun lease(member: Int, slot: Slot<C>, ticket: Long): T
}

/**
 * Leases slots of several engines, its members, which are numbered from 0.
 *
 * A call goes to the member that the [balance] chooses. If that one has no idle connection, another one serves it that
 * has, and the chosen one opens a connection for later calls. Otherwise the weights would never be reached while one
 * member is warm and the others are not. If no member has one, the caller waits in the queues of all.
 *
 * A member that is closed, or whose server is away, is left out. If that were more than half of them, health is
 * ignored: more likely something else is wrong, and the rest could not bear the load. A member that is left out still
 * tries to connect.
 *
 * Thread-safe. Internal, and public only for features: it may change in any release.
 */
public class Balancer<C : Any>(
    public val name: String,
    private val members: List<Engine<C>>,
    private val weights: IntArray,
    balance: Balance,
    rampUp: Duration,
    random: DoubleSupplier,
) : AutoCloseable {
    private val clock = members[0]::now
    private val ramps = members.map { Ramp(rampUp.inWholeNanoseconds, clock) }
    private val pools = members.mapIndexed { index, engine -> RacePool(index, engine.queue) }
    private val races = Races<C> { pools(usable()) }
    private val errors = members.map { it.queue.errors }
    private val everyone = (-1L).ushr(Chooser.MOST - members.size)
    private val chooser = Chooser.of(balance, weights, Loads(), random)
    private val wasOut = BooleanArray(members.size) // racy on purpose: any caller may notice that a member is out
    private val watching: List<PoolListener.Registration> =
        members.mapIndexed { index, engine ->
            engine.control.addListener { if (it is PoolEvent.Recovered) returned(index) }
        }

    private inner class Loads : Load {
        override fun active(member: Int) = members[member].active

        override fun weight(member: Int) = weights[member] * ramps[member].share()
    }

    /** The members that get no callers now, one bit each. */
    public fun out(): Long = everyone and usable().inv()

    /** The members that get callers, one bit each; 0 if all are closed. */
    private fun usable(): Long {
        var open = 0L
        var healthy = 0L
        for (index in members.indices) {
            val engine = members[index]
            if (engine.isClosed) continue
            open = open or (1L shl index)
            if (engine.isAway) wasOut[index] = true else healthy = healthy or (1L shl index)
        }
        return if (healthy.countOneBits() * 2 < members.size) open else healthy
    }

    /** Of these members, those that are not paused. A caller may still wait in the others. */
    private fun lending(usable: Long): Long {
        var lending = usable
        for (index in members.indices) if (members[index].isPaused) lending = lending and (1L shl index).inv()
        return if (lending == 0L) usable else lending
    }

    /** A member's server can be reached again: callers that wait may be served there, and its share grows slowly. */
    private fun returned(member: Int) {
        if (wasOut[member]) ramps[member].start()
        wasOut[member] = false
        races.rejoin(pools[member])
    }

    /** Leases an idle connection to this holder, or returns null. Never waits. */
    public fun <T> tryAcquire(holder: Any, leasing: MemberLeasing<C, T>): T? {
        val usable = usable()
        if (usable == 0L) return null
        val chosen = chooser.choose(lending(usable))
        tryAcquire(chosen, holder, leasing)?.let {
            return it
        }
        askForMore(usable, chosen)
        var others = usable and (1L shl chosen).inv()
        while (others != 0L) {
            val next = others.countTrailingZeroBits()
            tryAcquire(next, holder, leasing)?.let {
                return it
            }
            others = others and (others - 1)
        }
        return tryAcquireKept(usable, holder, leasing)
    }

    private fun <T> tryAcquire(member: Int, holder: Any, leasing: MemberLeasing<C, T>): T? {
        val slot = members[member].tryAcquire(holder) ?: return null
        return leasing.lease(member, slot, slot.granted())
    }

    private fun <T> tryAcquireKept(usable: Long, holder: Any, leasing: MemberLeasing<C, T>): T? {
        for (index in members.indices) {
            val slot = if (usable and (1L shl index) == 0L) null else members[index].slots.tryLendKept(holder)
            if (slot != null) return leasing.lease(index, slot, slot.granted())
        }
        return null
    }

    /** The chosen member opens a connection for later calls. Those that are out try to return. */
    private fun askForMore(usable: Long, chosen: Int) {
        members[chosen].requestFresh()
        for (index in members.indices) {
            if (usable and (1L shl index) == 0L && !members[index].isClosed) members[index].requestFresh()
        }
    }

    /** Suspends until a slot is leased to the caller. Call [tryAcquire] first. */
    public suspend fun <T> await(timeout: Duration?, priority: Priority, leasing: MemberLeasing<C, T>): T {
        val job = coroutineContext[Job]
        job?.ensureActive()
        val usable = usable()
        if (timeout != null && !timeout.isPositive() || usable == 0L) throw notAvailable(job)
        return suspendCancellableCoroutine { continuation ->
            val pools = pools(usable)
            RacingCoroutine(continuation, races, pools.size, timeout.orNever(), priority, Leasing(leasing)).start(pools)
        }
    }

    /**
     * Parks this thread until a slot is leased to it. Call [tryAcquire] first. The timeout is in nanoseconds;
     * `Long.MAX_VALUE` means never.
     *
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is leased then
     */
    @Throws(InterruptedException::class)
    public fun <T> awaitOnThread(timeout: Long, priority: Priority, leasing: MemberLeasing<C, T>): T {
        if (Thread.interrupted()) throw InterruptedException()
        val usable = usable()
        if (timeout <= 0 || usable == 0L) throw notAvailable(Thread.currentThread())
        val pools = pools(usable)
        return RacingThread.here(races, pools.size, timeout, priority, Leasing(leasing)).await(pools, timeout)
    }

    /**
     * Leases a slot to a caller that holds a future.
     *
     * @param giveBack ends the lease of a future that did not take it
     */
    public fun <T : Any> acquireAsync(
        timeout: Long,
        priority: Priority,
        leasing: MemberLeasing<C, T>,
        giveBack: Consumer<T>,
    ): CompletableFuture<T> {
        tryAcquire(Holder.FUTURE, leasing)?.let {
            return CompletableFuture.completedFuture(it)
        }
        val usable = usable()
        if (timeout <= 0 || usable == 0L) return CompletableFuture.failedFuture(notAvailable(Holder.FUTURE))
        val pools = pools(usable)
        return RacingFuture(races, pools.size, timeout, priority, Leasing(leasing), giveBack).start(pools)
    }

    private fun pools(usable: Long): List<RacePool<C>> =
        if (usable == everyone) pools else pools.filter { usable and (1L shl it.index()) != 0L }

    private inner class Leasing<T>(private val made: MemberLeasing<C, T>) : RaceLeasing<C, T> {
        override fun lease(pool: Int, slot: Slot<C>, ticket: Long): T = made.lease(pool, slot, ticket)

        override fun timedOut(counting: AcquireQueue<C>, waited: Long, caller: Any): Throwable =
            counting.errors.timedOut(waited, caller, snapshot(), errors)

        override fun failed(last: Throwable): Throwable =
            if (last is PoolClosedException) PoolClosedException(name) else last
    }

    /** The error for a caller that does not wait and found no idle connection. */
    public fun notAvailable(caller: Any?): Throwable =
        if (members.all { it.isClosed }) PoolClosedException(name)
        else errors[0].timedOut(0, caller, snapshot(), errors)

    /** The sum of the members' numbers. A caller that waits in several queues counts once. */
    public fun snapshot(): PoolStats = SummedStats.of(name, members, races.extraPlaces())

    /** Stops listening to the members. */
    override fun close(): Unit = watching.forEach { it.close() }
}

package dev.rockpool.internal.engine

import dev.rockpool.CloseReason
import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectionFactory
import dev.rockpool.ConnectionHooks
import dev.rockpool.Diagnosis
import dev.rockpool.Lease
import dev.rockpool.Pool
import dev.rockpool.PoolConfig
import dev.rockpool.PoolControl
import dev.rockpool.PoolException
import dev.rockpool.PoolStats
import dev.rockpool.Preparer
import dev.rockpool.Priority
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.base.ProcessorLoad
import dev.rockpool.internal.base.orNever
import dev.rockpool.internal.base.orNull
import dev.rockpool.internal.core.connectivity.ConnectivityTracker
import dev.rockpool.internal.core.lending.PoolState
import dev.rockpool.internal.core.lending.StateMember
import dev.rockpool.internal.core.queue.Demand
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.Preference
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.engine.acquire.AcquireErrors
import dev.rockpool.internal.engine.acquire.AcquireQueue
import dev.rockpool.internal.engine.acquire.FutureAcquire
import dev.rockpool.internal.engine.acquire.HookedAcquire
import dev.rockpool.internal.engine.acquire.Leasing
import dev.rockpool.internal.engine.acquire.PrepareAttempts
import dev.rockpool.internal.engine.acquire.Tagging
import dev.rockpool.internal.engine.acquire.ThreadAcquire
import dev.rockpool.internal.engine.acquire.awaitOnThread
import dev.rockpool.internal.engine.report.ExhaustionWatch
import dev.rockpool.internal.engine.report.Health
import dev.rockpool.internal.engine.report.PoolNumbers
import dev.rockpool.internal.engine.report.UsageSwitch
import dev.rockpool.internal.engine.report.UsageWatch
import dev.rockpool.internal.engine.runtime.BoundedCalls
import dev.rockpool.internal.engine.runtime.ConfiguredBackoff
import dev.rockpool.internal.engine.runtime.ConnectWatcher
import dev.rockpool.internal.engine.runtime.Events
import dev.rockpool.internal.engine.runtime.PoolLifetime
import dev.rockpool.internal.engine.runtime.PoolRuntime
import dev.rockpool.internal.engine.runtime.SlotPool
import dev.rockpool.internal.engine.runtime.clockOf
import dev.rockpool.internal.engine.upkeep.ConnectionLifecycle
import dev.rockpool.internal.engine.upkeep.Keeper
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.TimeSource
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.future.await as suspendUntilDone

/**
 * One running pool, as features see it: acquire, await, release, discard, abort. It has every member that `pool-jdbc`
 * and [dev.rockpool.blocking.BlockingPool] need.
 *
 * It wires the parts and adds nothing to them. Thread-safe. Internal, and public only for those features: it may change
 * in any release.
 */
public class Engine<C : Any>
internal constructor(
    config: PoolConfig,
    factory: ConnectionFactory<C>,
    hooks: ConnectionHooks<C>?,
    context: CoroutineContext,
    internal val timeSource: TimeSource,
    lazily: Boolean = false,
    lifetime: PoolLifetime? = null,
    preparer: Preparer<C>? = null,
) {
    private val clock = clockOf(timeSource)
    private val inbox = Channel<Unit>(Channel.CONFLATED)
    internal val home: CoroutineContext =
        context + (context[ContinuationInterceptor] ?: ownThreads()) + CoroutineName("pool ${config.name}")
    private val state: PoolState<C> =
        PoolState(
            config.maxSize,
            config.reusePolicy,
            config.maxPending ?: Int.MAX_VALUE,
            config.bargingWindow.inWholeNanoseconds,
            ProcessorLoad.OF_PROCESS,
            ConnectivityTracker(ConfiguredBackoff { runtime.config() }),
            clock,
        )
    private val allowance =
        config.joinBudget {
            // Other pools of the budget may ask before this one is complete, so nothing below is used here.
            StateMember(config.name, state, clock) { inbox.trySend(Unit) }
        }
    internal val slots: SlotPool<C> = SlotPool(config.name, state, allowance) { inbox.trySend(Unit) }
    internal val runtime =
        PoolRuntime(
            config,
            factory,
            hooks,
            clock,
            timeSource === TimeSource.Monotonic,
            slots,
            Events(config.name, home.minusKey(Job), ownThreads = context[ContinuationInterceptor] == null),
        )
    internal val numbers = PoolNumbers(runtime)
    internal val health = Health(runtime.events()) { runtime.now() }
    private val exhaustion = ExhaustionWatch(runtime, numbers)
    private val errors = AcquireErrors(runtime, numbers, exhaustion)
    internal val queue = AcquireQueue(runtime, errors)
    private val calls = BoundedCalls(home.minusKey(Job))
    internal val connector = ConnectionLifecycle(runtime, health, queue, calls, home.minusKey(Job))
    private val callers =
        CoroutineScope(home.minusKey(Job) + SupervisorJob()) // a failed call does not cancel the others
    private val leasing = Leasing<C, Lease<C>> { slot, ticket -> lease(slot, ticket) }
    private val keeper =
        Keeper(runtime, numbers, health, connector, home, queue.deadlines, inbox, exhaustion, lazily, lifetime)

    private var usageSwitch: UsageSwitch? = null

    /** Created when it is first asked for, because few pools are watched. */
    internal val usage: UsageSwitch
        @Synchronized
        get() =
            usageSwitch
                ?: UsageSwitch { UsageWatch(runtime, numbers, home, scopeForCallers()).start(keeper.ended()) }
                    .also { usageSwitch = it }

    private var changesIfAny: EngineChanges<C>? = null

    /** Created for the first change of settings, because few pools have one. */
    internal val changes: EngineChanges<C>
        @Synchronized get() = changesIfAny ?: EngineChanges(this, allowance).also { changesIfAny = it }

    private val tagging = preparer?.let { Tagging(it) }

    /** Null if there are neither hooks nor a preparer, so that they cost nothing. */
    internal val hooked: HookedAcquire<C>? =
        if (hooks == null && tagging == null) null
        else {
            val own = if (tagging == null) queue else queue.of(tagging.demand(null, null))
            HookedAcquire(own, hooks, tagging, null, calls, leasing, callers)
        }
    public val control: PoolControl = EngineControl(this, callers)

    /** This pool as its users see it. */
    public val pool: Pool<C> = EnginePool(this)

    init {
        slots.wire(connector)
        state.waiters().failed().overload(config.overload?.nanos())
    }

    internal fun start(): Engine<C> = apply { keeper.start() }

    /** The name of the pool. */
    public val name: String
        get() = runtime.name()

    /** The current settings. They can change while the pool runs. */
    public val config: PoolConfig
        get() = runtime.config()

    public val stats: StateFlow<PoolStats>
        get() = keeper.stats.observed

    /** The default acquire timeout in nanoseconds; `Long.MAX_VALUE` for never. */
    public val acquireTimeout: Long
        get() = config.acquireTimeout.orNever()

    /** Whether the pool knows tags. */
    internal val isTagged: Boolean
        get() = tagging != null

    /** Leases connections that are prepared for this tag. Only for a pool that knows tags. */
    internal fun taggedFor(tag: Any?): HookedAcquire<C> = checkNotNull(hooked).of(null, tag)

    /** Whether the pool has hooks or a preparer. Then callers must use [acquireHooked]. */
    public val isHooked: Boolean
        get() = hooked != null

    /** Whether the pool is closed. */
    public val isClosed: Boolean
        get() = state.isClosed

    /** Whether the pool has closed itself, because nobody used it. No caller was in its queue then. */
    public val isClosedUnused: Boolean
        get() = state.lifecycle().isClosedUnused

    /** Restarts the time after which the unused pool closes itself. Returns false if it is closed. */
    public fun keepOpen(): Boolean = state.lifecycle().keepOpen()

    /** How many callers wait. */
    public val waiting: Int
        get() = state.waiting()

    /** Whether the pool is paused, so that nothing is lent. */
    public val isPaused: Boolean
        get() = state.isPaused

    /** Whether connecting fails and no connection is open. */
    public val isAway: Boolean
        get() = state.connectivity().isFailing && state.slots().all().none { it.isOpen }

    /** How many connections are leased, and how many callers wait. */
    public val active: Int
        get() {
            var count = state.waiting()
            for (slot in state.slots().all()) if (slot.phase() == Phase.LEASED) count++
            return count
        }

    /** Asks for a connection that can be lent at once, although no caller waits here. */
    public fun requestFresh() {
        if (state.queueing().requestFresh()) slots.wakeKeeper()
    }

    /** All current numbers. */
    public fun snapshot(): PoolStats = numbers.snapshot()

    /** Why callers wait, at this moment. */
    internal fun diagnose(): Diagnosis = exhaustion.diagnose()

    /** Every slot, including vacant ones. The array must not be modified. */
    public fun allSlots(): Array<Slot<C>> = state.slots().all()

    /** Nanoseconds since the pool was created. */
    public fun now(): Long = runtime.now()

    /**
     * Lends a slot to this holder if one is free, else returns null. The holder is a thread, a job, or a `Holder`. The
     * lease has begun.
     */
    public fun tryAcquire(holder: Any): Slot<C>? = state.tryLend(holder)

    /** Serves a waiter that was not published, if a slot is free. Returns whether it did. */
    public fun tryAcquire(waiter: Waiter<C>): Boolean = state.lendTo(waiter) || slots.lendKeptTo(waiter)

    /** Gives a slot that was leased for this caller to its waiter, which was not published. */
    public fun serve(waiter: Waiter<C>, slot: Slot<C>) {
        waiter.serve(slot)
    }

    /** Lends a slot to a holder that cannot wait, even a stale one. */
    public fun tryAcquireEvenIfStale(holder: Any): Slot<C>? = slots.tryLendEvenIfStale(holder)

    /**
     * Lends a slot to this thread, waiting if necessary. The timeout is in nanoseconds; `Long.MAX_VALUE` means never.
     *
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is leased then
     */
    @Throws(InterruptedException::class)
    public fun acquire(timeout: Long, priority: Priority): Slot<C> = ThreadAcquire.acquire(queue, timeout, priority)

    /** Acquires a lease for a caller that holds a future. */
    public fun acquireAsync(timeout: Long, priority: Priority): CompletableFuture<Lease<C>> =
        if (hooked == null) FutureAcquire.acquire(queue, leasing, timeout, priority)
        else hooked.acquireAsync(timeout.orNull(), priority)

    /** Acquires a lease for this thread, from a pool with hooks. */
    public fun acquireHooked(timeout: Long, priority: Priority): Lease<C> =
        acquireAsync(timeout, priority).awaitOnThread()

    /** Waits in the queue for a lease, and returns what [leasing] makes of it. */
    public suspend fun <T> await(timeout: Duration?, priority: Priority, leasing: Leasing<C, T>): T =
        queue.await(timeout, priority, leasing)

    /** Waits in the queue until a slot is leased to the caller. */
    public suspend fun await(timeout: Duration?, priority: Priority): Slot<C> =
        queue.await(timeout, priority) { slot, _ -> slot }

    /** Queues a waiter. Returns the error if it may not wait; otherwise it may be decided at any moment. */
    public fun enqueue(waiter: Waiter<C>): PoolException? = queue.enqueue(waiter)

    /** Cancels a wait. Returns false if the waiter was already decided; then its decider acts on that. */
    public fun cancel(waiter: Waiter<C>): Boolean = queue.cancel(waiter)

    /**
     * Ends the wait of a caller that the lease of another waiter, which was [served], serves, too. Returns false if it
     * was already decided; then its decider acts on that.
     */
    public fun takeAlong(waiter: Waiter<C>, served: Waiter<C>): Boolean = queue.takeAlong(waiter, served)

    /** The deadline of a wait that begins now, by the pool's clock. */
    public fun deadline(now: Long, timeout: Long): Long = queue.deadline(now, timeout)

    /**
     * Finishes a decided wait: returns null if the waiter was served, else the error for its caller. Called once for
     * each waiter that was not cancelled.
     */
    public fun settle(waiter: Waiter<C>): Throwable? = queue.settle(waiter)

    /** A scope for callers that do not suspend themselves. It runs where the pool runs, and outlives it. */
    internal fun scopeForCallers(): CoroutineScope = CoroutineScope(home.minusKey(Job) + SupervisorJob())

    /** Creates the lease for a slot that was lent with this ticket. */
    public fun lease(slot: Slot<C>, ticket: Long): Lease<C> = EngineLease(this, slot, ticket)

    /** Ends the lease with this ticket. Returns false if it has already ended. */
    public fun release(slot: Slot<C>, ticket: Long): Boolean = slots.release(slot, ticket)

    /** Ends the lease with this ticket and closes its connection. Returns false if it has already ended. */
    public fun discard(slot: Slot<C>, ticket: Long, kind: CloseReason, reason: String): Boolean =
        slots.discard(slot, ticket, kind, reason)

    /** Discards a connection that is dead or unfit. Every other idle connection is probed before it is lent again. */
    public fun discardDead(slot: Slot<C>, ticket: Long, kind: CloseReason, reason: String): Boolean =
        slots.discardDead(slot, ticket, kind, reason)

    /**
     * Ends a lease whose connection is stuck in a call, and aborts the connection. Returns false if it has already
     * ended.
     */
    public fun abort(slot: Slot<C>, ticket: Long, kind: CloseReason, reason: String): Boolean =
        slots.abort(slot, ticket, kind, reason)

    /**
     * The factory connects to another server from now on. Earlier failures say nothing about that one, so what waiting
     * callers need is opened at once.
     */
    public fun serverChanged() {
        state.connectivity().succeeded(runtime.now())
        slots.wakeKeeper()
    }

    /** Ends every lease and aborts its connection. Those that are opened later are not affected. */
    public fun abortLeases(reason: String): Unit = slots.abortLeases(reason)

    /** The error for a caller that does not wait and found no free connection. */
    public fun notAvailable(caller: Any?): PoolException = errors.notAvailable(caller)

    /** The error for a caller that a limit of its own refuses, because this many others already wait. */
    public fun exhausted(maxPending: Int): PoolException = errors.exhausted(maxPending)

    /** The error for a caller whose wait failed because of a permanent connect failure. */
    public fun connectFailed(cause: Throwable): ConnectFailedException = errors.connectFailed(cause)

    /**
     * The attempts of a caller that wants a prepared connection. The timeout is in nanoseconds; `Long.MAX_VALUE` means
     * never.
     */
    public fun prepareAttempts(timeout: Long): PrepareAttempts = queue.prepareAttempts(timeout)

    /**
     * The callers of this name, which share a quota of the pool's connections. Created if there are none.
     *
     * @throws InvalidConfigException naming all problems, or if they exist with other limits
     */
    public fun callers(name: String, max: Int, reserved: Int): EngineCallers<C> =
        EngineCallers.create(this, queue, name, max, reserved)

    /** The callers that prefer some idle connections to others. */
    public fun preferring(preference: Preference<C>): EngineQueue<C> =
        EngineQueue(this, queue.of(Demand(null, preference)))

    /** Closes the pool. Takes little longer than the grace plus `closeTimeout`, even if calls fail or hang. */
    public suspend fun close(grace: Duration) {
        keeper.end(grace, callers).suspendUntilDone()
    }

    /** Closes the pool for callers that do not suspend. */
    public fun closeAsync(grace: java.time.Duration): CompletableFuture<Void?> =
        keeper.end(grace.toKotlinDuration(), callers)

    /** Tells [watcher] of failed connects, until the result is closed. */
    public fun watchConnects(watcher: ConnectWatcher): AutoCloseable = connector.watchConnects(watcher)

    /** Completes when the pool has ended, for whatever reason. Never fails. */
    public fun ended(): CompletableFuture<Void?> = keeper.ended()

    private companion object {
        private const val THREADS = 2

        fun ownThreads() = PoolThreads.atMost(THREADS)
    }
}

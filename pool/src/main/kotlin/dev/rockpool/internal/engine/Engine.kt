package dev.rockpool.internal.engine

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectionFactory
import dev.rockpool.ConnectionHooks
import dev.rockpool.ConnectionInfo
import dev.rockpool.Lease
import dev.rockpool.OverloadControl
import dev.rockpool.PoolClosedException
import dev.rockpool.PoolConfig
import dev.rockpool.PoolControl
import dev.rockpool.PoolEvent
import dev.rockpool.PoolException
import dev.rockpool.PoolExhaustedException
import dev.rockpool.PoolStats
import dev.rockpool.PoolTimes
import dev.rockpool.Priority
import dev.rockpool.ReturnState
import dev.rockpool.internal.core.lending.Enqueued
import dev.rockpool.internal.core.lending.LeaseListener
import dev.rockpool.internal.core.lending.PoolState
import dev.rockpool.internal.core.queue.OverloadSettings
import dev.rockpool.internal.core.queue.Shed
import dev.rockpool.internal.core.queue.Waiter
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.PhaseCounts
import dev.rockpool.internal.core.slot.Slot
import dev.rockpool.internal.core.upkeep.ConnectBackoff
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.coroutineContext
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.TimeSource
import kotlin.time.toKotlinDuration
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.future.await as suspendUntilDone
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * One running pool: the pure core, the keeper beside it, and what callers of either kind need of both.
 *
 * Internal, and public only because the Java callers and `pool-jdbc` go through it: may change in any release.
 */
public class Engine<C : Any>
internal constructor(
    config: PoolConfig,
    private val factory: ConnectionFactory<C>,
    internal val hooks: ConnectionHooks<C>?,
    context: CoroutineContext,
    timeSource: TimeSource,
    internal val lazily: Boolean = false,
) {
    /** The settings now: they can change while the pool runs. */
    @Volatile
    public var config: PoolConfig = config
        private set

    private val start = timeSource.markNow()

    internal val isInRealTime = timeSource === TimeSource.Monotonic
    internal val counters = Counters()
    public val state: PoolState<C> =
        PoolState(
            config.maxSize,
            config.reusePolicy,
            config.maxPending ?: Int.MAX_VALUE,
            config.bargingWindow.inWholeNanoseconds,
            ::now,
        )

    /** Lends and takes back slots: what the core decides, and what follows from it. */
    public val slots: SlotPool<C> = SlotPool(config.name, state, LaterCalls(), ::wakeKeeper)
    internal val times = TimesSampler(state, ::now)
    private val deadlines = Deadlines(state.waiters(), ::now) { slots.run(it) }
    private val inbox = Channel<Unit>(Channel.CONFLATED)
    private val home =
        context + (context[ContinuationInterceptor] ?: ownThreads()) + CoroutineName("pool ${config.name}")
    internal val events = Events(config.name, home.minusKey(Job))
    internal val health = Health(events, ::now)
    private val retry = ConnectBackoff(ConfiguredBackoff { this.config })
    private val connector = ConnectionLifecycle(this, factory, retry, home.minusKey(Job))
    private val callers = CoroutineScope(home.minusKey(Job) + SupervisorJob()) // one call that fails ends no other

    /** Null when there are no hooks: then nothing is spent on them. */
    internal val hooked: HookedAcquire<C>? = hooks?.let { HookedAcquire(this, it, connector, callers) }
    public val control: PoolControl = EngineControl(this, connector, callers)
    private val keeper = Keeper(this, factory, connector, retry, home, deadlines, inbox)
    private val nested = NestedAcquires(this)

    init {
        state.waiters().overload(config.overload?.nanos())
    }

    internal fun start(): Engine<C> = apply { keeper.start() }

    public val stats: StateFlow<PoolStats>
        get() = keeper.stats

    /** Nanoseconds since the pool was created. */
    public fun now(): Long = start.elapsedNow().inWholeNanoseconds

    /** The wall clock in nanoseconds, to compare with [now]; constant where time is virtual. */
    internal fun wallClock(): Long = if (isInRealTime) System.currentTimeMillis() * NANOS_PER_MILLI else 0

    /** How long a caller waits unless it says otherwise, in nanoseconds; `Long.MAX_VALUE` for ever. */
    public val acquireTimeout: Long
        get() = config.acquireTimeout.orNever()

    /** Waits in the queue for a lease, which comes back as what [leasing] makes of it. */
    public suspend fun <T> await(timeout: Duration?, priority: Priority, leasing: Leasing<C, T>): T {
        val job = coroutineContext[Job]
        job?.ensureActive()
        if (timeout != null && !timeout.isPositive()) throw impatient(job)
        return suspendCancellableCoroutine { continuation ->
            val now = now()
            val waiter = CoroutineWaiter(this, continuation, leasing, now, deadline(now, timeout.orNever()), priority)
            val enqueued = enqueue(waiter)
            if (enqueued == Enqueued.WAITS) orNotAtAll(waiter) { continuation.invokeOnCancellation(waiter) }
            else continuation.resumeWithException(refused(enqueued))
        }
    }

    /** If this fails (no stack, no memory), the caller does not wait: nobody would take its connection. */
    private inline fun orNotAtAll(waiter: Waiter<C>, prepares: () -> Unit) =
        try {
            prepares()
        } catch (e: Throwable) {
            if (cancel(waiter)) throw e
            logWarn(e) { "pool '${config.name}': a caller that was served cannot be told of its cancellation" }
        }

    /** Puts a waiter that does not park into the queue, and has its deadline watched. */
    public fun enqueue(waiter: Waiter<C>): Enqueued {
        nested.look(waiter)
        val enqueued = slots.enqueue(waiter)
        if (enqueued == Enqueued.WAITS && !waiter.isDecided) {
            sayingNothing("setting a deadline") { deadlines.added(waiter.deadline()) }
        }
        return enqueued
    }

    /**
     * When a wait that begins now ends, by the pool's clock; the timeout in nanoseconds, `Long.MAX_VALUE` for never.
     */
    public fun deadline(now: Long, timeout: Long): Long =
        if (timeout > Long.MAX_VALUE - now) Long.MAX_VALUE else now + timeout

    /** The caller does not wait any more. False when it was decided before; then somebody else acts on that. */
    public fun cancel(waiter: Waiter<C>): Boolean {
        if (!waiter.decide(Waiter.Outcome.CANCELLED)) return false
        counters.cancelled.increment()
        slots.leave(waiter)
        return true
    }

    /** Whether connections are prepared before they are lent; then callers go through [acquireHooked]. */
    public val isHooked: Boolean
        get() = hooked != null

    /** The lease for a caller that does not suspend, of a pool that has hooks; the timeout in nanoseconds. */
    public fun acquireHooked(timeout: Long, priority: Priority): CompletableFuture<Lease<C>> =
        checkNotNull(hooked).acquireAsync(if (timeout == Long.MAX_VALUE) null else timeout.nanoseconds, priority)

    /** The same on this thread. */
    public fun awaitHooked(timeout: Long, priority: Priority): Lease<C> = acquireHooked(timeout, priority).await()

    /** The lease on a slot that was lent with this ticket. */
    public fun lease(slot: Slot<C>, ticket: Long): Lease<C> = EngineLease(this, slot, ticket)

    /** What the factory says of a connection that comes back. */
    public fun inspect(connection: C): ReturnState =
        try {
            factory.inspect(connection)
        } catch (e: Throwable) { // Errors too: the lease must end
            logWarn(e) { "pool '${config.name}': inspecting a returned connection failed; it is closed" }
            ReturnState.BROKEN
        }

    /**
     * Makes the connection fit for its next user, within its own bound, then ends the lease. Null when it went well;
     * else the connection is closed, for this reason.
     */
    internal suspend fun restoreAndRelease(
        slot: Slot<C>,
        ticket: Long,
        dirty: Boolean,
        caller: CoroutineContext?,
    ): Throwable? {
        val failure = connector.restore(slot.connection(), dirty, caller)
        if (failure == null) slots.release(slot, ticket)
        else slots.discard(slot, ticket, "it could not be restored: $failure")
        return failure
    }

    internal fun restoreLater(slot: Slot<C>, ticket: Long, dirty: Boolean) {
        slot.grant(ticket, Holder.RESET) // its user has done what it had to
        connector.restoreLater(slot, ticket, dirty)
    }

    /** Goes on with other settings. */
    internal fun reconfigure(next: PoolConfig) {
        config = next
        state.waiters().limits(next.maxPending ?: Int.MAX_VALUE, next.bargingWindow.inWholeNanoseconds)
        state.waiters().overload(next.overload?.nanos())
        slots.run(state.prove(next.trustWindow == Duration.ZERO, next.probeOnReturn))
        slots.wakeKeeper()
    }

    /** Tells of each lease as an event, or of none. */
    internal fun tellLeases(on: Boolean): Unit = state.notes().tellLeases(if (on) LeaseEvents() else null)

    private inner class LeaseEvents : LeaseListener {
        override fun acquired(connection: Long): Unit = events.tell { PoolEvent.Acquired(connection) }

        override fun released(connection: Long): Unit = events.tell { PoolEvent.Released(connection) }
    }

    /** The connector, which is made after the slots that it works on. */
    private inner class LaterCalls : SlotCalls<C> {
        override fun close(slot: Slot<C>): Unit = connector.close(slot)

        override fun abort(slot: Slot<C>): Unit = connector.abort(slot)

        override fun probe(slot: Slot<C>) {
            connector.probe(slot)
        }
    }

    private fun wakeKeeper() = sayingNothing("waking the keeper") { inbox.trySend(Unit) }

    /**
     * Wakes a coroutine of the pool on somebody else's thread, which must not suffer if its dispatcher has no thread
     * for it: what is to be done is in its queue all the same.
     */
    private inline fun sayingNothing(what: String, wake: () -> Unit) {
        try {
            wake()
        } catch (e: Throwable) {
            logWarn(e) { "pool '${config.name}': $what failed" }
        }
    }

    internal fun infos(): List<ConnectionInfo> {
        val now = now()
        return state.slots().all().mapNotNull { it.info(now) }
    }

    /** All numbers as they are now. */
    public fun snapshot(): PoolStats = numbers(times.sample())

    /** The same without a new sample of the times, for whoever asks often. */
    internal fun numbers(times: PoolTimes = this.times.latest): PoolStats {
        val pending = state.waiting()
        val census = PhaseCounts.of(state.slots())
        return PoolStats(
            name = config.name,
            maxSize = config.maxSize,
            idle = census.count(Phase.IDLE),
            leased = census.count(Phase.LEASED),
            opening = census.count(Phase.OPENING),
            probing = census.count(Phase.PROBING),
            closing = census.count(Phase.CLOSING),
            paused = state.isPaused,
            pending = pending,
            acquired = census.leases(),
            opened = counters.opened.sum(),
            openFailed = counters.openFailed.sum(),
            closed = counters.closed.sum(),
            timedOut = counters.timedOut.sum(),
            cancelled = counters.cancelled.sum(),
            rejected = counters.rejected.sum(),
            shed = counters.shed.sum(),
            leaked = counters.leaked.sum(),
            reclaimed = counters.reclaimed.sum(),
            times = times,
        )
    }

    /** The leases at the moment, as far as they were seen. */
    internal fun leases(): List<HeldLease> = keeper.leaks.leases()

    /**
     * The error for a caller that waited this many nanoseconds.
     *
     * @param caller who would have held the lease
     */
    public fun timedOut(waited: Long, caller: Any?): AcquireTimeoutException {
        counters.timedOut.increment()
        times.recorded.waitedInVain(waited)
        events.tell { PoolEvent.TimedOut(waited.nanoseconds) }
        val leases = leases()
        val trouble = connector.trouble?.cause
        return AcquireTimeoutException(
            waited.nanoseconds,
            numbers(),
            leases.maxByOrNull { it.held }?.takeIf { it.held.isPositive() }?.toWords(),
            nested.own(caller, leases)?.toWords(),
            trouble,
            trouble?.let(::explained),
        )
    }

    /** The error for a caller that does not want to wait, and for whom there is nothing. */
    public fun impatient(caller: Any?): PoolException =
        if (state.isClosed) PoolClosedException(config.name) else timedOut(0, caller)

    /** The error for a caller that may not wait. */
    public fun refused(enqueued: Enqueued): PoolException =
        when (enqueued) {
            Enqueued.CLOSED -> PoolClosedException(config.name)
            Enqueued.FULL -> {
                counters.rejected.increment()
                PoolExhaustedException.full(numbers(), config.maxPending ?: Int.MAX_VALUE)
            }
            Enqueued.WAITS -> error("not refused")
        }

    /**
     * The error for a caller whose wait failed: because of a connect failure, an outage or overload, or for null
     * because the pool was closed.
     */
    public fun failed(cause: Throwable?): PoolException =
        when (cause) {
            null -> PoolClosedException(config.name)
            is Outage -> cause.toException(config.name, now(), retry.failures(), explained(cause.cause))
            is Shed -> exhausted(cause)
            else -> connectFailed(cause)
        }

    /** The error for whoever needs to know that connecting failed for good. */
    public fun connectFailed(cause: Throwable): ConnectFailedException =
        ConnectFailedException.permanent(config.name, explained(cause), cause)

    /** The error for a caller for whom no connection could be prepared. */
    public fun unprepared(cause: Throwable): ConnectFailedException =
        ConnectFailedException.unprepared(config.name, cause)

    internal fun explained(cause: Throwable): String =
        try {
            factory.explain(cause)
        } catch (e: Throwable) { // Errors too: somebody waits for this answer
            logDebug(e) { "pool '${config.name}': explaining a connect failure failed" }
            cause.toString()
        }

    /** Bounded by grace, `closeTimeout` and a moment more, whatever fails. */
    public suspend fun close(grace: Duration) {
        keeper.end(grace, callers).suspendUntilDone()
    }

    /** The same for callers that do not suspend. */
    public fun closeAsync(grace: java.time.Duration): CompletableFuture<Void?> =
        keeper.end(grace.toKotlinDuration(), callers)

    private companion object {
        private const val THREADS = 2
        private const val NANOS_PER_MILLI = 1_000_000L

        fun ownThreads() = PoolThreads.atMost(THREADS)

        fun OverloadControl.nanos() = OverloadSettings(target.inWholeNanoseconds, interval.inWholeNanoseconds)
    }
}

/** Makes what its holder gets of a slot that is leased with this ticket. */
public fun interface Leasing<C, T> {
    public fun lease(slot: Slot<C>, ticket: Long): T
}

/** In nanoseconds; `Long.MAX_VALUE` for null, which means never. */
public fun Duration?.orNever(): Long = this?.inWholeNanoseconds ?: Long.MAX_VALUE

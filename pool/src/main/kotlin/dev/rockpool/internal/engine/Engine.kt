package dev.rockpool.internal.engine

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.Backoff
import dev.rockpool.Condition
import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectionFactory
import dev.rockpool.Lease
import dev.rockpool.PoolClosedException
import dev.rockpool.PoolConfig
import dev.rockpool.PoolControl
import dev.rockpool.PoolEvent
import dev.rockpool.PoolException
import dev.rockpool.PoolExhaustedException
import dev.rockpool.PoolStats
import dev.rockpool.PoolTimes
import dev.rockpool.internal.core.Census
import dev.rockpool.internal.core.Holder
import dev.rockpool.internal.core.Lending
import dev.rockpool.internal.core.Phase
import dev.rockpool.internal.core.Retry
import dev.rockpool.internal.core.Signals
import dev.rockpool.internal.core.Slot
import dev.rockpool.internal.core.Waiter
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
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.future.future
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
    context: CoroutineContext,
    timeSource: TimeSource,
) : Signals<C> {
    /** The settings now: they can change while the pool runs. */
    @Volatile
    public var config: PoolConfig = config
        private set

    private val start = timeSource.markNow()
    internal val counters = Counters()
    public val lending: Lending<C> =
        Lending(
            config.maxSize,
            config.reusePolicy,
            config.maxPending ?: Int.MAX_VALUE,
            config.patience.inWholeNanoseconds,
            ::now,
            this,
        )
    internal val times = Times(lending, ::now)
    private val deadlines = Deadlines(lending, ::now)
    private val inbox = Channel<Unit>(Channel.CONFLATED)
    private val home =
        context + (context[ContinuationInterceptor] ?: ownThreads()) + CoroutineName("pool ${config.name}")
    internal val events = Events(config.name, home.minusKey(Job))
    internal val health = Health(events, ::now)
    public val control: PoolControl = EngineControl(this)
    private val retry = Retry(config.backoff.nanos())
    private val connector = Connector(this, factory, retry, home.minusKey(Job)) { inbox.trySend(Unit) }
    private val keeper = Keeper(this, connector, retry, home, deadlines, inbox)
    private val nested = NestedAcquires(this)

    internal fun start(): Engine<C> = apply { keeper.start() }

    public val stats: StateFlow<PoolStats>
        get() = keeper.stats

    /** Nanoseconds since the pool was created. */
    public fun now(): Long = start.elapsedNow().inWholeNanoseconds

    /** How long a caller waits unless it says otherwise, in nanoseconds; `Long.MAX_VALUE` for ever. */
    public val acquireTimeout: Long
        get() = config.acquireTimeout.orNever()

    // ---- acquire ---------------------------------------------------------------------------------------------------

    /** Waits for a slot, in the queue. The waiter comes back SERVED: its slot is leased with its ticket. */
    public suspend fun await(timeout: Duration?): Waiter<C> {
        val job = coroutineContext[Job]
        job?.ensureActive()
        if (timeout != null && !timeout.isPositive()) throw timedOut(0, job)
        return suspendCancellableCoroutine { continuation ->
            val now = now()
            val waiter = CoroutineWaiter(this, continuation, now, deadline(now, timeout.orNever()))
            val enqueued = enqueue(waiter)
            if (enqueued == Lending.Enqueued.WAITS) {
                continuation.invokeOnCancellation { cancel(waiter) }
            } else {
                continuation.resumeWithException(refused(enqueued))
            }
        }
    }

    /** Puts a waiter that does not park into the queue, and has its deadline watched. */
    public fun enqueue(waiter: Waiter<C>): Lending.Enqueued {
        nested.look(waiter)
        val enqueued = lending.enqueue(waiter)
        if (enqueued == Lending.Enqueued.WAITS) deadlines.added(waiter.deadline())
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
        lending.leave(waiter)
        return true
    }

    /** The lease on a slot that was lent with this ticket. */
    public fun lease(slot: Slot<C>, ticket: Long): Lease<C> = EngineLease(this, slot, ticket)

    // ---- release ---------------------------------------------------------------------------------------------------

    /** What the factory says of a connection that comes back. */
    public fun inspect(connection: C): Condition =
        try {
            factory.inspect(connection)
        } catch (e: Exception) {
            log.warn(e) { "pool '${config.name}': inspecting a returned connection failed; it is closed" }
            Condition.BROKEN
        }

    /** Ends a lease whose connection is dead or unfit. What else is idle is probed before it is lent again. */
    public fun discard(slot: Slot<C>, ticket: Long, reason: String) {
        if (!lending.discard(slot, ticket, reason)) return
        lending.doubtAll()
    }

    /** Resets the connection within its own bound, then ends the lease. */
    internal suspend fun resetAndRelease(slot: Slot<C>, ticket: Long) {
        val failure = connector.reset(slot.connection())
        if (failure == null) {
            lending.release(slot, ticket)
        } else {
            lending.discard(slot, ticket, "it could not be reset: $failure")
            throw failure
        }
    }

    internal fun resetInBackground(slot: Slot<C>, ticket: Long) {
        slot.grant(ticket, Holder.RESET) // its user has done what it had to
        connector.inBackground { resetAndRelease(slot, ticket) }
    }

    // ---- signals from the core -------------------------------------------------------------------------------------

    override fun demand() {
        inbox.trySend(Unit)
    }

    override fun retired(slot: Slot<C>): Unit = connector.close(slot)

    override fun acquired(connection: Long): Unit = events.tell { PoolEvent.Acquired(connection) }

    override fun released(connection: Long): Unit = events.tell { PoolEvent.Released(connection) }

    // ---- numbers and errors ----------------------------------------------------------------------------------------

    /** All numbers as they are now. */
    public fun snapshot(): PoolStats = numbers(times.sample())

    /** The same without a new sample of the times, for whoever asks often. */
    internal fun numbers(times: PoolTimes = this.times.latest): PoolStats {
        val pending = lending.waiting()
        val census = Census.of(lending.slots())
        return PoolStats(
            name = config.name,
            maxSize = lending.slots().size(),
            idle = census.count(Phase.IDLE),
            leased = census.count(Phase.LEASED),
            opening = census.count(Phase.OPENING),
            probing = census.count(Phase.PROBING),
            closing = census.count(Phase.CLOSING),
            pending = pending,
            acquired = census.leases(),
            opened = counters.opened.sum(),
            openFailed = counters.openFailed.sum(),
            closed = counters.closed.sum(),
            timedOut = counters.timedOut.sum(),
            cancelled = counters.cancelled.sum(),
            rejected = counters.rejected.sum(),
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
        events.tell { PoolEvent.TimedOut(waited.nanoseconds) }
        val leases = leases()
        return AcquireTimeoutException(
            waited.nanoseconds,
            numbers(),
            leases.maxByOrNull { it.held }?.takeIf { it.held.isPositive() }?.toWords(),
            nested.own(caller, leases)?.toWords(),
            connector.connectFailure,
        )
    }

    /** The error for a caller that may not wait. */
    public fun refused(enqueued: Lending.Enqueued): PoolException =
        when (enqueued) {
            Lending.Enqueued.CLOSED -> PoolClosedException(config.name)
            Lending.Enqueued.FULL -> {
                counters.rejected.increment()
                PoolExhaustedException(numbers(), config.maxPending ?: Int.MAX_VALUE)
            }
            Lending.Enqueued.WAITS -> error("not refused")
        }

    /**
     * The error for a caller whose wait failed: because of a connect failure, or for null because the pool was closed.
     */
    public fun failed(cause: Throwable?): PoolException =
        if (cause == null) PoolClosedException(config.name) else ConnectFailedException(config.name, cause)

    // ---- the end ---------------------------------------------------------------------------------------------------

    public suspend fun close(grace: Duration): Unit = keeper.end(grace)

    /** The same for callers that do not suspend. */
    public fun closeAsync(grace: java.time.Duration): CompletableFuture<Void?> =
        CoroutineScope(home.minusKey(Job)).future {
            close(grace.toKotlinDuration())
            null
        }

    private companion object {
        private const val THREADS = 2

        /**
         * Apart from `Dispatchers.Default`: callers may block every thread of that one while they wait for the
         * connection that these coroutines are to open. Views of `Dispatchers.IO` get threads beyond its limit.
         */
        fun ownThreads() = Dispatchers.IO.limitedParallelism(THREADS, "pool keeper")

        fun Backoff.nanos() = Retry.BackoffSettings(initial.inWholeNanoseconds, factor, max.inWholeNanoseconds, jitter)
    }
}

/** In nanoseconds; `Long.MAX_VALUE` for null, which means never. */
public fun Duration?.orNever(): Long = this?.inWholeNanoseconds ?: Long.MAX_VALUE

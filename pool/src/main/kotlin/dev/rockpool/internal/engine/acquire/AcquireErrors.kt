package dev.rockpool.internal.engine.acquire

import dev.rockpool.AcquireTimeoutException
import dev.rockpool.Budget
import dev.rockpool.CallerQuota
import dev.rockpool.ConnectFailedException
import dev.rockpool.PoolClosedException
import dev.rockpool.PoolEvent
import dev.rockpool.PoolException
import dev.rockpool.PoolExhaustedException
import dev.rockpool.PoolStats
import dev.rockpool.internal.core.connectivity.Connectivity
import dev.rockpool.internal.core.connectivity.Outage
import dev.rockpool.internal.core.lending.Enqueued
import dev.rockpool.internal.core.queue.CallerClass
import dev.rockpool.internal.core.queue.Shed
import dev.rockpool.internal.engine.report.CallerQuotas
import dev.rockpool.internal.engine.report.ExhaustionWatch
import dev.rockpool.internal.engine.report.HeldLease
import dev.rockpool.internal.engine.report.PoolNumbers
import dev.rockpool.internal.engine.runtime.PoolRuntime
import kotlin.time.Duration.Companion.nanoseconds

/**
 * Creates the errors of callers that get no connection, with the numbers that explain them. Creating one counts it.
 *
 * In Kotlin, because the exceptions take Kotlin's durations.
 */
internal class AcquireErrors(
    private val runtime: PoolRuntime<*>,
    val numbers: PoolNumbers,
    private val exhaustion: ExhaustionWatch,
) {
    private val counters = runtime.counters()
    private val name = runtime.name()

    /**
     * The error for a caller that waited this many nanoseconds.
     *
     * @param caller who would have held the lease
     * @param callers whose quota it counts for; null for none
     */
    fun timedOut(waited: Long, caller: Any?, callers: CallerClass? = null): AcquireTimeoutException =
        timedOut(waited, caller, numbers.current(), listOf(this), quotaOf(callers))

    /** Null if there are no quotas. */
    private fun quotaOf(callers: CallerClass?): CallerQuota? =
        if (runtime.state().isLimited) CallerQuotas.of(runtime, callers) else null

    /** The same for a caller that waited in all these pools, with the [stats] of all. Only this pool counts it. */
    fun timedOut(
        waited: Long,
        caller: Any?,
        stats: PoolStats,
        all: List<AcquireErrors>,
        quota: CallerQuota? = null,
    ): AcquireTimeoutException {
        countTimeout(waited)
        if (waited > 0) all.forEach { it.exhaustion.timedOut(caller, waited) }
        val leases = all.flatMap { it.numbers.leases() }
        val failing = all.find { it.trouble() != null }
        val trouble = failing?.trouble()
        return AcquireTimeoutException(
            waited.nanoseconds,
            stats,
            longest(leases),
            HeldLease.ownOf(caller, leases)?.toWords(),
            trouble,
            trouble?.let { failing.runtime.explain(it) },
            all.firstNotNullOfOrNull { it.exhaustedBudget() },
            quota,
        )
    }

    private fun longest(leases: List<HeldLease>) =
        leases.maxByOrNull { it.held }?.takeIf { it.held.isPositive() }?.toWords()

    /** The error for a caller that waited for a connection alone, while other leases of it lasted. */
    fun notAlone(waited: Long, caller: Any?): AcquireTimeoutException {
        val leases = numbers.leases()
        if (HeldLease.ownOf(caller, leases) != null) return timedOut(waited, caller)
        countTimeout(waited)
        return AcquireTimeoutException.notAlone(waited.nanoseconds, numbers.current(), longest(leases))
    }

    /** The error for a caller whose time was over before a connection was prepared for it. */
    fun unpreparedInTime(waited: Long, failure: Throwable): AcquireTimeoutException {
        countTimeout(waited)
        return AcquireTimeoutException.unprepared(waited.nanoseconds, numbers.current(), failure)
    }

    private fun countTimeout(waited: Long) {
        counters.timedOut.increment()
        runtime.times().waitTimedOut(waited)
        runtime.events().send { PoolEvent.TimedOut(waited.nanoseconds) }
    }

    private fun trouble(): Throwable? = runtime.connectivity().failing()?.cause

    private fun exhaustedBudget(): Budget? = runtime.config().budget?.budget?.takeIf { it.hasRefused(name) }

    private fun Budget.hasRefused(pool: String) = pools.any { it.pool == pool && it.wanted > 0 }

    /** The error for a caller that does not wait and found no free connection. */
    fun notAvailable(caller: Any?, callers: CallerClass? = null): PoolException =
        if (runtime.state().isClosed) PoolClosedException(name) else timedOut(0, caller, callers)

    /** The error for a caller that was not queued; null if it was. */
    fun refused(enqueued: Enqueued): PoolException? =
        when (enqueued) {
            Enqueued.CLOSED -> PoolClosedException(name)
            Enqueued.FULL -> exhausted(runtime.config().maxPending ?: Int.MAX_VALUE)
            Enqueued.WAITS -> null
        }

    /** The error for a caller that may not wait, because this many others already do. */
    fun exhausted(maxPending: Int): PoolException {
        counters.rejected.increment()
        runtime.events().send { PoolEvent.Rejected(runtime.state().waiting()) }
        return PoolExhaustedException.full(numbers.current(), maxPending)
    }

    /**
     * The error for a caller whose wait failed, because of a connect failure, an outage or overload. Null means that
     * the pool was closed.
     */
    fun failed(cause: Throwable?): PoolException =
        when (cause) {
            null -> PoolClosedException(name)
            is Outage -> down(cause.down()).counted()
            is Shed -> shed(cause)
            else -> connectFailed(cause).counted()
        }

    private fun PoolException.counted() = also { counters.failed.increment() }

    private fun down(why: Connectivity.Down): ConnectFailedException {
        val latest = why.failing
        val since = (runtime.now() - why.since).nanoseconds
        return ConnectFailedException.down(
            name,
            since,
            latest.failures,
            latest.kind,
            runtime.explain(latest.cause),
            latest.cause,
        )
    }

    private fun shed(why: Shed): PoolException {
        counters.shed.increment()
        runtime.events().send { PoolEvent.Shed(why.waited().nanoseconds) }
        return PoolExhaustedException.shed(
            numbers.current(),
            why.waited().nanoseconds,
            why.target().nanoseconds,
            why.overloadedFor().nanoseconds,
        )
    }

    /** The error for a permanent connect failure. It is not counted, because there may be no caller yet. */
    fun connectFailed(cause: Throwable): ConnectFailedException =
        ConnectFailedException.permanent(name, runtime.explain(cause), cause)

    /** The error for a caller whose connection could not be prepared. */
    fun unprepared(cause: Throwable): PoolException = ConnectFailedException.unprepared(name, cause).counted()
}

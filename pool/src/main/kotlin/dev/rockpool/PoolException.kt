package dev.rockpool

import dev.rockpool.internal.config.oneLine
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * The base class of everything that a pool itself throws. None is a `CancellationException`, so a timeout never cancels
 * the caller's coroutine.
 *
 * @property poolName the name of the pool
 */
public sealed class PoolException(public val poolName: String, message: String, cause: Throwable? = null) :
    RuntimeException(message, cause)

/**
 * No connection became free in time.
 *
 * @property waited how long the caller waited
 * @property stats the pool's numbers at the timeout
 * @property longest the longest active lease; null if nothing is leased
 * @property own a lease that the caller, or a parent coroutine, already holds; null if there is none. The cause is the
 *   latest connect failure, if connecting is failing now. For a caller whose connection could not be prepared in time,
 *   it is the failure of that.
 * @property quota the quota of the caller's class, if the pool has classes of callers ([callers]); it tells whether the
 *   quota or the pool was the limit
 */
public class AcquireTimeoutException
internal constructor(
    @get:JvmSynthetic public val waited: Duration,
    public val stats: PoolStats,
    public val longest: LeaseInfo?,
    public val own: LeaseInfo?,
    public val quota: CallerQuota?,
    message: String,
    cause: Throwable?,
) : PoolException(stats.name, message, cause) {
    internal constructor(
        waited: Duration,
        stats: PoolStats,
        longest: LeaseInfo?,
        own: LeaseInfo?,
        connectFailure: Throwable?,
        explained: String?,
        budget: Budget?,
        quota: CallerQuota?,
    ) : this(
        waited,
        stats,
        longest,
        own,
        quota,
        timeoutMessage(waited, stats, longest, own, explained, isAdvice(explained, connectFailure), budget, quota),
        connectFailure,
    )

    /** [waited] for Java. */
    @ForJava @JvmName("getWaited") public fun waitedForJava(): java.time.Duration = waited.toJavaDuration()

    /** The minimum duration of the [longest] lease; null if nothing is leased. */
    @get:JvmSynthetic
    public val longestLease: Duration?
        get() = longest?.held

    /** [longestLease] for Java. */
    @ForJava
    @JvmName("getLongestLease")
    public fun longestLeaseForJava(): java.time.Duration? = longestLease?.toJavaDuration()

    /** [waited] in whole milliseconds, for Java. */
    public val waitedMillis: Long
        get() = waited.inWholeMilliseconds

    internal companion object {
        /** For a caller that got a connection, but whose time was over before that was prepared. */
        @JvmSynthetic
        internal fun unprepared(waited: Duration, stats: PoolStats, failure: Throwable) =
            AcquireTimeoutException(
                waited,
                stats,
                longest = null,
                own = null,
                quota = null,
                "pool '${stats.name}': no connection after ${waited.inWholeMilliseconds} ms; ${numbers(stats)}; one " +
                    "could not be prepared for the caller: ${failure.message ?: failure}. $PREPARING_ADVICE",
                failure,
            )

        /** For a caller that waited for a connection alone, while other leases of it lasted. */
        @JvmSynthetic
        internal fun notAlone(waited: Duration, stats: PoolStats, longest: LeaseInfo?) =
            AcquireTimeoutException(
                waited,
                stats,
                longest,
                own = null,
                quota = null,
                "pool '${stats.name}': no connection alone after ${waited.inWholeMilliseconds} ms, because others still " +
                    "use it; ${numbers(stats)}${longest.inWords()}. Try: hold connections for a shorter time, or raise " +
                    "acquireTimeout",
                cause = null,
            )
    }
}

/**
 * More callers wait than [PoolConfig.maxPending] allows, or than the pool can serve ([PoolConfig.overload]).
 *
 * @property stats the pool's numbers at that moment
 */
public class PoolExhaustedException internal constructor(public val stats: PoolStats, message: String) :
    PoolException(stats.name, message) {
    internal companion object {
        /** For a caller that was not queued. */
        @JvmSynthetic
        internal fun full(stats: PoolStats, maxPending: Int) =
            PoolExhaustedException(
                stats,
                "pool '${stats.name}': rejected, because $maxPending callers already wait (maxPending); ${numbers(stats)}. " +
                    "Call less often, raise maxSize or maxPending, or hold connections for a shorter time.",
            )

        /** For a caller that was rejected after a wait. */
        @JvmSynthetic
        internal fun shed(stats: PoolStats, waited: Duration, target: Duration, overloadedFor: Duration) =
            PoolExhaustedException(
                stats,
                "pool '${stats.name}': rejected after ${waited.readable()} because of overload: for " +
                    "${overloadedFor.readable()} no caller was served within ${target.readable()} (overload.target); " +
                    "${numbers(stats)}, shed so far=${stats.shed}. " +
                    "Call less often, raise maxSize, or hold connections for a shorter time.",
            )
    }
}

/** The pool is closed, or was closed while the caller waited. */
public class PoolClosedException internal constructor(poolName: String) :
    PoolException(poolName, "pool '$poolName' has been closed: no connection can be acquired from it")

/**
 * Connecting failed permanently, or has failed for [PoolConfig.failFastAfter] with no connection open. The cause is the
 * latest failure.
 *
 * @property failure the classification of the latest failure; unless it is [ConnectFailure.PERMANENT], the pool keeps
 *   trying, and the caller may retry later
 */
public class ConnectFailedException
internal constructor(poolName: String, public val failure: ConnectFailure, message: String, cause: Throwable) :
    PoolException(poolName, message, cause) {
    internal companion object {
        @JvmSynthetic
        internal fun permanent(poolName: String, explained: String, cause: Throwable) =
            ConnectFailedException(
                poolName,
                ConnectFailure.PERMANENT,
                "pool '$poolName' cannot connect: $explained",
                cause,
            )

        @JvmSynthetic
        internal fun unprepared(poolName: String, cause: Throwable) =
            ConnectFailedException(
                poolName,
                ConnectFailure.TRANSIENT,
                "pool '$poolName': no connection could be prepared for the caller, last error: " +
                    "${cause.message ?: cause}. $PREPARING_ADVICE",
                cause,
            )

        @JvmSynthetic
        internal fun down(
            poolName: String,
            since: Duration,
            failures: Int,
            failure: ConnectFailure,
            explained: String,
            cause: Throwable,
        ) =
            ConnectFailedException(
                poolName,
                failure,
                "pool '$poolName' has been down for ${since.readable()}, $failures connects failed, last error: " +
                    "${explained.removeSuffix(".")}. Callers fail at once until connecting works; the pool keeps trying." +
                    if (isAdvice(explained, cause)) ""
                    else " Try: check that the server runs and is reachable from here.",
                cause,
            )
    }
}

/**
 * A configuration that cannot work.
 *
 * @property problems all problems, one sentence each: the property, its value, what is allowed
 */
public open class InvalidConfigException
protected constructor(poolName: String, public val problems: List<String>, message: String) :
    PoolException(poolName, message) {
    public constructor(
        poolName: String,
        problems: List<String>,
    ) : this(poolName, problems, "pool '${oneLine(poolName)}' is misconfigured: ${problems.joinToString("; ")}")
}

/** A lease was used after it had ended. */
public class LeaseMisuseException internal constructor(poolName: String, reason: String?) :
    PoolException(
        poolName,
        "pool '$poolName': this lease has ended${if (reason == null) "" else ": $reason"}; acquire a new one, and do not " +
            "use a connection after its lease",
    )

private const val PREPARING_ADVICE = "Try: check what the beforeLend hook or the preparer needs."

/** Whether the factory's explanation says more than the failure itself. Then it contains the advice. */
private fun isAdvice(explained: String?, failure: Throwable?): Boolean =
    failure != null && explained != null && explained != (failure.message ?: failure.toString())

private fun numbers(stats: PoolStats): String =
    "active=${stats.leased}, idle=${stats.idle}, opening=${stats.opening}, pending=${stats.pending}, " +
        "total=${stats.total}, max=${stats.maxSize}" +
        (if (stats.probing > 0) ", probing=${stats.probing}" else "") +
        (if (stats.closing > 0) ", closing=${stats.closing}" else "")

private fun timeoutMessage(
    waited: Duration,
    stats: PoolStats,
    longest: LeaseInfo?,
    own: LeaseInfo?,
    failure: String?,
    isAdvised: Boolean,
    budget: Budget?,
    quota: CallerQuota?,
): String = buildString {
    append("pool '${stats.name}': no connection after ${waited.inWholeMilliseconds} ms; ${numbers(stats)}")
    if (quota != null) append("; ${quota.verdict()}")
    append(longest.inWords())
    if (own != null) append("; the caller, or its parent coroutine, already has a connection: $own")
    if (failure != null) append("; connecting fails: ${failure.removeSuffix(".")}")
    if (budget != null) append("; ${budget.shortage()}")
    if (isAdvised && !stats.paused && own == null) return@buildString
    append(". Try: ").append(advice(stats, own, failure, budget, quota))
}

private fun LeaseInfo?.inWords(): String =
    if (this == null) "" else ", longest lease at least ${held.readable()}: connection $connection by $holder"

private fun advice(stats: PoolStats, own: LeaseInfo?, failure: String?, budget: Budget?, quota: CallerQuota?): String =
    when {
        stats.paused -> "resume the pool, which is paused"
        own != null -> "do not acquire a second connection while holding the first, or raise maxSize"
        quota != null && quota.isLimit -> quota.advice()
        failure != null -> "check that the server is reachable"
        budget != null -> "hold connections for a shorter time, raise the budget, or guarantee this pool more of it"
        stats.leased < stats.maxSize -> stats.slowestCalls()
        else -> "hold connections for a shorter time, raise maxSize or acquireTimeout"
    }

/** Advice for a pool in which not leases but its own calls occupy the slots. */
private fun PoolStats.slowestCalls(): String =
    when (maxOf(opening, probing, closing)) {
        opening -> "find out why opening takes so long, or raise acquireTimeout"
        probing -> "find out why probes take so long, or lower probeTimeout"
        else -> "find out why closing takes so long, or lower closeTimeout"
    }

private fun Budget.shortage(): String {
    val source = ledger().source()
    val more = if (source == null) "" else "; ${source.explanation()}"
    return "its budget of $total connections has none left: ${uses()}$more"
}

private fun Budget.uses() =
    pools.joinToString {
        "'${it.pool}' ${it.taken}" + if (it.guaranteed > it.taken) " of ${it.guaranteed} guaranteed" else ""
    }

package dev.rockpool

import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * Everything a pool throws on its own account. None is a `CancellationException`: a timeout never cancels the caller's
 * coroutine.
 *
 * @property poolName the pool that speaks
 */
public sealed class PoolException(public val poolName: String, message: String, cause: Throwable? = null) :
    RuntimeException(message, cause)

/**
 * No connection became free in time.
 *
 * @property waited how long the caller waited
 * @property stats the pool when it gave up
 * @property longest the lease that has lasted longest; null when nothing is leased
 * @property own the lease that the caller itself, or a coroutine that it is a part of, holds while it waits for another
 *   one; null when there is none. The cause is the latest connect failure, if connecting is failing now.
 */
public class AcquireTimeoutException
internal constructor(
    @get:JvmSynthetic public val waited: Duration,
    public val stats: PoolStats,
    public val longest: LeaseInfo?,
    public val own: LeaseInfo?,
    connectFailure: Throwable?,
    explained: String?,
) :
    PoolException(
        stats.name,
        timeoutMessage(waited, stats, longest, own, explained, isAdvice(explained, connectFailure)),
        connectFailure,
    ) {
    /** [waited] for Java. */
    @ForJava @JvmName("getWaited") public fun waitedForJava(): java.time.Duration = waited.toJavaDuration()

    /** How long the [longest] lease has lasted, at least; null when nothing is leased. */
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
}

/**
 * More callers wait than may ([PoolConfig.maxPending]), or than the pool can serve ([PoolConfig.overload]).
 *
 * @property stats the pool at that moment
 */
public class PoolExhaustedException internal constructor(public val stats: PoolStats, message: String) :
    PoolException(stats.name, message) {
    internal companion object {
        /** For a caller who may not wait. */
        @JvmSynthetic
        internal fun full(stats: PoolStats, maxPending: Int) =
            PoolExhaustedException(
                stats,
                "pool '${stats.name}': turned away, $maxPending callers wait already (maxPending); ${numbers(stats)}. " +
                    "Call less often, raise maxSize or maxPending, or hold connections for a shorter time.",
            )

        /** For a caller who waited. */
        @JvmSynthetic
        internal fun shed(stats: PoolStats, waited: Duration, target: Duration, overloadedFor: Duration) =
            PoolExhaustedException(
                stats,
                "pool '${stats.name}': turned away after ${waited.readable()} because of overload: for " +
                    "${overloadedFor.readable()} nobody was served within ${target.readable()} (overload.target); " +
                    "${numbers(stats)}, shed so far=${stats.shed}. " +
                    "Call less often, raise maxSize, or hold connections for a shorter time.",
            )
    }
}

/** The pool is closed, or was while the caller waited. */
public class PoolClosedException internal constructor(poolName: String) :
    PoolException(poolName, "pool '$poolName' has been closed: nothing can be acquired from it any more")

/**
 * Opening a connection failed in a way that another try will not mend, or has been failing, with none open, for
 * [PoolConfig.failFastAfter]; the cause is the latest failure.
 *
 * @property failure how that one was classified: after one that is not [ConnectFailure.PERMANENT] the pool keeps
 *   trying, and so may the caller, later
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
                "pool '$poolName': every connection that was tried could not be prepared, last error: " +
                    "${cause.message ?: cause}. Try: see what the hook that runs before lending needs.",
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
                "pool '$poolName' is down since ${since.readable()}, $failures connects failed, last error: " +
                    "$explained. Callers fail at once until connecting works; the pool keeps trying." +
                    if (isAdvice(explained, cause)) ""
                    else " Try: see that the server runs and can be reached from here.",
                cause,
            )
    }
}

/**
 * A configuration that cannot work.
 *
 * @property problems everything that is wrong with it, one sentence each: the property, its value, what is allowed
 */
public class InvalidConfigException(poolName: String, public val problems: List<String>) :
    PoolException(poolName, "pool '$poolName' is misconfigured: ${problems.joinToString("; ")}")

/** A lease was used after it had ended. */
public class LeaseMisuseException internal constructor(poolName: String, reason: String?) :
    PoolException(
        poolName,
        "pool '$poolName': this lease has ended${if (reason == null) "" else ": $reason"}; acquire a new one, and keep no " +
            "connection longer than its lease",
    )

/** Whether the factory has said more of this failure than the failure itself: then it has said what to do. */
private fun isAdvice(explained: String?, failure: Throwable?): Boolean =
    failure != null && explained != null && explained != (failure.message ?: failure.toString())

private fun numbers(stats: PoolStats): String =
    "active=${stats.leased}, idle=${stats.idle}, opening=${stats.opening}, pending=${stats.pending}, " +
        "total=${stats.total}, max=${stats.maxSize}"

private fun timeoutMessage(
    waited: Duration,
    stats: PoolStats,
    longest: LeaseInfo?,
    own: LeaseInfo?,
    failure: String?,
    isAdvised: Boolean,
): String = buildString {
    append("pool '${stats.name}': no connection after ${waited.inWholeMilliseconds} ms; ${numbers(stats)}")
    if (longest != null)
        append(
            ", longest lease at least ${longest.held.readable()}: connection ${longest.connection} by ${longest.holder}"
        )
    if (own != null) append("; the caller, or a parent of it, has a connection already: $own")
    if (failure != null) append("; connecting fails: $failure")
    if (isAdvised && !stats.paused && own == null) return@buildString
    append(". Try: ")
    append(
        when {
            stats.paused -> "resume the pool, which is paused"
            own != null -> "do not acquire a second connection while holding the first, or raise maxSize"
            failure != null -> "see that the server can be reached"
            stats.leased < stats.maxSize -> "see why opening takes so long, or raise acquireTimeout"
            else -> "hold connections for a shorter time, raise maxSize or acquireTimeout"
        }
    )
}

package dev.rockpool

import kotlin.time.Duration
import kotlinx.serialization.Serializable

/**
 * How long things take in a pool, since it was created or [PoolControl.resetTimes] was called. Immutable.
 *
 * Waits, opens and lifetimes are all recorded. Of the leases, all are while there are no more than some 1,000 per
 * second, and above that about as many of them: [use] and [idle] describe that sample, and [lastAcquiredAgo] and
 * [lastReleasedAgo] are exact to within [PoolConfig.statsInterval].
 *
 * @property recordedFor how long ago the recording began
 * @property wait from a caller's request to its lease; those who were served at once count with zero, those who timed
 *   out ([PoolStats.timedOut]) with their whole wait
 * @property open how long opening a connection took
 * @property use how long leases lasted
 * @property idle how long connections lay idle between two leases
 * @property lifetime how old connections were when they were closed
 * @property lastOpenedAgo how long ago a connection was opened last; null when none was
 * @property lastClosedAgo how long ago a connection was closed last; null when none was
 * @property lastAcquiredAgo how long ago a lease was given last; null when none was
 * @property lastReleasedAgo how long ago a lease ended last; null when none did
 */
@Serializable
public class PoolTimes
internal constructor(
    public val recordedFor: Duration,
    public val wait: TimeStats,
    public val open: TimeStats,
    public val use: TimeStats,
    public val idle: TimeStats,
    public val lifetime: TimeStats,
    public val lastOpenedAgo: Duration?,
    public val lastClosedAgo: Duration?,
    public val lastAcquiredAgo: Duration?,
    public val lastReleasedAgo: Duration?,
) {
    override fun toString(): String =
        "in $recordedFor: wait $wait; open $open; use $use; idle $idle; lifetime $lifetime"
}

/**
 * The distribution of a duration. Immutable. Count, mean and maximum are exact, percentiles to within 4 %; all zero
 * when nothing was recorded. The functions are for Java.
 *
 * @property count how many were recorded
 * @property mean their mean
 * @property p50 what half of them did not exceed: the median
 * @property p90 what 90 % of them did not exceed
 * @property p99 what 99 % of them did not exceed
 * @property p999 what 99.9 % of them did not exceed
 * @property max the longest
 */
@Serializable
public class TimeStats
internal constructor(
    public val count: Long,
    public val mean: Duration,
    public val p50: Duration,
    public val p90: Duration,
    public val p99: Duration,
    public val p999: Duration,
    public val max: Duration,
) {
    public fun meanNanos(): Long = mean.inWholeNanoseconds

    public fun p50Nanos(): Long = p50.inWholeNanoseconds

    public fun p90Nanos(): Long = p90.inWholeNanoseconds

    public fun p99Nanos(): Long = p99.inWholeNanoseconds

    public fun p999Nanos(): Long = p999.inWholeNanoseconds

    public fun maxNanos(): Long = max.inWholeNanoseconds

    override fun toString(): String =
        if (count == 0L) "never" else "$count times, mean $mean, p50 $p50, p90 $p90, p99 $p99, p999 $p999, max $max"
}

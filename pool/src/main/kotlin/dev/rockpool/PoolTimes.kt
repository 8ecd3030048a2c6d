package dev.rockpool

import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.serialization.Serializable

/**
 * Latencies and durations in a pool, since it was created or [PoolControl.resetTimes] was called. Immutable.
 *
 * All waits, opens and lifetimes are recorded. Leases are all recorded up to about 1,000 per second. Above that one in
 * eight or fewer is, at most 1,000 per second. In [use] and [idle] each lease of that sample counts for those that were
 * not measured. [lastAcquiredAgo] and [lastReleasedAgo] are precise to [PoolConfig.statsInterval].
 *
 * @property recordedFor how long ago the recording began
 * @property wait from a caller's request to its lease; callers served at once count as zero, callers that timed out
 *   ([PoolStats.timedOut]) with their whole wait
 * @property open how long opening a connection took
 * @property use how long leases lasted
 * @property idle how long connections were idle between two leases
 * @property lifetime how old connections were when they were closed
 * @property lastOpenedAgo how long ago a connection was last opened; null if none was
 * @property lastClosedAgo how long ago a connection was last closed; null if none was
 * @property lastAcquiredAgo how long ago a lease last began; null if none did
 * @property lastReleasedAgo how long ago a lease last ended; null if none did
 */
@Serializable
public class PoolTimes
internal constructor(
    @get:JvmSynthetic public val recordedFor: Duration,
    public val wait: TimeStats,
    public val open: TimeStats,
    public val use: TimeStats,
    public val idle: TimeStats,
    public val lifetime: TimeStats,
    @get:JvmSynthetic public val lastOpenedAgo: Duration?,
    @get:JvmSynthetic public val lastClosedAgo: Duration?,
    @get:JvmSynthetic public val lastAcquiredAgo: Duration?,
    @get:JvmSynthetic public val lastReleasedAgo: Duration?,
) {
    /** [recordedFor] for Java. */
    @ForJava
    @JvmName("getRecordedFor")
    public fun recordedForForJava(): java.time.Duration = recordedFor.toJavaDuration()

    /** [lastOpenedAgo] for Java. */
    @ForJava
    @JvmName("getLastOpenedAgo")
    public fun lastOpenedAgoForJava(): java.time.Duration? = lastOpenedAgo?.toJavaDuration()

    /** [lastClosedAgo] for Java. */
    @ForJava
    @JvmName("getLastClosedAgo")
    public fun lastClosedAgoForJava(): java.time.Duration? = lastClosedAgo?.toJavaDuration()

    /** [lastAcquiredAgo] for Java. */
    @ForJava
    @JvmName("getLastAcquiredAgo")
    public fun lastAcquiredAgoForJava(): java.time.Duration? = lastAcquiredAgo?.toJavaDuration()

    /** [lastReleasedAgo] for Java. */
    @ForJava
    @JvmName("getLastReleasedAgo")
    public fun lastReleasedAgoForJava(): java.time.Duration? = lastReleasedAgo?.toJavaDuration()

    override fun toString(): String =
        "in ${recordedFor.readable()}: wait $wait; open $open; use $use; idle $idle; lifetime $lifetime"
}

/**
 * The distribution of a duration. Immutable. Count, mean and maximum are exact; percentiles are precise to 4 %. All
 * values are zero if nothing was recorded. The functions are for Java.
 *
 * The first seven describe what was recorded since [PoolControl.resetTimes]. [totalCount], [total] and [buckets] count
 * since the pool was created and never fall, as exporters need it.
 *
 * @property count how many durations were recorded
 * @property mean their mean
 * @property p50 the median: half of the durations did not exceed it
 * @property p90 90 % of the durations did not exceed it
 * @property p99 99 % of the durations did not exceed it
 * @property p999 99.9 % of the durations did not exceed it
 * @property max the longest duration
 * @property totalCount how many durations were recorded since the pool was created
 * @property total their sum
 * @property buckets how many of them did not exceed each of some bounds, in ascending order
 */
@Serializable
public class TimeStats
internal constructor(
    public val count: Long,
    @get:JvmSynthetic public val mean: Duration,
    @get:JvmSynthetic public val p50: Duration,
    @get:JvmSynthetic public val p90: Duration,
    @get:JvmSynthetic public val p99: Duration,
    @get:JvmSynthetic public val p999: Duration,
    @get:JvmSynthetic public val max: Duration,
    public val totalCount: Long,
    @get:JvmSynthetic public val total: Duration,
    public val buckets: List<TimeBucket>,
) {
    /** [mean] for Java. */
    @ForJava @JvmName("getMean") public fun meanForJava(): java.time.Duration = mean.toJavaDuration()

    /** [p50] for Java. */
    @ForJava @JvmName("getP50") public fun p50ForJava(): java.time.Duration = p50.toJavaDuration()

    /** [p90] for Java. */
    @ForJava @JvmName("getP90") public fun p90ForJava(): java.time.Duration = p90.toJavaDuration()

    /** [p99] for Java. */
    @ForJava @JvmName("getP99") public fun p99ForJava(): java.time.Duration = p99.toJavaDuration()

    /** [p999] for Java. */
    @ForJava @JvmName("getP999") public fun p999ForJava(): java.time.Duration = p999.toJavaDuration()

    /** [max] for Java. */
    @ForJava @JvmName("getMax") public fun maxForJava(): java.time.Duration = max.toJavaDuration()

    /** [total] for Java. */
    @ForJava @JvmName("getTotal") public fun totalForJava(): java.time.Duration = total.toJavaDuration()

    public fun totalNanos(): Long = total.inWholeNanoseconds

    public fun meanNanos(): Long = mean.inWholeNanoseconds

    public fun p50Nanos(): Long = p50.inWholeNanoseconds

    public fun p90Nanos(): Long = p90.inWholeNanoseconds

    public fun p99Nanos(): Long = p99.inWholeNanoseconds

    public fun p999Nanos(): Long = p999.inWholeNanoseconds

    public fun maxNanos(): Long = max.inWholeNanoseconds

    override fun toString(): String =
        if (count == 0L) "never"
        else
            "$count times, mean ${mean.readable()}, p50 ${p50.readable()}, p90 ${p90.readable()}, p99 ${p99.readable()}, " +
                "p999 ${p999.readable()}, max ${max.readable()}"
}

/**
 * One bucket of a cumulative histogram. Immutable.
 *
 * @property upTo its upper bound, to which the durations are assigned as precisely as percentiles
 * @property count how many durations did not exceed it, since the pool was created; never falls
 */
@Serializable
public class TimeBucket internal constructor(@get:JvmSynthetic public val upTo: Duration, public val count: Long) {
    /** [upTo] for Java. */
    @ForJava @JvmName("getUpTo") public fun upToForJava(): java.time.Duration = upTo.toJavaDuration()

    public fun upToNanos(): Long = upTo.inWholeNanoseconds

    override fun toString(): String = "$count up to ${upTo.readable()}"
}

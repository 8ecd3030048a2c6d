package dev.rockpool.internal.engine.report

import dev.rockpool.PoolTimes
import dev.rockpool.TimeBucket
import dev.rockpool.TimeStats
import dev.rockpool.internal.core.slot.PhaseCounts
import dev.rockpool.internal.core.stats.Bounds
import dev.rockpool.internal.core.stats.Histogram
import dev.rockpool.internal.core.stats.LatencyStats
import dev.rockpool.internal.engine.runtime.PoolRuntime
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

/**
 * Samples the times of a pool. A sample reads five histograms, so the latest one is cached for frequent readers, and
 * the next one reads only those that have recorded something since.
 */
internal class TimesSampler(private val runtime: PoolRuntime<*>) {
    private val state = runtime.state()
    internal val recorded = runtime.times()
    @Volatile private var sampled: PoolTimes? = null

    /** Taken when it is first needed, because an idle pool needs none. */
    val latest: PoolTimes
        get() = sampled ?: sample()

    fun sample(): PoolTimes {
        val now = runtime.now()
        acquired()
        val waits = waitBounds()
        return recorded
            .toTimes(sampled, waits, (now - recorded.since()).nanoseconds) { time -> ago(time(recorded), now) }
            .also { sampled = it }
    }

    fun reset() {
        acquired()
        recorded.reset(runtime.now())
        sample()
    }

    /**
     * How many leases there have been. Never falls: the slots also count a lease that was meant for a waiter and undone
     * because the waiter had gone. So those of waiters are counted apart.
     */
    fun acquired(): Long {
        val all = PhaseCounts.of(state.slots()).leases() // before the number of those meant for waiters
        val handOvers = state.waiters().handOvers()
        return recorded.grantedAtOnce(all - handOvers.begun()) + handOvers.served()
    }

    private fun waitBounds(): LongArray {
        val own = runtime.config().acquireTimeout ?: return Bounds.SHORT
        return Bounds.shortAnd(own.inWholeNanoseconds)
    }

    private fun ago(time: Long, now: Long): Duration? =
        if (time == LatencyStats.NEVER) null else (now - time).coerceAtLeast(0).nanoseconds
}

/**
 * The durations and ages as a sample.
 *
 * @param previous the sample before; null for none
 * @param waits the bounds of the buckets for waits
 * @param age how long ago an event was, which has this time
 */
internal fun LatencyStats.toTimes(
    previous: PoolTimes?,
    waits: LongArray,
    recordedFor: Duration,
    age: ((LatencyStats) -> Long) -> Duration?,
): PoolTimes =
    PoolTimes(
        recordedFor = recordedFor,
        wait = words(previous?.wait, waitCount(), waits(), waits) { waitTotals(it) },
        open = words(previous?.open, open(), Bounds.SHORT),
        use = words(previous?.use, use(), Bounds.SHORT),
        idle = words(previous?.idle, idle(), Bounds.SHORT),
        lifetime = words(previous?.lifetime, lifetime(), Bounds.LONG),
        lastOpenedAgo = age { it.openedAt() },
        lastClosedAgo = age { it.closedAt() },
        lastAcquiredAgo = age { it.acquiredAt() },
        lastReleasedAgo = age { it.releasedAt() },
    )

private fun words(previous: TimeStats?, histogram: Histogram, bounds: LongArray) =
    words(previous, histogram.count(), histogram.summary(), bounds) { histogram.totals(it) }

/**
 * The previous one, if nothing was recorded or reset since.
 *
 * @param recorded how many values had been recorded before the summary was made
 */
private inline fun words(
    previous: TimeStats?,
    recorded: Long,
    summary: Histogram.Summary,
    bounds: LongArray,
    totals: (LongArray) -> Histogram.Totals,
): TimeStats {
    val known = previous?.buckets as Buckets?
    if (known != null && known.show(recorded, bounds) && previous?.count == summary.count) return previous
    val all = totals(bounds)
    if (all.count == 0L) {
        if (bounds === Bounds.SHORT) return NEVER
        if (bounds === Bounds.LONG) return NEVER_CLOSED
    }
    return timesOf(recorded, summary, all, bounds)
}

/** Shared, because most histograms of most pools stay empty. */
private val NEVER = never(Bounds.SHORT)
private val NEVER_CLOSED = never(Bounds.LONG)

private fun never(bounds: LongArray) = Histogram().let { timesOf(0, it.summary(), it.totals(bounds), bounds) }

private fun timesOf(recorded: Long, summary: Histogram.Summary, totals: Histogram.Totals, bounds: LongArray) =
    TimeStats(
        summary.count,
        summary.mean.nanoseconds,
        summary.p50.nanoseconds,
        summary.p90.nanoseconds,
        summary.p99.nanoseconds,
        summary.p999.nanoseconds,
        summary.max.nanoseconds,
        totals.count,
        totals.sum.nanoseconds,
        Buckets(recorded, bounds, totals),
    )

/**
 * Made when they are read, because most samples are taken for other numbers. Keeps only the counts that differ, because
 * each pool keeps its latest sample.
 */
private class Buckets(private val recorded: Long, private val bounds: LongArray, totals: Histogram.Totals) :
    java.util.AbstractList<TimeBucket>() {
    private val all = totals.count
    private val first = totals.zeros()
    private val between = totals.between(first)

    override val size: Int
        get() = bounds.size

    /** Whether as many values had been recorded, and the bounds are the same. */
    fun show(recorded: Long, bounds: LongArray): Boolean =
        this.recorded == recorded && this.bounds.contentEquals(bounds)

    override fun get(index: Int) = TimeBucket(bounds[index].nanoseconds, countAt(index))

    private fun countAt(index: Int): Long =
        when {
            index < first -> 0
            index - first < between.size -> between[index - first]
            else -> all
        }
}

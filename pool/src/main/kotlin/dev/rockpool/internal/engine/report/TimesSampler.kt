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

/** Samples the times of a pool. A sample reads five histograms, so the latest one is cached for frequent readers. */
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
            .toTimes(waits, (now - recorded.since()).nanoseconds) { time -> ago(time(recorded), now) }
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
 * @param waits the bounds of the buckets for waits
 * @param age how long ago an event was, which has this time
 */
internal fun LatencyStats.toTimes(
    waits: LongArray,
    recordedFor: Duration,
    age: ((LatencyStats) -> Long) -> Duration?,
): PoolTimes =
    PoolTimes(
        recordedFor = recordedFor,
        wait = words(waits(), waitTotals(waits), waits),
        open = words(open(), Bounds.SHORT),
        use = words(use(), Bounds.SHORT),
        idle = words(idle(), Bounds.SHORT),
        lifetime = words(lifetime(), Bounds.LONG),
        lastOpenedAgo = age { it.openedAt() },
        lastClosedAgo = age { it.closedAt() },
        lastAcquiredAgo = age { it.acquiredAt() },
        lastReleasedAgo = age { it.releasedAt() },
    )

private fun words(histogram: Histogram, bounds: LongArray) =
    words(histogram.summary(), histogram.totals(bounds), bounds)

private fun words(summary: Histogram.Summary, totals: Histogram.Totals, bounds: LongArray): TimeStats {
    if (totals.count == 0L) {
        if (bounds === Bounds.SHORT) return NEVER
        if (bounds === Bounds.LONG) return NEVER_CLOSED
    }
    return timesOf(summary, totals, bounds)
}

/** Shared, because most histograms of most pools stay empty. */
private val NEVER = never(Bounds.SHORT)
private val NEVER_CLOSED = never(Bounds.LONG)

private fun never(bounds: LongArray) = Histogram().let { timesOf(it.summary(), it.totals(bounds), bounds) }

private fun timesOf(summary: Histogram.Summary, totals: Histogram.Totals, bounds: LongArray) =
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
        Buckets(bounds, totals),
    )

/**
 * Made when they are read, because most samples are taken for other numbers. Keeps only the counts that differ, because
 * each pool keeps its latest sample.
 */
private class Buckets(private val bounds: LongArray, totals: Histogram.Totals) : java.util.AbstractList<TimeBucket>() {
    private val all = totals.count
    private val first = totals.zeros()
    private val between = totals.between(first)

    override val size: Int
        get() = bounds.size

    override fun get(index: Int) = TimeBucket(bounds[index].nanoseconds, countAt(index))

    private fun countAt(index: Int): Long =
        when {
            index < first -> 0
            index - first < between.size -> between[index - first]
            else -> all
        }
}

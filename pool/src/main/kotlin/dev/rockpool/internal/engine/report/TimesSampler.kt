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
    private val recorded = runtime.times()
    @Volatile private var sampled: PoolTimes? = null

    /** Taken when it is first needed, because an idle pool needs none. */
    val latest: PoolTimes
        get() = sampled ?: sample()

    fun sample(): PoolTimes {
        val now = runtime.now()
        acquired()
        val waits = waitBounds()
        return PoolTimes(
                recordedFor = (now - recorded.since()).nanoseconds,
                wait = words(recorded.waits(), recorded.waitTotals(waits), waits),
                open = words(recorded.open(), Bounds.SHORT),
                use = words(recorded.use(), Bounds.SHORT),
                idle = words(recorded.idle(), Bounds.SHORT),
                lifetime = words(recorded.lifetime(), Bounds.LONG),
                lastOpenedAgo = ago(recorded.openedAt(), now),
                lastClosedAgo = ago(recorded.closedAt(), now),
                lastAcquiredAgo = ago(recorded.acquiredAt(), now),
                lastReleasedAgo = ago(recorded.releasedAt(), now),
            )
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
        return recorded.grantedAtOnce(all - state.waiters().intended()) + state.waiters().served()
    }

    private fun waitBounds(): LongArray {
        val own = runtime.config().acquireTimeout ?: return Bounds.SHORT
        return Bounds.shortAnd(own.inWholeNanoseconds)
    }

    private fun ago(time: Long, now: Long): Duration? =
        if (time == LatencyStats.NEVER) null else (now - time).coerceAtLeast(0).nanoseconds

    private fun words(histogram: Histogram, bounds: LongArray) =
        words(histogram.summary(), histogram.totals(bounds), bounds)

    private fun words(summary: Histogram.Summary, totals: Histogram.Totals, bounds: LongArray): TimeStats {
        if (totals.count == 0L) {
            if (bounds === Bounds.SHORT) return NEVER
            if (bounds === Bounds.LONG) return NEVER_CLOSED
        }
        return timesOf(summary, totals, bounds)
    }
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

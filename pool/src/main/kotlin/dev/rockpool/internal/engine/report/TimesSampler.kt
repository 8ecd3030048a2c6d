package dev.rockpool.internal.engine.report

import dev.rockpool.PoolTimes
import dev.rockpool.TimeStats
import dev.rockpool.internal.core.lending.PoolState
import dev.rockpool.internal.core.slot.PhaseCounts
import dev.rockpool.internal.core.stats.Histogram
import dev.rockpool.internal.core.stats.LatencyStats
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

/** Samples the times of a pool. A sample reads five histograms, so the latest one is cached for frequent readers. */
internal class TimesSampler(private val state: PoolState<*>, private val now: () -> Long) {
    internal val recorded = state.recorder().times()

    @Volatile
    var latest: PoolTimes = sample()
        private set

    fun sample(): PoolTimes {
        val now = now()
        val recording = recorded.recording()
        return PoolTimes(
                recordedFor = (now - recording.since()).nanoseconds,
                wait = recording.waits(leases()).toWords(),
                open = recording.open().summary().toWords(),
                use = recording.use().summary().toWords(),
                idle = recording.idle().summary().toWords(),
                lifetime = recording.lifetime().summary().toWords(),
                lastOpenedAgo = ago(recorded.openedAt(), now),
                lastClosedAgo = ago(recorded.closedAt(), now),
                lastAcquiredAgo = ago(recorded.acquiredAt(), now),
                lastReleasedAgo = ago(recorded.releasedAt(), now),
            )
            .also { latest = it }
    }

    fun reset() {
        recorded.reset(now(), leases())
        sample()
    }

    private fun leases() = PhaseCounts.of(state.slots()).leases()

    private fun ago(time: Long, now: Long): Duration? =
        if (time == LatencyStats.NEVER) null else (now - time).coerceAtLeast(0).nanoseconds

    private fun Histogram.Summary.toWords() =
        TimeStats(
            count,
            mean.nanoseconds,
            p50.nanoseconds,
            p90.nanoseconds,
            p99.nanoseconds,
            p999.nanoseconds,
            max.nanoseconds,
        )
}

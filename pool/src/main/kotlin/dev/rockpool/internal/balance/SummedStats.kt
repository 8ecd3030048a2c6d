package dev.rockpool.internal.balance

import dev.rockpool.PoolStats
import dev.rockpool.PoolTimes
import dev.rockpool.internal.core.stats.Bounds
import dev.rockpool.internal.core.stats.LatencyStats
import dev.rockpool.internal.engine.Engine
import dev.rockpool.internal.engine.report.toTimes
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

/** The numbers of several pools as those of one. */
internal object SummedStats {
    /** @param extraPlaces how many times callers are counted too often, because they wait in several queues */
    fun of(name: String, members: List<Engine<*>>, extraPlaces: Int): PoolStats {
        val all = members.map { it.numbers.current() }
        return PoolStats(
            name = name,
            maxSize = all.sumOf { it.maxSize },
            idle = all.sumOf { it.idle },
            leased = all.sumOf { it.leased },
            opening = all.sumOf { it.opening },
            probing = all.sumOf { it.probing },
            closing = all.sumOf { it.closing },
            paused = all.all { it.paused },
            pending = (all.sumOf { it.pending } - extraPlaces).coerceAtLeast(0),
            acquired = all.sumOf { it.acquired },
            opened = all.sumOf { it.opened },
            openFailed = all.sumOf { it.openFailed },
            closed = all.sumOf { it.closed },
            timedOut = all.sumOf { it.timedOut },
            cancelled = all.sumOf { it.cancelled },
            rejected = all.sumOf { it.rejected },
            shed = all.sumOf { it.shed },
            failed = all.sumOf { it.failed },
            leaked = all.sumOf { it.leaked },
            reclaimed = all.sumOf { it.reclaimed },
            minIdle = all.sumOf { it.minIdle },
            oldestWait = all.maxOf { it.oldestWait },
            exhaustedFor = all.fold(Duration.ZERO) { sum, each -> sum + each.exhaustedFor },
            closedBy =
                all.flatMap { it.closedBy.entries }.groupingBy { it.key }.fold(0L) { sum, each -> sum + each.value },
            times = times(members),
        )
    }

    /** What all members together have recorded. Each has its own clock, so ages are compared, not times. */
    private fun times(members: List<Engine<*>>): PoolTimes {
        val recordings = members.map { it.numbers.times.recorded }
        val longest = members.maxOf { (it.now() - it.numbers.times.recorded.since()).nanoseconds }
        return LatencyStats.sum(recordings).toTimes(null, Bounds.SHORT, longest) { time ->
            members.mapNotNull { it.ago(time) }.minOrNull()
        }
    }

    private fun Engine<*>.ago(time: (LatencyStats) -> Long): Duration? {
        val at = time(numbers.times.recorded)
        return if (at == LatencyStats.NEVER) null else (now() - at).coerceAtLeast(0).nanoseconds
    }
}

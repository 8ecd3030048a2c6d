package dev.rockpool.internal.engine.report

import dev.rockpool.ConnectionInfo
import dev.rockpool.PoolStats
import dev.rockpool.PoolTimes
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.PhaseCounts
import dev.rockpool.internal.engine.runtime.PoolRuntime
import kotlin.time.Duration.Companion.nanoseconds

/** The numbers of a pool, and the list of its connections. */
internal class PoolNumbers(private val runtime: PoolRuntime<*>) {
    private val state = runtime.state()
    val times = TimesSampler(runtime)

    /** All current numbers. */
    fun snapshot(): PoolStats = current(times.sample())

    /** All current numbers with the latest sample of the times, which is cheap enough for frequent use. */
    fun current(times: PoolTimes = this.times.latest): PoolStats {
        val pending = state.waiting()
        val phases = PhaseCounts.of(state.slots())
        val counters = runtime.counters()
        val config = runtime.config()
        val now = runtime.now()
        return PoolStats(
            name = runtime.name(),
            maxSize = config.maxSize,
            idle = phases.count(Phase.IDLE),
            leased = phases.count(Phase.LEASED),
            opening = phases.count(Phase.OPENING),
            probing = phases.count(Phase.PROBING),
            closing = phases.count(Phase.CLOSING),
            paused = state.isPaused,
            pending = pending,
            acquired = this.times.acquired(),
            opened = counters.opened.sum(),
            openFailed = counters.openFailed.sum(),
            closed = counters.closed(),
            timedOut = counters.timedOut.sum(),
            cancelled = counters.cancelled.sum(),
            rejected = counters.rejected.sum(),
            shed = counters.shed.sum(),
            failed = counters.failed.sum(),
            leaked = counters.leaked.sum(),
            reclaimed = counters.reclaimed.sum(),
            minIdle = config.minIdle,
            oldestWait = (if (pending == 0) 0 else state.waiters().longestWait(now)).nanoseconds,
            exhaustedFor = state.waiters().exhaustion().total(now).nanoseconds,
            closedBy = counters.closedBy(),
            times = times,
        )
    }

    fun connections(): List<ConnectionInfo> {
        val now = runtime.now()
        return state.slots().all().mapNotNull { it.info(now) }
    }

    /** The active leases, as far as they were seen. */
    fun leases(): List<HeldLease> {
        val now = runtime.now()
        return state.slots().all().mapNotNull { HeldLease.of(it, now) }
    }
}

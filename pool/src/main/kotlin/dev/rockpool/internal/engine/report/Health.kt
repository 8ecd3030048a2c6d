package dev.rockpool.internal.engine.report

import dev.rockpool.HealthStatus
import dev.rockpool.PoolEvent
import dev.rockpool.PoolHealth
import dev.rockpool.internal.core.slot.Phase
import dev.rockpool.internal.core.slot.PhaseCounts
import dev.rockpool.internal.engine.runtime.Events
import java.util.ArrayDeque
import java.util.Collections
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds

private const val REMEMBERED = 100
private const val ENOUGH = 10
private const val PERCENT = 100
private const val TOLERATED_PERCENT = 10
private const val NEVER = Long.MIN_VALUE

/** The pool's health, from the outcomes of connects and probes. Thread-safe. Updated only by connects and probes. */
internal class Health(private val events: Events, private val now: () -> Long) {
    private val outcomes = ArrayDeque<Boolean>(0)
    private var consecutiveFailures = 0
    private var lastFailure: Throwable? = null
    private var failedAt = 0L
    private var checkedAt = NEVER
    private var took = 0L
    private var lostAt = NEVER
    private var status = HealthStatus.HEALTHY

    /** Records a successful connect or probe that began at [began]. */
    @Synchronized
    fun succeeded(began: Long) {
        ended(began, true)
        consecutiveFailures = 0
        if (lostAt == NEVER) return
        val after = (checkedAt - lostAt).nanoseconds
        lostAt = NEVER
        events.send { PoolEvent.Recovered(after) }
    }

    @Synchronized
    fun failed(began: Long, cause: Throwable) {
        ended(began, false)
        consecutiveFailures++
        lastFailure = cause
        failedAt = checkedAt
        if (lostAt != NEVER) return
        lostAt = checkedAt
        events.send { PoolEvent.Lost(cause) }
    }

    private fun ended(began: Long, well: Boolean) {
        checkedAt = now()
        took = checkedAt - began
        if (outcomes.size == REMEMBERED) outcomes.removeFirst()
        outcomes.addLast(well)
    }

    /** The health of a pool that is closed. What it remembers of its connects and probes stays. */
    @Synchronized fun ofClosed(): PoolHealth = healthOf(HealthStatus.UNHEALTHY, listOf("the pool has been closed"))

    /** Judges the health with these numbers of slots, waiting callers and the maximum size. */
    @Synchronized
    fun judge(slots: PhaseCounts, pending: Int, maxSize: Int): PoolHealth {
        val isExhausted = pending > 0 && slots.count(Phase.LEASED) >= maxSize
        val exhausted = "exhausted: all $maxSize connections are leased and $pending callers wait"
        val issues = issuesOf(slots, if (isExhausted) exhausted else null)
        return healthOf(statusOf(slots, issues), issues)
    }

    private fun healthOf(status: HealthStatus, issues: List<String>) =
        PoolHealth(
            status,
            issues,
            consecutiveFailures,
            lastFailure,
            if (lastFailure == null) null else ago(failedAt),
            if (checkedAt == NEVER) null else ago(checkedAt),
            if (checkedAt == NEVER) null else took.nanoseconds,
        )

    private fun issuesOf(slots: PhaseCounts, exhausted: String?): List<String> {
        val issues = ArrayList<String>(0)
        if (isAway(slots)) issues.add("no connection is open: $consecutiveFailures connects failed in a row")
        else if (lostAt != NEVER) issues.add("$consecutiveFailures connects or probes failed in a row")
        exhausted?.let(issues::add)
        failureRate()?.let { issues.add("failure rate: $it % of the last ${outcomes.size} connects and probes failed") }
        return Collections.unmodifiableList(issues)
    }

    private fun isAway(slots: PhaseCounts) = consecutiveFailures > 0 && slots.open() == 0

    private fun statusOf(slots: PhaseCounts, issues: List<String>) =
        when {
            issues.isEmpty() -> HealthStatus.HEALTHY
            isAway(slots) -> HealthStatus.UNHEALTHY
            else -> HealthStatus.DEGRADED
        }

    /**
     * Sends an event if the status has changed since the last time.
     *
     * @param exhausted whether the pool has been exhausted for long enough to tell: a busy one often is for a moment
     */
    @Synchronized
    fun sendChange(slots: PhaseCounts, exhausted: Boolean) {
        val before = status
        status = statusOf(slots, issuesOf(slots, if (exhausted) "" else null))
        if (status != before) events.send { PoolEvent.HealthChanged(before, status) }
    }

    /** The failure rate in percent, if it is above a tenth of enough outcomes; else null. */
    private fun failureRate(): Int? {
        if (outcomes.size < ENOUGH) return null
        val rate = outcomes.count { !it } * PERCENT / outcomes.size
        return rate.takeIf { it > TOLERATED_PERCENT }
    }

    private fun ago(time: Long): Duration = (now() - time).nanoseconds
}

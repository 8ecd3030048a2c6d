package dev.rockpool.internal.engine.report

import dev.rockpool.Diagnosis
import dev.rockpool.PoolEvent
import dev.rockpool.internal.base.logWarn
import dev.rockpool.internal.engine.runtime.PoolRuntime
import kotlin.time.Duration.Companion.nanoseconds

private const val NOT = -1L

/** In nanoseconds: 100 ms. */
private const val WORTH_AN_EVENT = 100_000_000L

/** In nanoseconds: 1 s. A saturated pool that serves all callers sooner, as in a burst, needs no diagnosis. */
private const val LONG_WAIT = 1_000_000_000L

/** In nanoseconds: a minute. */
private const val BETWEEN_DIAGNOSES = 60_000_000_000L

/**
 * Sends events when the pool is exhausted and when it no longer is, and diagnoses why. A busy pool is exhausted for
 * microseconds all the time, so only one that stays exhausted is worth an event.
 */
internal class ExhaustionWatch(private val runtime: PoolRuntime<*>, private val numbers: PoolNumbers) {
    private val waiters = runtime.state().waiters()

    /** [PoolStats.exhaustedFor][dev.rockpool.PoolStats.exhaustedFor] when the reported exhaustion began. */
    private var before = NOT

    /** A caller that has timed out while every connection was leased; null if there is none to explain. */
    @Volatile private var timedOut: Waiting? = null

    @Volatile private var nextDiagnosis = Long.MIN_VALUE

    /** Called by the keeper. Returns whether the pool has been exhausted for long enough to tell. */
    fun look(now: Long): Boolean {
        waiters.exhaustion().judge()
        val lasted = waiters.exhaustion().current(now)
        if (before == NOT && lasted >= WORTH_AN_EVENT) {
            before = waiters.exhaustion().total(now) - lasted
            val stats = numbers.current()
            runtime.events().send { PoolEvent.Exhausted(stats.leased, stats.pending) }
        } else if (before != NOT && lasted < 0) {
            val all = (waiters.exhaustion().total(now) - before).nanoseconds
            before = NOT
            runtime.events().send { PoolEvent.ExhaustionEnded(all) }
        }
        val last = timedOut?.takeIf { areAllLeased() } // otherwise there is nothing left to explain
        timedOut = null
        if (now >= nextDiagnosis && (last != null || isLong(now))) report(now, last)
        return before != NOT
    }

    /**
     * Called when a caller has timed out after this many nanoseconds. The keeper makes the diagnosis, so that the
     * caller need not wait for it.
     */
    fun timedOut(caller: Any?, waited: Long) {
        if (timedOut != null || runtime.now() < nextDiagnosis || !areAllLeased()) return
        timedOut = Waiting(caller, waited)
        runtime.slots().wakeKeeper()
    }

    fun diagnose(): Diagnosis = Diagnoser(runtime, numbers).diagnose()

    /** Whether the pool is exhausted and a caller has waited for long. */
    private fun isLong(now: Long) = before != NOT && waiters.longestWait(now) >= LONG_WAIT

    private fun areAllLeased() = runtime.state().slots().areAllLeased()

    /** @param timedOut who no longer waits, but did; null for none */
    private fun report(now: Long, timedOut: Waiting?) {
        val diagnosis = Diagnoser(runtime, numbers).diagnose(timedOut)
        if (diagnosis.stats.pending == 0 && (timedOut == null || !areAllLeased())) return // it is over
        nextDiagnosis = now + BETWEEN_DIAGNOSES
        logWarn { "pool '${runtime.name()}' is exhausted: ${diagnosis.summary()}" }
        runtime.events().send { PoolEvent.Diagnosed(diagnosis) }
    }
}

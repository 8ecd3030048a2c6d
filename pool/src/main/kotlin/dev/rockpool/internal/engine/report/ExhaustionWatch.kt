package dev.rockpool.internal.engine.report

import dev.rockpool.PoolEvent
import dev.rockpool.internal.engine.runtime.PoolRuntime
import kotlin.time.Duration.Companion.nanoseconds

private const val NOT = -1L

/** In nanoseconds: 100 ms. */
private const val WORTH_AN_EVENT = 100_000_000L

/**
 * Sends events when the pool is exhausted and when it no longer is. Called by the keeper. A busy pool is exhausted for
 * microseconds all the time, so only one that stays exhausted is worth an event.
 */
internal class ExhaustionWatch(private val runtime: PoolRuntime<*>, private val numbers: PoolNumbers) {
    private val waiters = runtime.state().waiters()

    /** [PoolStats.exhaustedFor][dev.rockpool.PoolStats.exhaustedFor] when the reported exhaustion began. */
    private var before = NOT

    fun look(now: Long) {
        waiters.judgeExhaustion()
        val lasted = waiters.exhaustedSince(now)
        if (before == NOT && lasted >= WORTH_AN_EVENT) {
            before = waiters.exhaustedFor(now) - lasted
            val stats = numbers.current()
            runtime.events().send { PoolEvent.Exhausted(stats.leased, stats.pending) }
        } else if (before != NOT && lasted < 0) {
            val all = (waiters.exhaustedFor(now) - before).nanoseconds
            before = NOT
            runtime.events().send { PoolEvent.ExhaustionEnded(all) }
        }
    }
}

package dev.rockpool.internal.engine

import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectFailure
import dev.rockpool.PoolException
import dev.rockpool.PoolExhaustedException
import dev.rockpool.internal.core.queue.Shed
import dev.rockpool.internal.core.upkeep.ConnectBackoff
import dev.rockpool.internal.core.upkeep.Plan
import kotlin.time.Duration.Companion.nanoseconds

/** Why callers are refused: the other side has been away [since] then, and this is the latest that was heard of it. */
internal class Outage(val since: Long, val failure: ConnectFailure, override val cause: Throwable) :
    Exception(null, cause, false, false) {
    fun toException(pool: String, now: Long, failures: Int, explained: String): ConnectFailedException =
        ConnectFailedException.down(pool, (now - since).nanoseconds, failures, failure, explained, cause)
}

/** What a caller gets who was shed. */
internal fun Engine<*>.exhausted(why: Shed): PoolException {
    counters.shed.increment()
    return PoolExhaustedException.shed(
        numbers(),
        why.waited().nanoseconds,
        why.target().nanoseconds,
        why.overloadedFor().nanoseconds,
    )
}

/** Carries out what a plan says of an outage: callers fail at once, or may wait again. */
internal class Outages(private val slots: SlotPool<*>, private val retry: ConnectBackoff) {
    private val waiters = slots.state().waiters()

    fun follow(plan: Plan<*>, latest: ConnectTrouble?) {
        if (plan.isDown && latest != null) {
            if (!waiters.isRefusing) logWarn { "pool '${slots.name()}' is down: callers fail at once: ${latest.cause}" }
            refuse(slots, Outage(plan.downSince(), latest.failure, latest.cause))
            if (!retry.isFailing) waiters.admit() // a connect succeeded between the plan and this
        } else {
            waiters.admit()
        }
    }

    private fun <C> refuse(slots: SlotPool<C>, why: Outage) = slots.run(slots.state().waiters().refuse(why))
}

/** The latest connect failure, and how it was classified. */
internal class ConnectTrouble(val cause: Throwable, val failure: ConnectFailure)

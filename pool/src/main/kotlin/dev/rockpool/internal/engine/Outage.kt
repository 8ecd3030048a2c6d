package dev.rockpool.internal.engine

import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectFailure
import dev.rockpool.PoolException
import dev.rockpool.PoolExhaustedException
import dev.rockpool.internal.core.lending.PoolState
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
internal class Outages(private val pool: String, private val lending: PoolState<*>, private val retry: ConnectBackoff) {
    fun follow(plan: Plan<*>, latest: ConnectTrouble?) {
        if (plan.isDown && latest != null) {
            if (!lending.waiters().isRefusing) logWarn { "pool '$pool' is down: callers fail at once: ${latest.cause}" }
            lending.waiters().refuse(Outage(plan.downSince(), latest.failure, latest.cause))
            if (!retry.isFailing) lending.waiters().admit() // a connect succeeded between the plan and this
        } else {
            lending.waiters().admit()
        }
    }
}

/** The latest connect failure, and how it was classified. */
internal class ConnectTrouble(val cause: Throwable, val failure: ConnectFailure)

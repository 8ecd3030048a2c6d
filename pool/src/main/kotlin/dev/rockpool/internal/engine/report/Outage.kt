package dev.rockpool.internal.engine.report

import dev.rockpool.ConnectFailedException
import dev.rockpool.ConnectFailure
import kotlin.time.Duration.Companion.nanoseconds

/** Why callers are refused: the other side has been away [since] then, and this is the latest that was heard of it. */
internal class Outage(val since: Long, val failure: ConnectFailure, override val cause: Throwable) :
    Exception(null, cause, false, false) {
    fun toException(pool: String, now: Long, failures: Int, explained: String): ConnectFailedException =
        ConnectFailedException.down(pool, (now - since).nanoseconds, failures, failure, explained, cause)
}

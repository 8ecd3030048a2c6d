package dev.rockpool.testing.simulation

import dev.rockpool.Lease
import dev.rockpool.Priority
import kotlin.time.Duration

/** One request for a connection, from the acquire to its outcome. */
internal class Call(
    val caller: Caller,
    val number: Int,
    val startedAt: Long,
    val timeout: Duration?,
    val canWait: Boolean,
    val priority: Priority,
    val startedAfterClose: Boolean,
) {
    enum class State {
        ACQUIRING,
        WAITING,
        DECIDED,
        OVER,
    }

    var state: State = State.ACQUIRING

    /** The state of the pool when this call was decided. */
    var decidedAt: Circumstances? = null

    /** A call that should have been served first and was still waiting when this one was decided. */
    var passed: Call? = null

    /** When the call must have an outcome, in simulated milliseconds. */
    val deadline: Long = if (timeout == null) Long.MAX_VALUE else startedAt + maxOf(0, timeout.inWholeMilliseconds)

    override fun toString(): String = "call $number of $caller"
}

/** Operator actions in effect at one moment. */
internal class Circumstances(val evictions: Int, val isPaused: Boolean)

/** A connection that a caller holds. */
internal class Held(val call: Call, val connection: SimulatedConnection, val lease: Lease<SimulatedConnection>?) {
    enum class State {
        HELD,
        RETURNING,
        ENDED,
    }

    var state: State = State.HELD
    var returningSince: Long = 0

    override fun toString(): String = "$connection of $call"
}

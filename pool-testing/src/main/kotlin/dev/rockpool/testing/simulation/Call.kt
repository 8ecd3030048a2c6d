package dev.rockpool.testing.simulation

import dev.rockpool.Lease
import dev.rockpool.Priority
import kotlin.time.Duration

/** One request for a connection, from the question to its end. */
internal class Call(
    val caller: Caller,
    val number: Int,
    val askedAt: Long,
    val timeout: Duration?,
    val canWait: Boolean,
    val priority: Priority,
    val askedAfterClose: Boolean,
) {
    enum class State {
        ASKS,
        WAITS,
        DECIDED,
        OVER,
    }

    var state: State = State.ASKS

    /** How the pool was when it was decided. */
    var decidedAt: Circumstances? = null

    /** Somebody with a better right who still waited when this was decided. */
    var passed: Call? = null

    /** When it must be over, by the clock of the simulation. */
    val deadline: Long = if (timeout == null) Long.MAX_VALUE else askedAt + maxOf(0, timeout.inWholeMilliseconds)

    override fun toString(): String = "call $number of $caller"
}

/** What was being done to the pool by those who operate it. */
internal class Circumstances(val evictions: Int, val isPaused: Boolean)

/** A connection in somebody's hands. */
internal class Held(val call: Call, val connection: SimulatedConnection, val lease: Lease<SimulatedConnection>?) {
    enum class State {
        HELD,
        RETURNS,
        ENDED,
    }

    var state: State = State.HELD
    var returnsSince: Long = 0

    override fun toString(): String = "$connection of $call"
}

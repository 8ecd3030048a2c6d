package dev.rockpool.examples.bench.peer

import java.sql.Connection

/**
 * A pool for coroutines. It runs whole loops rather than single cycles. Each loop is written as users would write it. A
 * call between the loop and the pool would cost all of them a state machine that some do not need.
 */
interface SuspendingPool : AutoCloseable {
    /** Takes a connection, passes it to [show], and returns it, [count] times. */
    suspend fun cycles(count: Int, show: (Connection) -> Unit)

    /** Takes a connection, runs [during] while it holds it, and returns it, [count] times. */
    suspend fun holds(count: Int, during: suspend () -> Unit)
}

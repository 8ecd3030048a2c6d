package dev.rockpool.examples.bench.peer

import java.sql.Connection

/**
 * Something that coroutines take connections from. Loops, and not single cycles: each is written as its users would
 * write it, and a call between the loop and the pool would cost all of them a state machine that some need not have.
 */
interface SuspendingPool : AutoCloseable {
    /** Takes a connection, shows it, and returns it, so many times. */
    suspend fun cycles(count: Int, show: (Connection) -> Unit)

    /** Takes a connection, does that while it holds it, and returns it, so many times. */
    suspend fun holds(count: Int, during: suspend () -> Unit)
}

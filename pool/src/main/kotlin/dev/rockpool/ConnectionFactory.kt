package dev.rockpool

/**
 * How one kind of connection is opened, checked and closed. The pool calls it from coroutines of its own, never on a
 * caller's time but for [reset].
 *
 * All functions may be called concurrently for different connections, and never concurrently for the same one (but
 * [abort]). Java code implements [BlockingConnectionFactory] instead.
 *
 * @param C what is pooled
 */
public interface ConnectionFactory<C : Any> {
    /**
     * Opens one connection, within [PoolConfig.connectTimeout]; then it is cancelled. When cancelled it must close what
     * it has opened already: nobody else knows of it. (`withContext` drops the result of its block when it is cancelled
     * meanwhile.)
     */
    public suspend fun open(): C

    /**
     * Closes a connection for good, within [PoolConfig.closeTimeout]. An exception is logged; the connection counts as
     * closed.
     */
    public suspend fun close(connection: C)

    /**
     * Cuts a connection off that is still in use by somebody who did not return it. Must not wait. [close] is called
     * next.
     */
    public fun abort(connection: C) {}

    /**
     * Asks the other side whether this idle connection is alive, within [PoolConfig.probeTimeout]. False or an
     * exception: it is closed.
     */
    public suspend fun probe(connection: C): Boolean = true

    /**
     * Looks at a connection that its user returns. Called on the user's thread at every release: no I/O, no waiting.
     */
    public fun inspect(connection: C): Condition = Condition.CLEAN

    /**
     * Makes a [Condition.DIRTY] connection fit for the next user, within [PoolConfig.resetTimeout]. On an exception it
     * is closed.
     */
    public suspend fun reset(connection: C) {}

    /** Whether a failed [open] is worth another try. */
    public fun classify(error: Throwable): ConnectFailure = ConnectFailure.TRANSIENT
}

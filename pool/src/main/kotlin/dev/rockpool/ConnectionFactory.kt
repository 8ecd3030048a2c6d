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
    @JvmSynthetic public suspend fun open(): C

    /**
     * Closes a connection for good, within [PoolConfig.closeTimeout]. An exception is logged; the connection counts as
     * closed.
     */
    @JvmSynthetic public suspend fun close(connection: C)

    /**
     * Cuts a connection off that is still in use by somebody who did not return it. Must not wait. [close] is called
     * next.
     */
    public fun abort(connection: C) {}

    /**
     * Asks the other side whether this idle connection is alive, within [PoolConfig.probeTimeout]. False or an
     * exception: it is closed.
     */
    @JvmSynthetic public suspend fun probe(connection: C): Boolean = true

    /**
     * Looks at a connection that its user returns. Called on the user's thread at every release: no I/O, no waiting.
     */
    public fun inspect(connection: C): ReturnState = ReturnState.CLEAN

    /**
     * Makes a [ReturnState.DIRTY] connection fit for the next user, within [PoolConfig.resetTimeout]. On an exception
     * it is closed.
     */
    @JvmSynthetic public suspend fun reset(connection: C) {}

    /**
     * A number for the call that this leased connection is in now, another one for each call, and 0 while there is
     * none. Asked at any time, from any thread, and must not wait. Always 0, the default, when that is not known: then
     * [findLost] is never asked.
     */
    public fun callUnderWay(connection: C): Long = 0

    /**
     * Which of these connections the other side does not work for any more, although each has been in one call for
     * [PoolConfig.stuckCallTimeout] or longer. Asked through [witness], which is in nobody else's hands, within
     * [PoolConfig.probeTimeout].
     */
    @JvmSynthetic public suspend fun findLost(silent: List<C>, witness: C): List<C> = emptyList()

    /** Whether a failed [open] is worth another try. */
    public fun classify(error: Throwable): ConnectFailure = ConnectFailure.TRANSIENT

    /**
     * What callers and logs are told of a failed [open]: what went wrong and what to look after, in a few words, and no
     * secret.
     */
    public fun explain(error: Throwable): String = error.message ?: error.toString()
}

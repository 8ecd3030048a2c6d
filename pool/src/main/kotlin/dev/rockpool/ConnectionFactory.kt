package dev.rockpool

/**
 * Opens, checks and closes one kind of connection. The pool calls it from its own coroutines. Callers wait only for
 * [inspect] and [reset].
 *
 * All functions may be called concurrently for different connections, but never for the same one, except [abort] and
 * [callUnderWay]. Java code implements [BlockingConnectionFactory] instead.
 *
 * @param C what is pooled
 */
public interface ConnectionFactory<C : Any> {
    /**
     * Opens one connection. It is cancelled after [PoolConfig.connectTimeout]. When cancelled it must close what it has
     * already opened, because no other code knows about it. (`withContext` drops the result of its block if it is
     * cancelled meanwhile.)
     */
    @JvmSynthetic public suspend fun open(): C

    /**
     * Closes a connection, within [PoolConfig.closeTimeout]. An exception is logged, and the connection counts as
     * closed.
     */
    @JvmSynthetic public suspend fun close(connection: C)

    /** Aborts a connection whose lease was not returned. Must not wait. [close] is called next. */
    public fun abort(connection: C) {}

    /**
     * Asks the server whether this idle connection is alive, within [PoolConfig.probeTimeout]. On false or an exception
     * it is closed.
     */
    @JvmSynthetic public suspend fun probe(connection: C): Boolean = true

    /**
     * Inspects a returned connection. Called on the releasing thread for every release, so it must not do I/O or wait.
     */
    public fun inspect(connection: C): ReturnState = ReturnState.CLEAN

    /**
     * Resets a [ReturnState.DIRTY] connection for the next caller, within [PoolConfig.resetTimeout]. On an exception it
     * is closed.
     */
    @JvmSynthetic public suspend fun reset(connection: C) {}

    /**
     * Identifies the call that this leased connection is executing now: a new number for each call, and 0 while there
     * is none. Called at any time, from any thread, and must not wait. The default, always 0, means unknown. Then
     * [findLost] is never called.
     */
    public fun callUnderWay(connection: C): Long = 0

    /**
     * Returns the connections that the server no longer works for. Each has been in one call for
     * [PoolConfig.stuckCallTimeout] or longer. [witness] is another connection to ask the server with; no caller uses
     * it meanwhile. Runs within [PoolConfig.probeTimeout].
     */
    @JvmSynthetic public suspend fun findLost(silent: List<C>, witness: C): List<C> = emptyList()

    /** Classifies a failed [open]: whether a retry makes sense. */
    public fun classify(error: Throwable): ConnectFailure = ConnectFailure.TRANSIENT

    /**
     * Explains a failed [open] for callers and logs, in a few words: what went wrong and what to check. Must not reveal
     * secrets.
     */
    public fun explain(error: Throwable): String = error.message ?: error.toString()
}

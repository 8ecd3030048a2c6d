package dev.rockpool

/**
 * The right to use one connection until it is released.
 *
 * A lease belongs to one caller at a time. Ending it is thread-safe and takes effect once. Every further [close],
 * [release] or [evict] does nothing, and never affects a connection that was lent to another caller meanwhile.
 */
public interface Lease<out C : Any> : AutoCloseable {
    /**
     * The leased connection.
     *
     * @throws LeaseMisuseException once the lease has ended
     */
    public val connection: C

    /** Whether the lease has not ended yet. */
    public val isActive: Boolean

    /**
     * Ends the lease. If the connection must be reset first ([ConnectionFactory.inspect]), this waits for the reset,
     * even when cancelled, for at most [PoolConfig.resetTimeout].
     *
     * If the reset or an `afterReturn` hook fails, its failure is thrown. The lease has ended then, too, and the
     * connection is closed.
     */
    @JvmSynthetic public suspend fun release()

    /** Ends the lease without waiting. If the connection must be reset first, the pool does that in the background. */
    override fun close()

    /** Ends the lease and closes the connection instead of keeping it. The [reason] appears in events and logs. */
    public fun evict(reason: String)
}

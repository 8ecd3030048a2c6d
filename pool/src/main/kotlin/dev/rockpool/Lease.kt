package dev.rockpool

/**
 * The right to use one connection until it is released.
 *
 * A lease belongs to one caller at a time. Ending it is thread-safe and counts once, however many threads try: every
 * further [close], [release] or [evict] does nothing, and never touches a connection that meanwhile was lent to
 * somebody else.
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
     * Ends the lease. If the connection must be reset first ([ConnectionFactory.inspect]), this waits for it, also when
     * the caller is cancelled, at most [PoolConfig.resetTimeout].
     */
    @JvmSynthetic public suspend fun release()

    /** Ends the lease without waiting: if the connection must be reset first, the pool does that in the background. */
    override fun close()

    /** Ends the lease and has the connection closed instead of kept; for connections that are known to be [reason]. */
    public fun evict(reason: String)
}

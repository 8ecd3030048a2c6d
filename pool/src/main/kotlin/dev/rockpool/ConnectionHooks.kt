package dev.rockpool

/**
 * What a pool's user wants done with connections at certain moments, beside what their [ConnectionFactory] does.
 *
 * A hook that throws, hangs or is cancelled costs the connection it was called for, and nothing else. Functions may be
 * called concurrently for different connections. Without hooks a pool does not spend a call on them.
 */
public interface ConnectionHooks<C : Any> {
    /**
     * Called for each new connection, by the pool, within what [PoolConfig.connectTimeout] leaves of the connect. When
     * it throws, connecting has failed.
     */
    @JvmSynthetic public suspend fun afterOpen(connection: C) {}

    /**
     * Called before a connection is lent, in the context of the caller it is for (its MDC, its tracing), within the
     * caller's timeout and at most [PoolConfig.resetTimeout]. When it throws the connection is closed and the caller
     * gets another one, three times at most; then it gets [ConnectFailedException]. Not called by [Pool.tryAcquire],
     * which does not wait.
     */
    @JvmSynthetic public suspend fun beforeLend(connection: C) {}

    /**
     * Called when a connection was returned, within [PoolConfig.resetTimeout], after [ConnectionFactory.reset] if that
     * is needed: in the context of the caller if it called [Lease.release], else by the pool. When it throws the
     * connection is closed.
     */
    @JvmSynthetic public suspend fun afterReturn(connection: C) {}
}

package dev.rockpool

/**
 * Code to run for connections at certain moments, in addition to their [ConnectionFactory].
 *
 * A hook that throws, hangs or is cancelled costs only the connection it was called for. Functions may be called
 * concurrently for different connections. Without hooks, a pool makes no calls for them.
 */
public interface ConnectionHooks<C : Any> {
    /**
     * Called by the pool for each new connection, within the time that [PoolConfig.connectTimeout] leaves. If it
     * throws, the connect has failed.
     */
    @JvmSynthetic public suspend fun afterOpen(connection: C) {}

    /**
     * Called before a connection is lent, in the context of its caller (MDC, tracing). It may take as long as the
     * caller's timeout, and at most [PoolConfig.resetTimeout]. If it throws, the connection is closed and the caller
     * gets another one. After three failures the caller gets [ConnectFailedException]. Not called by [Pool.tryAcquire],
     * which does not wait.
     */
    @JvmSynthetic public suspend fun beforeLend(connection: C) {}

    /**
     * Called after a connection was returned, within [PoolConfig.resetTimeout], and after [ConnectionFactory.reset] if
     * that is needed. It runs in the context of a caller of [Lease.release], otherwise by the pool. If it throws, the
     * connection is closed.
     */
    @JvmSynthetic public suspend fun afterReturn(connection: C) {}
}

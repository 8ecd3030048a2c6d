package dev.rockpool

import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.StateFlow

/**
 * Keeps expensive connections open and lends each to one caller at a time.
 *
 * Coroutines suspend and threads ([dev.rockpool.blocking.BlockingPool]) park in one queue, which is served in order of
 * arrival. All functions are thread-safe. Create a pool with the `Pool(...)` functions, and close it when it is no
 * longer needed.
 */
public interface Pool<C : Any> {
    /** The settings this pool runs with. */
    public val config: PoolConfig

    /** Operates the pool: events, health, eviction, pausing, settings. */
    public val control: PoolControl

    /** Samples of the pool's numbers, published after changes, at most every [PoolConfig.statsInterval]. */
    public val stats: StateFlow<PoolStats>

    /** The current numbers, counted for this call. */
    public fun snapshot(): PoolStats

    /**
     * Leases a connection, waiting for at most [timeout] (null means no limit). If several callers wait, those of a
     * higher [priority] are served first.
     *
     * End the lease with [Lease.release] or [Lease.close]; prefer [withConnection]. Cancelling a waiting caller loses
     * nothing: a connection that arrives for it goes to the next caller.
     *
     * @throws AcquireTimeoutException if no connection became free in time
     * @throws PoolExhaustedException if [PoolConfig.maxPending] callers already wait, or under overload
     *   ([PoolConfig.overload])
     * @throws ConnectFailedException if connecting failed permanently, or has failed for [PoolConfig.failFastAfter]
     * @throws PoolClosedException if the pool is closed
     */
    @JvmSynthetic
    public suspend fun acquire(
        timeout: Duration? = config.acquireTimeout,
        priority: Priority = Priority.NORMAL,
    ): Lease<C>

    /**
     * Leases a connection if one is idle and no caller waits, or returns null. Never suspends, so the connection is not
     * probed first even if it was idle for long.
     *
     * @throws PoolClosedException if the pool is closed
     */
    public fun tryAcquire(): Lease<C>?

    /**
     * Closes the pool. New and waiting callers fail with [PoolClosedException] at once. Idle connections are closed
     * now, leased ones when they are returned. Connections still leased after [grace] are aborted. Returns when
     * everything has ended; a second call waits for that too, and may shorten the grace. Cancelling the caller does not
     * stop the close.
     */
    @JvmSynthetic public suspend fun close(grace: Duration = DEFAULT_GRACE)

    public companion object {
        /** How long [close] waits for leased connections by default: 10 seconds. */
        @get:JvmSynthetic public val DEFAULT_GRACE: Duration = 10.seconds
    }
}

/**
 * Runs [block] with a leased connection, and ends the lease when it returns, throws or is cancelled. Throws the same
 * errors as [Pool.acquire].
 *
 * An exception of the block is rethrown unchanged. If ending the lease fails too, that failure is added as suppressed.
 */
@JvmSynthetic
@OptIn(ExperimentalContracts::class)
public suspend inline fun <C : Any, R> Pool<C>.withConnection(
    timeout: Duration? = config.acquireTimeout,
    priority: Priority = Priority.NORMAL,
    block: (C) -> R,
): R {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return acquire(timeout, priority).useConnection(block)
}

/** Runs the block with the connection of this lease, and ends the lease. */
@JvmSynthetic
@PublishedApi
@OptIn(ExperimentalContracts::class)
internal suspend inline fun <C : Any, R> Lease<C>.useConnection(block: (C) -> R): R {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    var failure: Throwable? = null
    try {
        return block(connection)
    } catch (e: Throwable) {
        failure = e
        throw e
    } finally {
        val suppressing = failure
        if (suppressing == null) release() else releaseAfter(suppressing)
    }
}

@JvmSynthetic
@PublishedApi
internal suspend fun Lease<*>.releaseAfter(failure: Throwable) {
    try {
        release()
    } catch (e: Throwable) {
        failure.addSuppressed(e)
    }
}

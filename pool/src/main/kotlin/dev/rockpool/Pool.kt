package dev.rockpool

import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.flow.StateFlow

/**
 * Connections that are costly to open, kept open and lent to one caller at a time.
 *
 * Coroutines suspend and threads ([dev.rockpool.blocking.BlockingPool]) park in one queue, served in the order of
 * arrival. All functions are thread-safe. Create one with the `Pool(...)` functions; close it when it is no longer
 * needed.
 */
public interface Pool<C : Any> {
    /** The settings this pool runs with. */
    public val config: PoolConfig

    /** What whoever operates the pool does with it: events, health, eviction, pausing, settings. */
    public val control: PoolControl

    /** Samples of the pool's numbers: published when something changed, at most every [PoolConfig.statsInterval]. */
    public val stats: StateFlow<PoolStats>

    /** The numbers now, counted for this call. */
    public fun snapshot(): PoolStats

    /**
     * Leases a connection, and waits for one at most [timeout] (null: for ever). If several callers wait, those of a
     * higher [priority] are served first.
     *
     * The lease must be ended by [Lease.release] or [Lease.close]; prefer [withConnection]. Cancelling the caller while
     * it waits loses nothing: a connection that arrives for it goes to the next caller.
     *
     * @throws AcquireTimeoutException when none became free in time
     * @throws PoolExhaustedException when [PoolConfig.maxPending] callers wait already, or under overload
     *   ([PoolConfig.overload])
     * @throws ConnectFailedException when opening failed for good, or for [PoolConfig.failFastAfter]
     * @throws PoolClosedException when the pool is closed
     */
    @JvmSynthetic
    public suspend fun acquire(
        timeout: Duration? = config.acquireTimeout,
        priority: Priority = Priority.NORMAL,
    ): Lease<C>

    /**
     * Leases a connection if one is idle and nobody waits, or returns null. Never suspends, so the connection is not
     * probed first even if it was idle for long.
     *
     * @throws PoolClosedException when the pool is closed
     */
    public fun tryAcquire(): Lease<C>?

    /**
     * Closes the pool. Newcomers and waiters fail with [PoolClosedException] at once, idle connections are closed now,
     * leased ones when they are returned. Those still out after [grace] are aborted. Returns when everything has ended;
     * a second call waits for that too. Cancelling the caller does not stop it.
     */
    @JvmSynthetic public suspend fun close(grace: Duration = DEFAULT_GRACE)

    public companion object {
        /** How long [close] waits for leased connections unless told otherwise: 10 seconds. */
        @get:JvmSynthetic public val DEFAULT_GRACE: Duration = 10.seconds
    }
}

/**
 * Runs [block] with a leased connection and ends the lease when it returns, throws or is cancelled. Errors as
 * [Pool.acquire].
 *
 * An exception of the block is rethrown as it is; should ending the lease fail too, that failure is added to it as
 * suppressed.
 */
@JvmSynthetic
@OptIn(ExperimentalContracts::class)
public suspend inline fun <C : Any, R> Pool<C>.withConnection(
    timeout: Duration? = config.acquireTimeout,
    priority: Priority = Priority.NORMAL,
    block: (C) -> R,
): R {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    val lease = acquire(timeout, priority)
    var failure: Throwable? = null
    try {
        return block(lease.connection)
    } catch (e: Throwable) {
        failure = e
        throw e
    } finally {
        val suppressing = failure
        if (suppressing == null) lease.release() else lease.releaseAfter(suppressing)
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

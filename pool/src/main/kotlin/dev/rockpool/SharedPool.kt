package dev.rockpool

import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.time.Duration

/**
 * A pool whose leases share the connections of another pool, its [base]. It is for connections that carry several
 * requests at once, such as HTTP/2, a pipelining database client, or a Redis client.
 *
 * A lease is a *stream*: one of [streams] places on a connection. Its [Lease.connection] is the connection itself,
 * which other callers use at the same time. So it must be safe for that, and callers must not change its state. Those
 * that do lease a connection alone ([withExclusive]).
 * - Connections are filled one after the other. Another one is leased from the base only if none has room.
 * - Streams that were idle for `idleTimeout` (1 minute unless it is set) close. A connection without streams goes back
 *   to the base. So do those with few streams, if the others have room for them.
 * - If a connection breaks ([ConnectionFactory.inspect], [ConnectionFactory.probe], [connectionLost]), all its streams
 *   end, and the base closes it.
 * - If a lease is evicted or aborted, its connection takes no more streams, and is closed after the last one.
 * - The base's limits hold: size, lifetime, eviction, quotas and budget. It wants a connection back: no more streams
 *   begin on it. Its leak detection ignores connections in use here, because this pool watches its own leases.
 *
 * It is a [Pool] in all else: order of arrival, timeouts, stats, control. Its connections in stats and events are
 * streams. Threads use [dev.rockpool.blocking.BlockingSharedPool]. Thread-safe. Create it with the [SharedPool]
 * function. Closing it closes its base.
 */
public interface SharedPool<C : Any> : Pool<C> {
    /** The pool that its connections come from. It can still be used on its own. */
    public val base: Pool<C>

    /** How many streams a connection carries at most. */
    public val streams: Int

    /** How many connections of the base it uses now. */
    public val carriersInUse: Int

    /**
     * Leases a connection alone, waiting for at most [timeout] (null means no limit). The caller waits in order of
     * arrival, as all others do. Then its connection takes no more streams, and it waits for those that are active. A
     * caller that holds a stream of the pool itself may wait for itself.
     *
     * Its holder may change the state of the connection. If [ConnectionFactory.inspect] reports `DIRTY` at the end, the
     * connection is reset before others use it. Prefer [withExclusive].
     *
     * @throws AcquireTimeoutException if the connection did not become free in time
     * @throws PoolException as [acquire] does
     */
    @JvmSynthetic
    public suspend fun acquireExclusive(
        timeout: Duration? = config.acquireTimeout,
        priority: Priority = Priority.NORMAL,
    ): Lease<C>

    /**
     * Asks at once how many streams a connection carries, because that has changed. Without this call it is asked at
     * each return of a stream, and each second. If it carries fewer than are active, no stream begins until enough have
     * ended. Does nothing if the connection is not in use here. Does not wait.
     */
    public fun streamsChanged(connection: C)

    /**
     * Ends all streams of a connection that is dead, and closes it, such as when its client reports that. Their leases
     * are no longer active. Does nothing if the connection is not in use here. Does not wait.
     *
     * @param reason appears in events and logs
     */
    public fun connectionLost(connection: C, reason: String)
}

/**
 * Runs [block] with a connection that nobody else uses, and ends the lease when it returns, throws or is cancelled.
 * Waits and fails like [SharedPool.acquireExclusive].
 */
@JvmSynthetic
@OptIn(ExperimentalContracts::class)
public suspend inline fun <C : Any, R> SharedPool<C>.withExclusive(
    timeout: Duration? = config.acquireTimeout,
    priority: Priority = Priority.NORMAL,
    block: (C) -> R,
): R {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return acquireExclusive(timeout, priority).useConnection(block)
}

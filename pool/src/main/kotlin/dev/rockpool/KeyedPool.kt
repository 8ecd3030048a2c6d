package dev.rockpool

import kotlin.contracts.ExperimentalContracts
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.time.Duration

/**
 * A pool of connections for each key, such as a server or a tenant.
 *
 * The pool of a key is created when a caller first needs it. It closes itself after it was empty for `idlePoolTimeout`.
 * A caller that arrives at that moment gets a fresh pool. Each key has its own queue, which is as fair as that of a
 * [Pool]. No pool of a key is handed out, so none can be used after it was closed.
 *
 * Threads use [dev.rockpool.blocking.BlockingKeyedPool]. All functions are thread-safe. Create a keyed pool with the
 * `KeyedPool(...)` function, and close it when it is no longer needed.
 */
public interface KeyedPool<K : Any, C : Any> {
    /** Names the pools in messages, logs and stats: the pool of key `a` in `lines` is called `lines[a]`. */
    public val name: String

    /** The keys that have an open pool now. */
    public val keys: Set<K>

    /**
     * Leases a connection of this key, waiting for at most the key's [PoolConfig.acquireTimeout].
     *
     * @throws PoolException as [Pool.acquire] does; [PoolClosedException] only if this keyed pool is closed, or if the
     *   key was [removed][remove] meanwhile
     */
    @JvmSynthetic public suspend fun acquire(key: K, priority: Priority = Priority.NORMAL): Lease<C>

    /** The same with a timeout of its own; null means no limit. */
    @JvmSynthetic public suspend fun acquire(key: K, timeout: Duration?, priority: Priority = Priority.NORMAL): Lease<C>

    /** Leases a connection of this key if one is idle and no caller waits for it, else returns null. Never waits. */
    public fun tryAcquire(key: K): Lease<C>?

    /** The numbers of this key's pool. Null if it has none. Counters begin at zero when a pool is created again. */
    public fun snapshot(key: K): PoolStats?

    /** The health of this key's pool. Null if it has none. */
    public fun health(key: K): PoolHealth?

    /**
     * Connects to each of these keys, so that the first callers do not wait. A key that already has an open connection
     * needs none. One key's failure, even to create its pool, affects no other key. New connections belong to the
     * pools. So if the caller is cancelled, nothing is left open that no pool owns.
     *
     * @param atOnce how many connects may run at the same time; at least 1
     * @param retry how often to try each key, and how long to pause in between. No connect runs during a pause. A
     *   permanent failure ([ConnectFailure.PERMANENT]) is not retried
     * @param onResult called for each key as soon as its result is known, by one thread at a time; must return at once.
     *   If it throws, that is logged
     */
    @JvmSynthetic
    public suspend fun connectAll(
        keys: Collection<K>,
        atOnce: Int = 4,
        retry: (K) -> ConnectRetry = { ConnectRetry() },
        onResult: (ConnectResult<K>) -> Unit = {},
    ): Map<K, ConnectResult<K>>

    /**
     * Removes this key's pool and closes it, as [Pool.close] does: its waiting callers fail. Other keys do not notice.
     * The next caller of the key gets a new pool. Returns false if the key has none.
     */
    @JvmSynthetic public suspend fun remove(key: K, grace: Duration = Pool.DEFAULT_GRACE): Boolean

    /** Closes the pools of all keys, as [Pool.close] does. Returns when everything has ended. */
    @JvmSynthetic public suspend fun close(grace: Duration = Pool.DEFAULT_GRACE)
}

/**
 * Runs [block] with a leased connection of this key, and ends the lease when it returns, throws or is cancelled. Waits
 * and fails like [KeyedPool.acquire]. Exceptions of the block are treated as by [Pool.withConnection].
 */
@JvmSynthetic
@OptIn(ExperimentalContracts::class)
public suspend inline fun <K : Any, C : Any, R> KeyedPool<K, C>.withConnection(
    key: K,
    priority: Priority = Priority.NORMAL,
    block: (C) -> R,
): R {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return acquire(key, priority).useConnection(block)
}

/** The same with a timeout of its own; null means no limit. */
@JvmSynthetic
@OptIn(ExperimentalContracts::class)
public suspend inline fun <K : Any, C : Any, R> KeyedPool<K, C>.withConnection(
    key: K,
    timeout: Duration?,
    priority: Priority = Priority.NORMAL,
    block: (C) -> R,
): R {
    contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
    return acquire(key, timeout, priority).useConnection(block)
}

package dev.rockpool.internal.registry

import dev.rockpool.ConnectResult
import dev.rockpool.ConnectRetry
import dev.rockpool.KeyedPool
import dev.rockpool.Lease
import dev.rockpool.PoolClosedException
import dev.rockpool.PoolHealth
import dev.rockpool.PoolStats
import dev.rockpool.Priority
import dev.rockpool.internal.base.PoolThreads
import dev.rockpool.internal.core.slot.Holder
import dev.rockpool.internal.engine.Engine
import java.util.concurrent.CompletableFuture
import kotlin.coroutines.coroutineContext
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancel
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.await
import kotlinx.coroutines.future.future

/**
 * A [KeyedPool] of engines.
 *
 * **Hand-over.** An engine closes itself only while it is empty, and then no caller is in its queue. So a caller either
 * was there before, and the engine stays open, or finds it closed. Then it looks up the key again. A call writes
 * nothing that other calls read, and a hit costs one lookup more than a hit of a pool.
 *
 * @param starter starts the engine of a key
 */
public class EngineKeyedPool<K : Any, C : Any>
internal constructor(idlePoolTimeout: Duration?, private val starter: EngineStarter<K, C>) : KeyedPool<K, C> {
    override val name: String = starter.name
    private val registry = PoolRegistry<K>(checked(name, idlePoolTimeout)) { PoolClosedException(name) }
    private val callers = starter.scope()

    override val keys: Set<K>
        get() = registry.keys

    /** The open engine of this key; null if there is none yet. */
    public fun find(key: K): Engine<C>? = registry.find(key)?.engineOf()

    /** The open engine of this key, created if there is none. It does not close itself soon. */
    public fun open(key: K): Engine<C> =
        registry
            .getOrCreate(key) { place ->
                val engine = starter.start(key, place.lifetime)
                PoolMember(engine, engine.pool, engine.config)
            }
            .engineOf()

    @Suppress("UNCHECKED_CAST") // this registry has only engines that this pool has created
    private fun PoolMember.engineOf() = engine as Engine<C>

    /** Whether a caller that found this engine closed finds another one for its key. */
    public fun mayRetry(engine: Engine<C>): Boolean = engine.isClosedUnused && !registry.isClosed

    override suspend fun acquire(key: K, priority: Priority): Lease<C> {
        val job = coroutineContext[Job]
        job?.ensureActive()
        // A tail call, so that a hit allocates nothing but its lease.
        return hit(key, job ?: Holder.UNKNOWN) ?: return wait(key, priority)
    }

    override suspend fun acquire(key: K, timeout: Duration?, priority: Priority): Lease<C> {
        val job = coroutineContext[Job]
        job?.ensureActive()
        return hit(key, job ?: Holder.UNKNOWN) ?: return wait(key, timeout, priority)
    }

    private suspend fun wait(key: K, priority: Priority): Lease<C> =
        retried(key) { it.pool.acquire(it.config.acquireTimeout, priority) }

    private suspend fun wait(key: K, timeout: Duration?, priority: Priority): Lease<C> =
        retried(key) { it.pool.acquire(timeout, priority) }

    /** Leases an idle connection of this key to this holder. Null if there is none, or if the pool has hooks. */
    private fun hit(key: K, holder: Any): Lease<C>? {
        val engine = find(key)
        if (engine == null || engine.isHooked) return null
        val slot = engine.tryAcquire(holder) ?: return null
        return engine.lease(slot, slot.granted())
    }

    override fun tryAcquire(key: K): Lease<C>? = retried(key) { it.pool.tryAcquire() }

    /** Runs a call on the engine of this key, and again on a fresh one if the first has closed itself. */
    public inline fun <T> retried(key: K, call: (Engine<C>) -> T): T {
        var engine = find(key) ?: open(key)
        while (true) {
            try {
                return call(engine)
            } catch (e: PoolClosedException) {
                if (!mayRetry(engine)) throw e
                engine = open(key)
            }
        }
    }

    /**
     * Acquires a lease for a caller that holds a future.
     *
     * @param timeout in nanoseconds; null for that of the key
     */
    public fun acquireAsync(key: K, timeout: Long?, priority: Priority): CompletableFuture<Lease<C>> =
        try {
            // With hooks the future fails later, so only an engine that stays open will do.
            var engine = find(key)?.takeUnless { it.isHooked } ?: open(key)
            var future = engine.acquireAsync(timeout ?: engine.acquireTimeout, priority)
            while (future.isCompletedExceptionally && mayRetry(engine)) {
                engine = open(key)
                future = engine.acquireAsync(timeout ?: engine.acquireTimeout, priority)
            }
            future
        } catch (e: Throwable) { // such as an error of the factory of this key
            CompletableFuture.failedFuture(e)
        }

    override fun snapshot(key: K): PoolStats? = find(key)?.snapshot()

    override fun health(key: K): PoolHealth? = find(key)?.control?.health()

    override suspend fun connectAll(
        keys: Collection<K>,
        atOnce: Int,
        retry: (K) -> ConnectRetry,
        onResult: (ConnectResult<K>) -> Unit,
    ): Map<K, ConnectResult<K>> = Connecting(this, starter.timeSource, atOnce, retry, onResult).all(keys)

    /** The same for callers that do not suspend. Cancelling the future cancels it. */
    public fun connectAllAsync(
        keys: Collection<K>,
        atOnce: Int,
        retry: (K) -> ConnectRetry,
        onResult: (ConnectResult<K>) -> Unit,
    ): CompletableFuture<Map<K, ConnectResult<K>>> = callers.future { connectAll(keys, atOnce, retry, onResult) }

    override suspend fun remove(key: K, grace: Duration): Boolean {
        val closing = removeAsync(key, grace.toJavaDuration()) ?: return false
        closing.await()
        return true
    }

    /** Removes the pool of this key. Null if there is none. */
    public fun removeAsync(key: K, grace: java.time.Duration): CompletableFuture<Void?>? = registry.remove(key, grace)

    override suspend fun close(grace: Duration) {
        closeAsync(grace.toJavaDuration()).await()
        if (starter.isInRealTime) PoolThreads.awaitUnneeded()
    }

    /** Closes all pools. Completes when everything has ended. */
    public fun closeAsync(grace: java.time.Duration): CompletableFuture<Void?> {
        callers.cancel()
        return registry.close(grace)
    }

    override fun toString(): String = "keyed pool '$name' with ${keys.size} open pools"
}

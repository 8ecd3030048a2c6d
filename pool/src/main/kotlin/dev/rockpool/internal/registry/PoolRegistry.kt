package dev.rockpool.internal.registry

import dev.rockpool.internal.engine.runtime.PoolLifetime
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ConcurrentHashMap
import java.util.function.Function
import kotlin.time.toKotlinDuration

/**
 * The pools of a manager or of a keyed pool, by key. Each is created once. It leaves as soon as it begins to close, for
 * whatever reason, so the registry never hands out a closed pool.
 *
 * Pools that still close are kept separately, so that [close] can wait for them. Thread-safe.
 *
 * @param idlePoolTimeout how long a pool may be unused before it closes itself; null means for ever
 * @param closedError the error for a key when the registry is closed
 */
public class PoolRegistry<K : Any>(
    private val idlePoolTimeout: kotlin.time.Duration?,
    private val closedError: (K) -> Exception,
) {
    private val present = ConcurrentHashMap<K, PoolEntry<K>>()
    private val leaving: MutableSet<PoolEntry<K>> = ConcurrentHashMap.newKeySet()

    /** Whether [close] was called. */
    @Volatile
    public var isClosed: Boolean = false
        private set

    /** The keys of the open pools. */
    public val keys: Set<K>
        get() = present.keys.filterTo(LinkedHashSet()) { find(it) != null }

    /** The pool of this key; null if there is none, if it is still being created, or if it closes. */
    public fun find(key: K): PoolMember? = present[key]?.member?.takeIf { !it.engine.isClosed }

    /** All open pools by their keys. */
    public fun all(): Map<K, PoolMember> = keys.mapNotNull { key -> find(key)?.let { key to it } }.toMap()

    /**
     * The open pool of this key, created if there is none. It stays open for at least `idlePoolTimeout`. Concurrent
     * callers share one creation and its failure. After a failure there is no entry.
     */
    public fun getOrCreate(key: K, create: (PoolPlace) -> PoolMember): PoolMember {
        while (true) {
            if (isClosed) throw closedError(key)
            val entry = present[key] ?: PoolEntry(this, key).let { present.putIfAbsent(key, it) ?: it }
            entry.getOrCreate(create)?.let {
                return it
            }
            left(entry)
        }
    }

    /** Creates a pool that is not found yet. It must [replace] another one, or be closed. */
    public fun createApart(key: K, create: (PoolPlace) -> PoolMember): PoolMember {
        val entry = PoolEntry(this, key)
        val member = checkNotNull(entry.getOrCreate(create)) { "the new pool of '$key' was closed at once" }
        leaving += entry // so that a concurrent close sees it
        entry.forgetAtEnd()
        return member
    }

    /**
     * Puts a pool that was [created apart][createApart] in the place of another one, which is not found any more, but
     * stays open. Returns false if the other one has already lost its place.
     */
    public fun replace(key: K, before: PoolMember, next: PoolMember): Boolean {
        val old = present[key]?.takeIf { it.member === before } ?: return false
        val new = leaving.find { it.member === next } ?: return false
        leaving += old
        old.forgetAtEnd()
        if (!present.replace(key, old, new)) return false
        if (!next.engine.isClosed) leaving -= new
        return true
    }

    /** Removes the pool of this key and closes it. Returns null if there is none. */
    public fun remove(key: K, grace: Duration): CompletableFuture<Void?>? {
        val entry = present[key] ?: return null
        val member = entry.member ?: return null
        left(entry)
        return member.close(grace)
    }

    /** Removes this pool of this key and closes it. Does nothing if the key has another pool. */
    public fun remove(key: K, member: PoolMember) {
        val entry = present[key]?.takeIf { it.member === member } ?: return
        left(entry)
        member.close(Duration.ZERO)
    }

    /** Closes every pool. Completes when all have ended, including those that already close or are being created. */
    public fun close(grace: Duration): CompletableFuture<Void?> {
        isClosed = true
        val all = present.values + leaving
        for (entry in all) entry.member?.close(grace)
        val none: CompletableFuture<Void?> = CompletableFuture.completedFuture(null)
        return all.fold(none) { others, entry -> others.thenCombine(entry.ended) { _, _ -> null } }
    }

    internal fun placeOf(entry: PoolEntry<K>) = PoolPlace(PoolLifetime(idlePoolTimeout) { left(entry) })

    internal fun errorIfClosed(key: K): Exception? = if (isClosed) closedError(key) else null

    /** The pool of this entry closes. It is not found any more. */
    internal fun left(entry: PoolEntry<K>) {
        leaving += entry // before it leaves the others, so that a concurrent close sees it
        present.remove(entry.key, entry)
        entry.forgetAtEnd()
    }

    internal fun forget(entry: PoolEntry<K>) {
        present.remove(entry.key, entry)
        leaving -= entry
    }

    public companion object {
        /** A registry for Java. */
        @JvmStatic
        public fun <K : Any> of(idlePoolTimeout: Duration, closedError: Function<K, Exception>): PoolRegistry<K> =
            PoolRegistry(idlePoolTimeout.toKotlinDuration(), closedError::apply)
    }
}

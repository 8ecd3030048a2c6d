package dev.rockpool.internal.registry

import dev.rockpool.internal.engine.Engine
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.atomic.AtomicBoolean
import java.util.concurrent.locks.ReentrantLock
import java.util.function.Consumer
import kotlin.concurrent.withLock

/**
 * An open pool of a registry.
 *
 * @property engine the pool itself
 * @property pool the pool as its users see it
 * @property settings the settings that it was created with
 * @property ended completes when the pool has ended, and what it has beside its engine is freed
 * @param closing closes the pool
 */
public class PoolMember(
    public val engine: Engine<*>,
    public val pool: Any,
    public val settings: Any,
    public val ended: CompletableFuture<Void?> = engine.ended(),
    private val closing: Consumer<Duration> = Consumer(engine::closeAsync),
) {
    /** Closes the pool. Completes when it has ended. */
    public fun close(grace: Duration): CompletableFuture<Void?> {
        closing.accept(grace)
        return ended.copy()
    }
}

/** A place in a [PoolRegistry]: its pool is being created, is open, or closes. Thread-safe. */
internal class PoolEntry<K : Any>(private val registry: PoolRegistry<K>, val key: K) {
    private val creating = ReentrantLock()
    private val forgetting = AtomicBoolean()

    /** Why the pool could not be created. Guarded by the lock. */
    private var failure: Throwable? = null

    /** Null until the pool is created. */
    @Volatile
    var member: PoolMember? = null
        private set

    /** Completes when the pool has ended, or could not be created. */
    val ended = CompletableFuture<Void?>()

    /** The pool, created by the first caller. Null if it is closed. */
    fun getOrCreate(create: (PoolPlace) -> PoolMember): PoolMember? {
        val open = member ?: created(create)
        return open.takeIf { it.engine.keepOpen() }
    }

    private fun created(create: (PoolPlace) -> PoolMember): PoolMember {
        check(!creating.isHeldByCurrentThread) { "pool '$key' is asked for while the same thread creates it" }
        creating.withLock {
            failure?.let { throw it }
            return member ?: createdNow(create)
        }
    }

    private fun createdNow(create: (PoolPlace) -> PoolMember): PoolMember {
        val created =
            try {
                registry.errorIfClosed(key)?.let { throw it }
                create(registry.placeOf(this))
            } catch (e: Throwable) { // whatever user code throws, every waiting caller gets it
                failure = e
                registry.forget(this)
                ended.complete(null)
                throw e
            }
        created.ended.whenComplete { _, _ -> ended.complete(null) }
        member = created // before the registry is read: either this thread or the one that closes sees the other
        registry.errorIfClosed(key)?.let {
            created.close(Duration.ZERO)
            throw it
        }
        return created
    }

    /** Lets the registry forget the entry when its pool has ended. */
    fun forgetAtEnd() {
        if (forgetting.compareAndSet(false, true)) ended.whenComplete { _, _ -> registry.forget(this) }
    }
}

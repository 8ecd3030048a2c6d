package dev.rockpool

import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.function.Consumer
import kotlinx.coroutines.flow.SharedFlow

/**
 * Operates a pool: watches it, changes it, ends connections. Thread-safe. Nothing here waits unless it says so. Only
 * pools implement it.
 */
public abstract class PoolControl internal constructor() {
    /** The settings now. */
    public abstract val config: PoolConfig

    /** Every connection, in no particular order. */
    public abstract fun connections(): List<ConnectionInfo>

    /** The connections that are not known to be well: to be probed before they are lent again, or being closed. */
    public fun unhealthy(): List<ConnectionInfo> = connections().filter { it.status != ConnectionStatus.TRUSTED }

    /** The connections that were closed last, at most 32, the latest first. */
    public abstract fun recentlyClosed(): List<ClosedConnection>

    /** How the pool is, from what connects and probes said; asks nobody. */
    public abstract fun health(): PoolHealth

    /**
     * Probes every idle connection now, at most half of them at a time so that callers find the others, and says how
     * the pool is. Takes [PoolConfig.probeTimeout] twice at most. Those found dead are closed.
     */
    @JvmSynthetic public abstract suspend fun check(): PoolHealth

    /**
     * [check] for Java: the calling thread waits for the answer.
     *
     * @throws InterruptedException if interrupted while waiting; the probes go on
     */
    @ForJava
    @JvmName("check")
    @Throws(InterruptedException::class)
    public fun checkForJava(): PoolHealth = await(checkAsync())

    /** As [check], for callers that do not suspend. */
    public abstract fun checkAsync(): CompletableFuture<PoolHealth>

    /** Probes one connection now. Null when there is no idle connection with this number. */
    @JvmSynthetic public abstract suspend fun check(connection: Long): ProbeResult?

    /**
     * [check] for Java: the calling thread waits for the answer, [PoolConfig.probeTimeout] at most.
     *
     * @throws InterruptedException if interrupted while waiting; the probe goes on
     */
    @ForJava
    @JvmName("check")
    @Throws(InterruptedException::class)
    public fun checkForJava(connection: Long): ProbeResult? = await(checkAsync(connection))

    /** As [check], for callers that do not suspend. */
    public abstract fun checkAsync(connection: Long): CompletableFuture<ProbeResult?>

    /**
     * What happens in the pool, after the fact. Never suspends the pool: a subscriber that is 1,024 events behind loses
     * the oldest.
     */
    public abstract val events: SharedFlow<PoolEvent>

    /**
     * Whether [PoolEvent.Acquired] and [PoolEvent.Released] are sent. False unless set, because they cost every lease
     * an object and a lock, several times the lease itself.
     */
    public abstract var leaseEvents: Boolean

    /** Starts all over with the times of [PoolStats.times]. The counters go on: they never fall. */
    public abstract fun resetTimes()

    /** Tells [listener] of events until the result is closed, or the pool. */
    public abstract fun addListener(listener: PoolListener): PoolListener.Registration

    /**
     * No connection that is open now, or being opened, is lent after this returns: idle ones are closed now, leased
     * ones on their return. Callers are served throughout, by new connections. For a failover, or a changed password.
     */
    public abstract fun evictAll(reason: String)

    /** The same for the reason "evicted". */
    public fun evictAll(): Unit = evictAll(EVICTED)

    /** The same for one connection. False when there is none with this number. */
    public abstract fun evict(connection: Long, reason: String): Boolean

    /** The same for the reason "evicted". */
    public fun evict(connection: Long): Boolean = evict(connection, EVICTED)

    /** Closes what is idle now, and leaves alone what is leased. Returns how many. */
    public abstract fun clear(): Int

    /** Closes now what is past its lifetime or idle time, instead of at the next look. */
    public abstract fun removeExpired()

    /** Whether the pool is paused. */
    public abstract val isPaused: Boolean

    /**
     * Nothing is lent until [resume]. Callers wait, each within its own timeout, and can be cancelled; what is leased
     * can be used and returned.
     */
    public abstract fun pause()

    /** Ends a pause: those who wait are served. */
    public abstract fun resume()

    /**
     * Goes on with other settings. Limits and timeouts hold for whatever begins from now on; a larger pool opens what
     * is needed, a smaller one closes idle connections now and leased ones on their return, so for a while there may be
     * more than the new [PoolConfig.maxSize]. A lifetime holds for connections that are opened from now on.
     *
     * @throws InvalidConfigException when the name is another one; everything else can change
     */
    public abstract fun reconfigure(config: PoolConfig)

    /**
     * The same with only what changes: `control.reconfigure { maxSize = 20 }`.
     *
     * @throws InvalidConfigException naming everything that is wrong; then nothing has changed
     */
    @JvmSynthetic
    public fun reconfigure(change: PoolSettings.() -> Unit): Unit =
        reconfigure(config.toBuilder().apply(change).build())

    /**
     * The same for Java: `control.reconfigure(settings -> settings.maxSize(20))`.
     *
     * @throws InvalidConfigException naming everything that is wrong; then nothing has changed
     */
    @ForJava
    @JvmName("reconfigure")
    public fun reconfigureForJava(change: Consumer<PoolConfig.Builder>): Unit =
        reconfigure(config.toBuilder().also(change::accept).build())

    private fun <T> await(answer: CompletableFuture<T>): T =
        try {
            if (Thread.interrupted()) throw InterruptedException()
            answer.get()
        } catch (e: InterruptedException) {
            answer.cancel(true)
            throw e
        } catch (e: ExecutionException) {
            throw e.cause ?: e
        }

    private companion object {
        private const val EVICTED = "evicted"
    }
}

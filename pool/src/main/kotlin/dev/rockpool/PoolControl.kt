package dev.rockpool

import java.util.concurrent.CompletableFuture
import kotlinx.coroutines.flow.SharedFlow

/** What whoever operates a pool does with it, beside using it. Thread-safe; nothing here waits unless it says so. */
public interface PoolControl {
    /** The settings now. */
    public val config: PoolConfig

    // ---- look ------------------------------------------------------------------------------------------------------

    /** Every connection, in no particular order. */
    public fun connections(): List<ConnectionInfo>

    /** The connections that are not known to be well: to be probed before they are lent again, or being closed. */
    public fun unhealthy(): List<ConnectionInfo> = connections().filter { it.status != ConnectionStatus.TRUSTED }

    /** The connections that were closed last, at most 32, the latest first. */
    public fun recentlyClosed(): List<ClosedConnection>

    /** How the pool is, from what connects and probes said; asks nobody. */
    public fun health(): PoolHealth

    /**
     * Probes every idle connection now, at most half of them at a time so that callers find the others, and says how
     * the pool is. Takes [PoolConfig.probeTimeout] twice at most. Those found dead are closed.
     */
    public suspend fun check(): PoolHealth

    /** As [check], for callers that do not suspend. */
    public fun checkAsync(): CompletableFuture<PoolHealth>

    /** Probes one connection now. Null when there is no idle connection with this number. */
    public suspend fun check(connection: Long): ProbeResult?

    /** As [check], for callers that do not suspend. */
    public fun checkAsync(connection: Long): CompletableFuture<ProbeResult?>

    /**
     * What happens in the pool, after the fact. Never suspends the pool: a subscriber that is 1,024 events behind loses
     * the oldest.
     */
    public val events: SharedFlow<PoolEvent>

    /**
     * Whether [PoolEvent.Acquired] and [PoolEvent.Released] are sent. False unless set, because they cost every lease
     * an object and a lock, several times the lease itself.
     */
    public var leaseEvents: Boolean

    /** Starts all over with the times of [PoolStats.times]. The counters go on: they never fall. */
    public fun resetTimes()

    /** Tells [listener] of events until the result is closed, or the pool. */
    public fun addListener(listener: PoolListener): AutoCloseable

    // ---- change ----------------------------------------------------------------------------------------------------

    /**
     * No connection that is open now, or being opened, is lent after this returns: idle ones are closed now, leased
     * ones on their return. Callers are served throughout, by new connections. For a failover, or a changed password.
     */
    public fun evictAll(reason: String = "evicted")

    /** The same for one connection. False when there is none with this number. */
    public fun evict(connection: Long, reason: String = "evicted"): Boolean

    /** Closes what is idle now, and leaves alone what is leased. Returns how many. */
    public fun clear(): Int

    /** Closes now what is past its lifetime or idle time, instead of at the next look. */
    public fun removeExpired()

    /** Whether the pool is paused. */
    public val isPaused: Boolean

    /**
     * Nothing is lent until [resume]. Callers wait, each within its own timeout, and can be cancelled; what is leased
     * can be used and returned.
     */
    public fun pause()

    /** Ends a pause: those who wait are served. */
    public fun resume()

    /**
     * Goes on with other settings. Limits and timeouts hold for whatever begins from now on; a larger pool opens what
     * is needed, a smaller one closes idle connections now and leased ones on their return, so for a while there may be
     * more than the new [PoolConfig.maxSize]. A lifetime holds for connections that are opened from now on.
     *
     * @throws InvalidConfigException when the name is another one; everything else can change
     */
    public fun reconfigure(config: PoolConfig)

    /**
     * The same with only what changes: `control.reconfigure { maxSize = 20 }`.
     *
     * @throws InvalidConfigException naming everything that is wrong; then nothing has changed
     */
    @JvmSynthetic
    public fun reconfigure(change: PoolSettings.() -> Unit): Unit =
        reconfigure(config.toBuilder().apply(change).build())
}

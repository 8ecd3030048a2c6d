package dev.rockpool

import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutionException
import java.util.function.Consumer
import kotlinx.coroutines.flow.SharedFlow

/**
 * Operates a pool: monitors it, changes settings, ends connections. Thread-safe. Functions do not wait unless
 * documented. Only pools implement it.
 */
public abstract class PoolControl internal constructor() {
    /** The current settings. */
    public abstract val config: PoolConfig

    /** All current numbers, as [Pool.snapshot]. */
    public abstract fun snapshot(): PoolStats

    /**
     * Says why callers wait: who holds which connection and runs what, who waits, and what to try. Asks no server and
     * waits for nothing. It reads the stacks of the holders, so it takes some milliseconds.
     *
     * The pool also makes one by itself when it is exhausted, at most once a minute. It is logged and sent as
     * [PoolEvent.Diagnosed]. Name your code with [Caller].
     */
    public abstract fun diagnose(): Diagnosis

    /** Every connection, in no particular order. */
    public abstract fun connections(): List<ConnectionInfo>

    /** The connections not known to be healthy: those to be probed before they are lent again, or being closed. */
    public fun unhealthy(): List<ConnectionInfo> = connections().filter { it.status != ConnectionStatus.TRUSTED }

    /** The most recently closed connections, at most 32, the latest first. */
    public abstract fun recentlyClosed(): List<ClosedConnection>

    /** The pool's health, from past connects and probes. Does not ask the server. A closed pool is unhealthy. */
    public abstract fun health(): PoolHealth

    /**
     * Probes every idle connection and returns the pool's health. At most half of them are probed at a time, so that
     * callers find the others. Takes at most twice [PoolConfig.probeTimeout]. Dead connections are closed.
     */
    @JvmSynthetic public abstract suspend fun check(): PoolHealth

    /**
     * [check] for Java, which blocks the calling thread.
     *
     * @throws InterruptedException if interrupted while waiting; the probes continue
     */
    @ForJava
    @JvmName("check")
    @Throws(InterruptedException::class)
    public fun checkForJava(): PoolHealth = await(checkAsync())

    /** As [check], for callers that do not suspend. */
    public abstract fun checkAsync(): CompletableFuture<PoolHealth>

    /** Probes one connection now. Returns null if there is no idle connection with this number. */
    @JvmSynthetic public abstract suspend fun check(connection: Long): ProbeResult?

    /**
     * [check] for Java, which blocks the calling thread for at most [PoolConfig.probeTimeout].
     *
     * @throws InterruptedException if interrupted while waiting; the probe continues
     */
    @ForJava
    @JvmName("check")
    @Throws(InterruptedException::class)
    public fun checkForJava(connection: Long): ProbeResult? = await(checkAsync(connection))

    /** As [check], for callers that do not suspend. */
    public abstract fun checkAsync(connection: Long): CompletableFuture<ProbeResult?>

    /**
     * The pool's events, sent after the fact. They never suspend the pool: a subscriber that is 1,024 events behind
     * loses the oldest.
     */
    public abstract val events: SharedFlow<PoolEvent>

    /**
     * Whether [PoolEvent.Acquired] and [PoolEvent.Released] are sent. Default false, because they cost each lease an
     * object and a lock, several times the cost of the lease itself.
     */
    public abstract var leaseEvents: Boolean

    /** Resets [PoolStats.times]. The counters are kept, because they never fall. */
    public abstract fun resetTimes()

    /**
     * Sends events to [listener] until the returned registration or the pool is closed. If the pool is closed already,
     * the listener gets [PoolEvent.PoolClosed] before this returns. A balanced pool is closed when its last member is.
     */
    public abstract fun addListener(listener: PoolListener): PoolListener.Registration

    /**
     * Adds a tracer of waits, probes and leases until the returned registration is closed. Callers that wait already
     * are not traced.
     */
    public abstract fun addTracer(tracer: PoolTracer): PoolListener.Registration

    /**
     * Evicts all connections. No connection that is open or being opened now is lent after this returns. Idle ones are
     * closed now, leased ones on return. Callers are served by new connections meanwhile. For a failover or a changed
     * password.
     */
    public abstract fun evictAll(reason: String)

    /** The same for the reason "evicted". */
    public fun evictAll(): Unit = evictAll(EVICTED)

    /** The same for one connection. False when there is none with this number. */
    public abstract fun evict(connection: Long, reason: String): Boolean

    /** The same for the reason "evicted". */
    public fun evict(connection: Long): Boolean = evict(connection, EVICTED)

    /** Closes the idle connections now, and leaves leased ones alone. Returns how many were closed. */
    public abstract fun clear(): Int

    /** Closes connections past their lifetime or idle time now, rather than at the next look. */
    public abstract fun removeExpired()

    /** Whether the pool is paused. */
    public abstract val isPaused: Boolean

    /**
     * Pauses the pool: nothing is lent until [resume]. Callers wait, up to their own timeouts, and can be cancelled.
     * Leased connections can be used and returned.
     */
    public abstract fun pause()

    /** Ends a pause and serves waiting callers. */
    public abstract fun resume()

    /**
     * Applies other settings. Limits and timeouts apply to everything that begins later. A larger pool opens what it
     * needs. A smaller pool closes idle connections now and leased ones on return, so for a while there may be more
     * than the new [PoolConfig.maxSize]. A lifetime applies to connections opened later.
     *
     * @throws InvalidConfigException if the name differs; everything else can change
     */
    public abstract fun reconfigure(config: PoolConfig)

    /**
     * Changes only the given settings: `control.reconfigure { maxSize = 20 }`.
     *
     * @throws InvalidConfigException naming everything that is wrong; then nothing has changed
     */
    @JvmSynthetic
    public fun reconfigure(change: PoolSettings.() -> Unit): Unit =
        reconfigure(config.toBuilder().apply(change).build())

    /**
     * Changes only the given settings, for Java: `control.reconfigure(settings -> settings.maxSize(20))`.
     *
     * @throws InvalidConfigException naming everything that is wrong; then nothing has changed
     */
    @ForJava
    @JvmName("reconfigure")
    public fun reconfigureForJava(change: Consumer<PoolConfig.Builder>): Unit =
        reconfigure(config.toBuilder().also(change::accept).build())

    /**
     * Whether the pool watches its usage, for [advice], [callers] and [slowestLeases]. Default false. It looks at
     * leases and waiting callers about twenty times a second. That costs the callers nothing. Switched off, it forgets.
     */
    public abstract var watchUsage: Boolean

    /**
     * Judges the size of the pool by the last quarter of an hour, while [watchUsage] is set. Before five minutes and
     * 1,000 leases it does not know.
     */
    public abstract fun advice(): SizeAdvice

    /**
     * How long the callers of each name ([Caller]) have held connections and waited for them, since [watchUsage] was
     * set; those that held longest first. The times are sampled, and never fall. Names beyond the first 256 are counted
     * as "other", callers without a name as "unnamed".
     */
    public abstract fun callers(): List<CallerUsage>

    /** The longest leases since [watchUsage] was set, at most 16, the longest first. Those of now are among them. */
    public abstract fun slowestLeases(): List<SlowLease>

    /**
     * Lets the pool find its own size, until the result or the pool is closed: `control.autoSize(AutoSize.between(2,
     * 40))`. Off by default. Each change is logged and sent as [PoolEvent.Resized], with its reason. A smaller pool
     * ends no lease.
     *
     * The setting `maxSize` can still be changed by hand. The pool then continues from there.
     *
     * @throws IllegalStateException if the pool sizes itself already
     * @throws InvalidConfigException if [PoolConfig.minIdle] is above the greatest size
     */
    public abstract fun autoSize(sizes: AutoSize): AutoSize.Running

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

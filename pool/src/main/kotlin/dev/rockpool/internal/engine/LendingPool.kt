package dev.rockpool.internal.engine

import dev.rockpool.Lease
import dev.rockpool.Pool
import dev.rockpool.Priority
import java.time.Duration
import java.util.concurrent.CompletableFuture

/**
 * A pool for callers of every kind: those that suspend ([Pool]), those that park their thread, and those that hold a
 * future. Features such as [dev.rockpool.blocking.BlockingPool] need no more than this.
 *
 * Timeouts are in nanoseconds; `Long.MAX_VALUE` means never. Internal, and public only for those features.
 */
public interface LendingPool<C : Any> : Pool<C> {
    /** The default acquire timeout. */
    public val acquireTimeout: Long

    /** Leases an idle connection to a known holder, a thread or a job, or returns null. Never waits. */
    public fun tryAcquire(holder: Any): Lease<C>?

    /**
     * Leases a connection to this thread, waiting if necessary.
     *
     * @throws InterruptedException if the thread is interrupted while it waits; nothing is leased then
     */
    @Throws(InterruptedException::class) public fun acquireOnThread(timeout: Long, priority: Priority): Lease<C>

    /** Leases a connection to a caller that holds a future. */
    public fun acquireAsync(timeout: Long, priority: Priority): CompletableFuture<Lease<C>>

    /** Closes the pool for callers that do not suspend. */
    public fun closeAsync(grace: Duration): CompletableFuture<Void?>
}

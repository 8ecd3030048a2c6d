package dev.rockpool

import kotlinx.coroutines.flow.SharedFlow

/** What whoever operates a pool does with it, beside using it. Thread-safe. */
public interface PoolControl {
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
}

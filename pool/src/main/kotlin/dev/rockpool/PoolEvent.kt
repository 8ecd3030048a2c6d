package dev.rockpool

import kotlin.time.Duration

/**
 * Something that happened in a pool; see [PoolControl.events]. Immutable, told after the fact. Connections are named by
 * their number, counted from 1 over the life of the pool.
 */
public sealed interface PoolEvent {
    /** A connection was opened; it took [took]. */
    public class Opened(public val connection: Long, public val took: Duration) : PoolEvent {
        override fun toString(): String = "opened connection $connection in $took"
    }

    /** A connect failed, for this [cause]. */
    public class OpenFailed(public val cause: Throwable) : PoolEvent {
        override fun toString(): String = "connecting failed: $cause"
    }

    /** A connection was closed, for this [reason], [age] after it was opened. */
    public class Closed(public val connection: Long, public val reason: String, public val age: Duration) : PoolEvent {
        override fun toString(): String = "closed connection $connection after $age: $reason"
    }

    /** A connection was leased. Sent only while somebody wants to hear of leases ([PoolControl.leaseEvents]). */
    public class Acquired(public val connection: Long) : PoolEvent {
        override fun toString(): String = "acquired connection $connection"
    }

    /**
     * A lease ended; a newcomer's [Acquired] of the same connection at that moment may overtake it. Sent only while
     * somebody wants to hear of leases ([PoolControl.leaseEvents]).
     */
    public class Released(public val connection: Long) : PoolEvent {
        override fun toString(): String = "released connection $connection"
    }

    /** A caller waited in vain, for its whole timeout. */
    public class TimedOut(public val waited: Duration) : PoolEvent {
        override fun toString(): String = "a caller timed out after $waited"
    }

    /**
     * A lease lasts longer than [PoolConfig.leakThreshold]; [reclaimed] if its holder had ended and it was taken back.
     */
    public class Leaked(
        public val connection: Long,
        public val holder: String,
        public val held: Duration,
        public val reclaimed: Boolean,
    ) : PoolEvent {
        override fun toString(): String =
            "connection $connection leased for $held by $holder${if (reclaimed) ", which has ended: taken back" else ""}"
    }

    /** A lease that was reported with [Leaked] has ended after all: it was returned, not taken back. */
    public class LeakEnded(public val connection: Long) : PoolEvent {
        override fun toString(): String = "connection $connection, leased for too long, was returned"
    }

    /** A caller that already holds a connection, or whose parent does, waits for another one. */
    public class NestedAcquire(public val connection: Long, public val holder: String) : PoolEvent {
        override fun toString(): String = "$holder holds connection $connection and waits for another"
    }

    /** The other side seems to be gone: a connect failed, or a connection was found dead, after all was well. */
    public class Lost(public val cause: Throwable?) : PoolEvent {
        override fun toString(): String = "the other side is gone: $cause"
    }

    /** After [Lost], a connect succeeded again; it took [after]. */
    public class Recovered(public val after: Duration) : PoolEvent {
        override fun toString(): String = "the other side is back after $after"
    }

    /** The pool's health is another one now; see [PoolControl.health]. */
    public class HealthChanged(public val from: HealthStatus, public val to: HealthStatus) : PoolEvent {
        override fun toString(): String = "health changed from $from to $to"
    }

    /** The pool has been closed, and everything in it has ended. The last event. */
    public object PoolClosed : PoolEvent {
        override fun toString(): String = "the pool has been closed"
    }
}

/** Hears of events, in order, on a thread of the pool's; one that throws is logged and hears of the next ones. */
public fun interface PoolListener {
    public fun on(event: PoolEvent)
}

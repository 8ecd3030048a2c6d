package dev.rockpool

import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/**
 * An event of a pool, see [PoolControl.events]. Immutable, and sent after the fact. Connections are identified by their
 * number, counted from 1 over the life of the pool.
 */
public sealed interface PoolEvent {
    /** A connection was opened; it took [took]. */
    public class Opened(public val connection: Long, @get:JvmSynthetic public val took: Duration) : PoolEvent {
        /** For Java. */
        @ForJava
        public constructor(connection: Long, took: java.time.Duration) : this(connection, took.toKotlinDuration())

        /** [took] for Java. */
        @ForJava @JvmName("getTook") public fun tookForJava(): java.time.Duration = took.toJavaDuration()

        override fun toString(): String = "opened connection $connection in ${took.readable()}"
    }

    /** A connect failed, for this [cause]. */
    public class OpenFailed(public val cause: Throwable) : PoolEvent {
        override fun toString(): String = "connecting failed: $cause"
    }

    /** A connection was closed, [age] after it was opened. [kind] is why, for programs, and [reason] for people. */
    public class Closed(
        public val connection: Long,
        public val kind: CloseReason,
        public val reason: String,
        @get:JvmSynthetic public val age: Duration,
    ) : PoolEvent {
        /** For Java. */
        @ForJava
        public constructor(
            connection: Long,
            kind: CloseReason,
            reason: String,
            age: java.time.Duration,
        ) : this(connection, kind, reason, age.toKotlinDuration())

        /** [age] for Java. */
        @ForJava @JvmName("getAge") public fun ageForJava(): java.time.Duration = age.toJavaDuration()

        override fun toString(): String = "closed connection $connection after ${age.readable()}: $reason"
    }

    /** A connection was leased. Sent only while [PoolControl.leaseEvents] is set. */
    public class Acquired(public val connection: Long) : PoolEvent {
        override fun toString(): String = "acquired connection $connection"
    }

    /**
     * A lease ended. The next caller's [Acquired] of the same connection may arrive first. Sent only while
     * [PoolControl.leaseEvents] is set.
     */
    public class Released(public val connection: Long) : PoolEvent {
        override fun toString(): String = "released connection $connection"
    }

    /** A caller timed out. */
    public class TimedOut(@get:JvmSynthetic public val waited: Duration) : PoolEvent {
        /** For Java. */
        @ForJava public constructor(waited: java.time.Duration) : this(waited.toKotlinDuration())

        /** [waited] for Java. */
        @ForJava @JvmName("getWaited") public fun waitedForJava(): java.time.Duration = waited.toJavaDuration()

        override fun toString(): String = "a caller timed out after ${waited.readable()}"
    }

    /** A caller was rejected because [PoolConfig.maxPending] others waited. */
    public class Rejected(public val pending: Int) : PoolEvent {
        override fun toString(): String = "a caller was rejected because $pending others waited"
    }

    /** A caller was rejected after it had [waited], because of overload ([PoolConfig.overload]). */
    public class Shed(@get:JvmSynthetic public val waited: Duration) : PoolEvent {
        /** For Java. */
        @ForJava public constructor(waited: java.time.Duration) : this(waited.toKotlinDuration())

        /** [waited] for Java. */
        @ForJava @JvmName("getWaited") public fun waitedForJava(): java.time.Duration = waited.toJavaDuration()

        override fun toString(): String = "a caller was rejected after ${waited.readable()}, because of overload"
    }

    /**
     * Callers have waited for at least 100 ms although every connection is leased. Noticed within
     * [PoolConfig.statsInterval], so a shorter exhaustion is only counted in [PoolStats.exhaustedFor].
     */
    public class Exhausted(public val leased: Int, public val pending: Int) : PoolEvent {
        override fun toString(): String = "exhausted: all $leased connections are leased and $pending callers wait"
    }

    /** After [Exhausted], no caller waits for a leased connection any more. They did for [after] in all. */
    public class ExhaustionEnded(@get:JvmSynthetic public val after: Duration) : PoolEvent {
        /** For Java. */
        @ForJava public constructor(after: java.time.Duration) : this(after.toKotlinDuration())

        /** [after] for Java. */
        @ForJava @JvmName("getAfter") public fun afterForJava(): java.time.Duration = after.toJavaDuration()

        override fun toString(): String = "no longer exhausted, after ${after.readable()}"
    }

    /**
     * The pool is exhausted, and this is why ([PoolControl.diagnose]): all connections are leased and a caller has
     * timed out, or callers have waited as for [Exhausted]. Sent at most once a minute.
     */
    public class Diagnosed(public val diagnosis: Diagnosis) : PoolEvent {
        override fun toString(): String = diagnosis.verdict
    }

    /** The pool was paused ([PoolControl.pause]), by this thread. */
    public class Paused(public val by: String) : PoolEvent {
        override fun toString(): String = "paused by $by"
    }

    /** A pause was ended ([PoolControl.resume]), by this thread. */
    public class Resumed(public val by: String) : PoolEvent {
        override fun toString(): String = "resumed by $by"
    }

    /**
     * Connections were evicted through [PoolControl], by this thread. [connection] is the only one; null if all were
     * evicted.
     */
    public class Evicted(public val connection: Long?, public val reason: String, public val by: String) : PoolEvent {
        override fun toString(): String =
            "${if (connection == null) "all connections" else "connection $connection"} evicted by $by: $reason"
    }

    /** The settings were changed ([PoolControl.reconfigure]), by this thread. */
    public class Reconfigured(public val from: PoolConfig, public val to: PoolConfig, public val by: String) :
        PoolEvent {
        override fun toString(): String = "reconfigured by $by"
    }

    /** The pool has changed its own size ([PoolControl.autoSize]). Sizes that it only tries send no event. */
    public class Resized(public val from: Int, public val to: Int, public val reason: String) : PoolEvent {
        override fun toString(): String = "changed its size from $from to $to: $reason"
    }

    /**
     * A lease lasts longer than [PoolConfig.leakThreshold]. [reclaimed] tells whether its holder had ended and the
     * lease was reclaimed.
     */
    public class Leaked(
        public val connection: Long,
        public val holder: String,
        @get:JvmSynthetic public val held: Duration,
        public val reclaimed: Boolean,
    ) : PoolEvent {
        /** For Java. */
        @ForJava
        public constructor(
            connection: Long,
            holder: String,
            held: java.time.Duration,
            reclaimed: Boolean,
        ) : this(connection, holder, held.toKotlinDuration(), reclaimed)

        /** [held] for Java. */
        @ForJava @JvmName("getHeld") public fun heldForJava(): java.time.Duration = held.toJavaDuration()

        override fun toString(): String =
            "connection $connection leased for ${held.readable()} by $holder${if (reclaimed) ", which has ended: reclaimed" else ""}"
    }

    /** A lease reported with [Leaked] has ended without being reclaimed. */
    public class LeakEnded(public val connection: Long) : PoolEvent {
        override fun toString(): String = "the lease of connection $connection, reported as a leak, has ended"
    }

    /** A caller waits for a connection while it, or its parent job, already holds one. */
    public class NestedAcquire(public val connection: Long, public val holder: String) : PoolEvent {
        override fun toString(): String = "$holder holds connection $connection and waits for another"
    }

    /** The server seems to be down: after success, a connect failed or a connection was found dead. */
    public class Lost(public val cause: Throwable?) : PoolEvent {
        override fun toString(): String = "the server is gone: $cause"
    }

    /** After [Lost], a connect or probe succeeded again. The outage lasted [after]. */
    public class Recovered(@get:JvmSynthetic public val after: Duration) : PoolEvent {
        /** For Java. */
        @ForJava public constructor(after: java.time.Duration) : this(after.toKotlinDuration())

        /** [after] for Java. */
        @ForJava @JvmName("getAfter") public fun afterForJava(): java.time.Duration = after.toJavaDuration()

        override fun toString(): String = "the server is back after ${after.readable()}"
    }

    /**
     * The pool's health changed, see [PoolControl.health]. Exhaustion counts from the moment when it is an [Exhausted]
     * event, because a busy pool is exhausted for a moment all the time.
     */
    public class HealthChanged(public val from: HealthStatus, public val to: HealthStatus) : PoolEvent {
        override fun toString(): String = "health changed from $from to $to"
    }

    /** The pool is closed, and everything in it has ended. The last event. */
    public object PoolClosed : PoolEvent {
        override fun toString(): String = "the pool has been closed"
    }
}

/**
 * Receives events in order, on a pool thread. It may block, and may close the pool. If it throws, that is logged, and
 * it still gets later events.
 */
public fun interface PoolListener {
    public fun on(event: PoolEvent)

    /** The registration of a listener, see [PoolControl.addListener]. */
    public fun interface Registration : AutoCloseable {
        /** Removes the listener, which gets no later events. A second call does nothing. */
        override fun close()
    }
}

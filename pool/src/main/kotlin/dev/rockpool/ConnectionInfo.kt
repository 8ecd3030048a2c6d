package dev.rockpool

import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** The state of a connection. */
public enum class ConnectionState {
    OPENING,
    IDLE,
    LEASED,
    PROBING,
    CLOSING,
}

/** The known health of a connection. */
public enum class ConnectionStatus {
    /** Used or probed within [PoolConfig.trustWindow], or leased. */
    TRUSTED,

    /** Will be probed before it is lent again: it was idle for longer, or another connection was found dead. */
    SUSPECT,

    /** Found dead or broken, and being closed. */
    UNHEALTHY,
}

/**
 * One connection of a pool at one moment. Immutable.
 *
 * @property number counted from 1 over the life of the pool; 0 while it is being opened
 * @property state the present state
 * @property status the known health
 * @property age the time since it was opened; zero while it is being opened
 * @property inState how long it has been leased or idle, precise to [PoolConfig.statsInterval]
 * @property leases how often its slot was leased, including earlier connections in the slot
 * @property isRetired whether it will be closed instead of lent again
 * @property holder a description of who leased it; null unless [ConnectionState.LEASED]
 * @property lastProbe the result of the latest probe; null if there was none
 * @property reason why it is being closed; null unless [ConnectionState.CLOSING]
 */
public class ConnectionInfo
internal constructor(
    public val number: Long,
    public val state: ConnectionState,
    public val status: ConnectionStatus,
    @get:JvmSynthetic public val age: Duration,
    @get:JvmSynthetic public val inState: Duration,
    public val leases: Long,
    public val isRetired: Boolean,
    public val holder: String?,
    public val lastProbe: ProbeResult?,
    public val reason: String?,
) {
    /** [age] for Java. */
    @ForJava @JvmName("getAge") public fun ageForJava(): java.time.Duration = age.toJavaDuration()

    /** [inState] for Java. */
    @ForJava @JvmName("getInState") public fun inStateForJava(): java.time.Duration = inState.toJavaDuration()

    /** [inState] in nanoseconds, for Java. */
    public val inStateNanos: Long
        get() = inState.inWholeNanoseconds

    override fun toString(): String = buildString {
        append("connection $number $state for ${inState.readable()}, ${age.readable()} old, $leases leases, $status")
        if (holder != null) append(", held by $holder")
        if (isRetired) append(", retired")
        if (reason != null) append(": $reason")
    }
}

/**
 * The result of a probe.
 *
 * @property isAlive whether the probe succeeded
 * @property took how long the probe took
 * @property error why the probe failed; null if it succeeded
 * @property ago how long ago the probe ended
 */
public class ProbeResult
internal constructor(
    public val isAlive: Boolean,
    @get:JvmSynthetic public val took: Duration,
    public val error: Throwable?,
    @get:JvmSynthetic public val ago: Duration,
) {
    /** [took] for Java. */
    @ForJava @JvmName("getTook") public fun tookForJava(): java.time.Duration = took.toJavaDuration()

    /** [ago] for Java. */
    @ForJava @JvmName("getAgo") public fun agoForJava(): java.time.Duration = ago.toJavaDuration()

    override fun toString(): String = if (isAlive) "alive within ${took.readable()}" else "dead: $error"
}

/**
 * A connection that was closed.
 *
 * @property number its number
 * @property kind why it was closed, for programs
 * @property reason why it was closed, for people
 * @property age how old it was
 * @property ago how long ago it was closed
 */
public class ClosedConnection
internal constructor(
    public val number: Long,
    public val kind: CloseReason,
    public val reason: String,
    @get:JvmSynthetic public val age: Duration,
    @get:JvmSynthetic public val ago: Duration,
) {
    /** [age] for Java. */
    @ForJava @JvmName("getAge") public fun ageForJava(): java.time.Duration = age.toJavaDuration()

    /** [ago] for Java. */
    @ForJava @JvmName("getAgo") public fun agoForJava(): java.time.Duration = ago.toJavaDuration()

    override fun toString(): String =
        "connection $number, closed ${ago.readable()} ago after ${age.readable()}: $reason"
}

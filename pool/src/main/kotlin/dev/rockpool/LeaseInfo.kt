package dev.rockpool

import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * A lease at one moment. Immutable.
 *
 * @property connection the number of the leased connection, counted from 1 over the life of the pool
 * @property holder who leased it: the thread, the coroutine, or what else is known about the caller
 * @property held how long the lease has lasted at least, precise to [PoolConfig.statsInterval]
 */
public class LeaseInfo
internal constructor(
    public val connection: Long,
    public val holder: String,
    @get:JvmSynthetic public val held: Duration,
) {
    /** [held] for Java. */
    @ForJava @JvmName("getHeld") public fun heldForJava(): java.time.Duration = held.toJavaDuration()

    override fun toString(): String = "connection $connection held by $holder for at least ${held.readable()}"
}

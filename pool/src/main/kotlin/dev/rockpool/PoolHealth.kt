package dev.rockpool

import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** The health of a pool. */
public enum class HealthStatus {
    /** Callers are served. */
    HEALTHY,

    /** Callers are served, but something is wrong; see [PoolHealth.issues]. */
    DEGRADED,

    /** Callers cannot be served. */
    UNHEALTHY,
}

/**
 * The health of a pool, and its problems. Immutable.
 *
 * @property status the overall result
 * @property issues the problems, one sentence each; empty if [HealthStatus.HEALTHY]
 * @property consecutiveFailures how many connects and probes failed since the last success
 * @property lastFailure the latest failure; null if there was none
 * @property lastFailureAgo how long ago the latest failure was
 * @property lastCheckAgo how long ago a connect or a probe last ended, in success or failure; null if none has
 * @property lastCheckTook how long that connect or probe took
 */
public class PoolHealth
internal constructor(
    public val status: HealthStatus,
    public val issues: List<String>,
    public val consecutiveFailures: Int,
    public val lastFailure: Throwable?,
    @get:JvmSynthetic public val lastFailureAgo: Duration?,
    @get:JvmSynthetic public val lastCheckAgo: Duration?,
    @get:JvmSynthetic public val lastCheckTook: Duration?,
) {
    public val isHealthy: Boolean
        get() = status == HealthStatus.HEALTHY

    /** [lastFailureAgo] for Java. */
    @ForJava
    @JvmName("getLastFailureAgo")
    public fun lastFailureAgoForJava(): java.time.Duration? = lastFailureAgo?.toJavaDuration()

    /** [lastCheckAgo] for Java. */
    @ForJava
    @JvmName("getLastCheckAgo")
    public fun lastCheckAgoForJava(): java.time.Duration? = lastCheckAgo?.toJavaDuration()

    /** [lastCheckTook] for Java. */
    @ForJava
    @JvmName("getLastCheckTook")
    public fun lastCheckTookForJava(): java.time.Duration? = lastCheckTook?.toJavaDuration()

    override fun toString(): String = if (issues.isEmpty()) "$status" else "$status: ${issues.joinToString("; ")}"
}

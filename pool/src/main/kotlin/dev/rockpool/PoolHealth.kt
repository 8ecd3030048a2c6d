package dev.rockpool

import kotlin.time.Duration
import kotlin.time.toJavaDuration

/** How a pool is. */
public enum class HealthStatus {
    /** Callers are served. */
    HEALTHY,

    /** Callers are served, but something is wrong; see [PoolHealth.issues]. */
    DEGRADED,

    /** Callers cannot be served. */
    UNHEALTHY,
}

/**
 * How a pool is, and what is wrong with it. Immutable.
 *
 * @property status the verdict
 * @property issues what is wrong, one sentence each; empty when [HealthStatus.HEALTHY]
 * @property consecutiveFailures connects and probes that failed since the last one that succeeded
 * @property lastFailure why the last one that failed did; null when none ever did
 * @property lastFailureAgo how long ago that was
 * @property lastCheckAgo how long ago a connect or a probe last ended, either way; null when none did yet
 * @property lastCheckTook how long that one took
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

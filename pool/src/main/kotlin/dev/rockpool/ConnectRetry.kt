package dev.rockpool

import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * How often [KeyedPool.connectAll] tries to connect to a key. Immutable.
 *
 * @property attempts the maximum number of attempts, at least 1. Default 3
 * @property backoff the pauses between them. Default 100 ms, x1.5 up to 10 s, 20 % jitter
 */
public class ConnectRetry
@JvmOverloads
constructor(public val attempts: Int = 3, public val backoff: Backoff = Backoff()) {
    init {
        require(attempts >= 1) { "attempts is $attempts but must be at least 1" }
    }

    override fun toString(): String = "$attempts attempts, pauses: $backoff"
}

/**
 * The result of [KeyedPool.connectAll] for one key. Immutable.
 *
 * @property key the key
 * @property failure why there is no connection; null if there is one
 * @property attempts how often connecting was tried
 * @property took the time from the first attempt to the result, including pauses
 */
public class ConnectResult<K : Any>
internal constructor(
    public val key: K,
    public val failure: Throwable?,
    public val attempts: Int,
    @get:JvmSynthetic public val took: Duration,
) {
    /** Whether the key has an open connection. */
    public val isConnected: Boolean
        get() = failure == null

    /** [took] for Java. */
    @ForJava @JvmName("getTook") public fun tookForJava(): java.time.Duration = took.toJavaDuration()

    override fun toString(): String {
        val effort = "in ${took.readable()}, $attempts ${if (attempts == 1) "attempt" else "attempts"}"
        return if (failure == null) "$key: connected $effort" else "$key: not connected $effort: $failure"
    }
}

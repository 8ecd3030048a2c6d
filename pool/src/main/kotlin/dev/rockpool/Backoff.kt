package dev.rockpool

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.Serializable

/**
 * How connect attempts are spaced while they fail: [initial], then each pause [factor] times the one before, up to
 * [max], each shortened or lengthened at random by up to [jitter] of itself so that many services do not knock in step.
 *
 * While somebody waits, the pool tries at least four times a second whatever this says: nobody's deadline passes for
 * lack of trying.
 */
@Serializable
public class Backoff(
    public val initial: Duration = 100.milliseconds,
    public val factor: Double = 1.5,
    public val max: Duration = 10.seconds,
    public val jitter: Double = 0.2,
) {
    override fun equals(other: Any?): Boolean =
        other is Backoff &&
            other.initial == initial &&
            other.factor == factor &&
            other.max == max &&
            other.jitter == jitter

    override fun hashCode(): Int = initial.hashCode() * 31 + max.hashCode()

    override fun toString(): String = "$initial x$factor to $max, jitter $jitter"
}

package dev.rockpool

import java.util.function.IntFunction
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration
import kotlinx.serialization.Serializable

/**
 * The pauses between connects while they fail. `Backoff()` is the default: [Exponential] from 100 ms, x1.5 up to 10 s,
 * 20 % jitter.
 *
 * While a caller waits, the pool tries at least ten times a second, regardless of the backoff, so that no caller times
 * out for lack of attempts. An exception is a full server that serves callers through open connections
 * ([ConnectFailure.FULL]).
 */
public sealed interface Backoff {
    /**
     * The same [pause] after each failure: longer than zero, and finite. For a test or a single client; many clients
     * would retry in lockstep.
     */
    @Serializable
    public class Fixed(@get:JvmSynthetic public val pause: Duration) : Backoff {
        /** [pause] for Java. */
        @ForJava @JvmName("getPause") public fun pauseForJava(): java.time.Duration = pause.toJavaDuration()

        override fun equals(other: Any?): Boolean = other is Fixed && other.pause == pause

        override fun hashCode(): Int = pause.hashCode()

        override fun toString(): String = "always $pause"
    }

    /**
     * Starts with [initial], and multiplies each pause by [factor] (at least 1), up to [max]. Each pause is shortened
     * or lengthened at random by up to [jitter] (0 to 1) of itself, so that many clients do not retry in lockstep.
     */
    @Serializable
    public class Exponential(
        @get:JvmSynthetic public val initial: Duration = 100.milliseconds,
        public val factor: Double = 1.5,
        @get:JvmSynthetic public val max: Duration = 10.seconds,
        public val jitter: Double = 0.2,
    ) : Backoff {
        /** [initial] for Java. */
        @ForJava @JvmName("getInitial") public fun initialForJava(): java.time.Duration = initial.toJavaDuration()

        /** [max] for Java. */
        @ForJava @JvmName("getMax") public fun maxForJava(): java.time.Duration = max.toJavaDuration()

        override fun equals(other: Any?): Boolean =
            other is Exponential &&
                other.initial == initial &&
                other.factor == factor &&
                other.max == max &&
                other.jitter == jitter

        override fun hashCode(): Int = initial.hashCode() * 31 + max.hashCode()

        override fun toString(): String = "$initial x$factor to $max, jitter $jitter"
    }

    /**
     * Pauses from a function. It is called after each failure, by any thread and perhaps by several at once, and must
     * return at once. If it throws, or returns a pause that is not positive and finite, that is logged, and the default
     * is used for that pause. It cannot be written as JSON.
     */
    public class Custom private constructor(private val function: (Int) -> Duration) : Backoff {
        /** The pause after this many [failures] since the last success, 1 or more. */
        @JvmSynthetic public fun pauseAfter(failures: Int): Duration = function(failures)

        /** [pauseAfter] for Java. */
        @ForJava
        @JvmName("pauseAfter")
        public fun pauseAfterForJava(failures: Int): java.time.Duration = pauseAfter(failures).toJavaDuration()

        public companion object {
            /** A backoff that calls [pauseAfter] with the number of failures since the last success, 1 or more. */
            @JvmSynthetic
            public operator fun invoke(pauseAfter: (failures: Int) -> Duration): Custom = Custom(pauseAfter)
        }
    }

    public companion object {
        /** An [Exponential] backoff. */
        @JvmSynthetic
        public operator fun invoke(
            initial: Duration = 100.milliseconds,
            factor: Double = 1.5,
            max: Duration = 10.seconds,
            jitter: Double = 0.2,
        ): Backoff = Exponential(initial, factor, max, jitter)

        /** For Java: [Fixed]. */
        @JvmStatic public fun fixed(pause: java.time.Duration): Backoff = Fixed(pause.toKotlinDuration())

        /** For Java: [Exponential] with the defaults. */
        @JvmStatic public fun exponential(): Backoff = Exponential()

        /** For Java: [Exponential]. */
        @JvmStatic
        public fun exponential(
            initial: java.time.Duration,
            factor: Double,
            max: java.time.Duration,
            jitter: Double,
        ): Backoff = Exponential(initial.toKotlinDuration(), factor, max.toKotlinDuration(), jitter)

        /** For Java: [Custom], from the number of failures since the last success, 1 or more, to the pause. */
        @JvmStatic
        public fun custom(pauseAfter: IntFunction<java.time.Duration>): Backoff = Custom {
            pauseAfter.apply(it).toKotlinDuration()
        }
    }
}

package dev.rockpool

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration
import kotlinx.serialization.Serializable

/**
 * Decides when to shed callers because there are more than the pool can serve (modelled on CoDel). Shedding starts once
 * every caller served during a whole [interval] had waited longer than [target]. Then callers that have waited longer
 * than twice the target fail with [PoolExhaustedException]. It ends when a caller is served within the target.
 *
 * A short burst is queued as usual. A standing queue, which makes all callers wait without serving more of them, is
 * cut. Callers are shed even while no connection is returned at all. Each [Priority] is judged separately.
 *
 * @property target the longest acceptable wait: longer than zero, and finite. Default 50 ms.
 * @property interval how long every wait must have exceeded the target: longer than zero, and finite. Default 1 s, so
 *   that one slow statement sheds no caller.
 */
@Serializable
public class OverloadControl(
    @get:JvmSynthetic public val target: Duration = 50.milliseconds,
    @get:JvmSynthetic public val interval: Duration = 1.seconds,
) {
    /** [target] for Java. */
    @ForJava @JvmName("getTarget") public fun targetForJava(): java.time.Duration = target.toJavaDuration()

    /** [interval] for Java. */
    @ForJava @JvmName("getInterval") public fun intervalForJava(): java.time.Duration = interval.toJavaDuration()

    override fun equals(other: Any?): Boolean =
        other is OverloadControl && other.target == target && other.interval == interval

    override fun hashCode(): Int = target.hashCode() * 31 + interval.hashCode()

    override fun toString(): String = "target $target, interval $interval"

    public companion object {
        /** For Java. */
        @JvmStatic
        public fun of(target: java.time.Duration, interval: java.time.Duration): OverloadControl =
            OverloadControl(target.toKotlinDuration(), interval.toKotlinDuration())
    }
}

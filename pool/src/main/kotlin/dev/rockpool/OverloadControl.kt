package dev.rockpool

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration
import kotlinx.serialization.Serializable

/**
 * When to shed callers because there are more than the pool can serve (the idea of CoDel): once every caller that was
 * served during a whole [interval] had waited longer than [target], callers who have waited longer than twice the
 * target are turned away with [PoolExhaustedException], until somebody is served within the target again.
 *
 * A short burst is queued as usual; a standing queue, in which everybody waits and nobody gains, is cut. While no
 * connection is returned at all, so that nobody is served, callers are shed all the same. Each [Priority] is judged on
 * its own.
 *
 * @property target the wait that is still good: longer than zero, and finite. Default 50 ms.
 * @property interval how long every wait must have been longer: longer than zero, and finite. Default 1 s, so that one
 *   slow statement sheds nobody.
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

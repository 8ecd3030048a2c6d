package dev.rockpool.testing.chaos

import dev.rockpool.ForJava
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/**
 * The settings of [Chaos].
 *
 * @property poolSize how many connections the pool may have; the pool must have the same limit
 * @property threads callers that block
 * @property coroutines callers that suspend
 * @property rounds how often each fault is injected
 * @property faultTime how long a fault lasts, varied at random from 50 to 150 percent
 * @property seed of everything random: the transfers, and the duration of faults; thread scheduling is not reproducible
 */
public class ChaosSettings(
    public val poolSize: Int = 8,
    public val threads: Int = 8,
    public val coroutines: Int = 8,
    public val rounds: Int = 5,
    @get:JvmSynthetic public val faultTime: Duration = 500.milliseconds,
    public val seed: Long = System.nanoTime(),
) {
    /** For Java. */
    @ForJava
    public constructor(
        poolSize: Int,
        threads: Int,
        coroutines: Int,
        rounds: Int,
        faultTime: java.time.Duration,
        seed: Long,
    ) : this(poolSize, threads, coroutines, rounds, faultTime.toKotlinDuration(), seed)

    /** [faultTime] for Java. */
    @ForJava @JvmName("getFaultTime") public fun faultTimeForJava(): java.time.Duration = faultTime.toJavaDuration()

    init {
        require(poolSize >= 3) { "poolSize is $poolSize but must be 3 or more" }
        require(threads >= 1) { "threads is $threads but must be 1 or more" }
        require(coroutines >= 1) { "coroutines is $coroutines but must be 1 or more" }
        require(rounds >= 1) { "rounds is $rounds but must be 1 or more" }
        require(faultTime.isPositive()) { "faultTime is $faultTime but must be positive" }
    }
}

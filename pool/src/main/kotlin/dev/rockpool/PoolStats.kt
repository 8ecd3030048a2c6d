package dev.rockpool

import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json

/**
 * The numbers of a pool at one moment. Immutable.
 *
 * The first group counts present connections and callers. Every slot is counted once, so [total] and [closing] together
 * never exceed [maxSize]. The second group counts events since the pool was created and never falls. [Pool.stats]
 * publishes samples after changes, at most every [PoolConfig.statsInterval]. [Pool.snapshot] counts on each call.
 *
 * @property name the pool's name
 * @property maxSize the maximum number of connections
 * @property idle open and not leased
 * @property leased lent to a caller
 * @property opening being opened
 * @property probing being checked
 * @property closing being closed; they occupy their slots until the close has returned
 * @property paused whether the pool is paused ([PoolControl.pause])
 * @property pending callers waiting for a connection
 * @property acquired leases granted
 * @property opened connections opened
 * @property openFailed connects that failed or timed out
 * @property closed connections closed
 * @property timedOut callers that timed out
 * @property cancelled callers that were cancelled or interrupted while they waited
 * @property rejected callers rejected because [PoolConfig.maxPending] others waited
 * @property shed callers rejected after a wait, because of overload ([PoolConfig.overload])
 * @property failed callers that got no connection because none could be opened or prepared; [openFailed] counts
 *   connects
 * @property leaked leases that lasted longer than [PoolConfig.leakThreshold]
 * @property reclaimed leases that were reclaimed because their holder had ended
 * @property minIdle the number of idle connections that the pool keeps
 * @property oldestWait how long the longest present wait has lasted; zero if no caller waits
 * @property exhaustedFor how long callers have waited in all although every connection was leased; never falls
 * @property closedBy [closed] by reason; without reasons that did not occur
 * @property times latencies and durations; two samples that differ only in these, [oldestWait] and [exhaustedFor] are
 *   equal
 */
@Serializable
public class PoolStats
internal constructor(
    public val name: String,
    public val maxSize: Int,
    public val idle: Int,
    public val leased: Int,
    public val opening: Int,
    public val probing: Int,
    public val closing: Int,
    public val paused: Boolean,
    public val pending: Int,
    public val acquired: Long,
    public val opened: Long,
    public val openFailed: Long,
    public val closed: Long,
    public val timedOut: Long,
    public val cancelled: Long,
    public val rejected: Long,
    public val shed: Long,
    public val failed: Long,
    public val leaked: Long,
    public val reclaimed: Long,
    public val minIdle: Int,
    @get:JvmSynthetic public val oldestWait: Duration,
    @get:JvmSynthetic public val exhaustedFor: Duration,
    public val closedBy: Map<CloseReason, Long>,
    public val times: PoolTimes,
) {
    /**
     * Connections that are open or being opened. A closing connection no longer counts. Together with [closing], this
     * is the most that the server may count.
     */
    public val total: Int
        get() = idle + leased + opening + probing

    /** [oldestWait] for Java. */
    @ForJava @JvmName("getOldestWait") public fun oldestWaitForJava(): java.time.Duration = oldestWait.toJavaDuration()

    public fun oldestWaitNanos(): Long = oldestWait.inWholeNanoseconds

    /** [exhaustedFor] for Java. */
    @ForJava
    @JvmName("getExhaustedFor")
    public fun exhaustedForForJava(): java.time.Duration = exhaustedFor.toJavaDuration()

    public fun exhaustedForNanos(): Long = exhaustedFor.inWholeNanoseconds

    /** One JSON object with a member for each property. */
    public fun toJson(): String = Json.encodeToString(serializer(), this)

    override fun equals(other: Any?): Boolean =
        other is PoolStats && other.name == name && other.paused == paused && other.numbers() == numbers()

    override fun hashCode(): Int = numbers().hashCode()

    override fun toString(): String =
        "pool '$name': $total of $maxSize connections ($leased leased, $idle idle, $opening opening, $probing probing, " +
            "$closing closing), $pending pending${if (paused) ", paused" else ""}"

    private fun numbers(): List<Long> =
        listOf(maxSize, minIdle, idle, leased, opening, probing, closing, pending).map { it.toLong() } +
            listOf(acquired, opened, openFailed, closed, timedOut, cancelled, rejected, shed, failed) +
            listOf(leaked, reclaimed)
}

package dev.rockpool

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json

/**
 * The numbers of a pool at one moment. Immutable.
 *
 * The first group counts connections and callers now; every slot is counted once, so [total] and [closing] together
 * never exceed [maxSize]. The second group counts events since the pool was created and never falls. [Pool.stats]
 * publishes a sample when something changed, at most every [PoolConfig.statsInterval]; [Pool.snapshot] counts when
 * asked.
 *
 * @property name the pool's name
 * @property maxSize how many connections there may be
 * @property idle open and free
 * @property leased lent to a caller
 * @property opening being opened
 * @property probing being checked
 * @property closing being closed; they keep their places until the close has returned
 * @property paused whether the pool is paused ([PoolControl.pause])
 * @property pending callers who wait for a connection
 * @property acquired leases given
 * @property opened connections opened
 * @property openFailed connects that failed or took too long
 * @property closed connections closed
 * @property timedOut callers who waited for their whole timeout
 * @property cancelled callers who were cancelled or interrupted while they waited
 * @property rejected callers turned away because [PoolConfig.maxPending] others waited
 * @property shed callers turned away after they had waited, because of overload ([PoolConfig.overload])
 * @property leaked leases that lasted longer than [PoolConfig.leakThreshold]
 * @property reclaimed leases that were taken back because their holder had ended
 * @property times how long things took; two samples that differ in these only are equal
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
    public val leaked: Long,
    public val reclaimed: Long,
    public val times: PoolTimes,
) {
    /**
     * Connections open or being opened. One that is to be closed does not count from that moment on; with [closing] it
     * is what the other side may count at most.
     */
    public val total: Int
        get() = idle + leased + opening + probing

    /** One JSON object with a member for each property. */
    public fun toJson(): String = Json.encodeToString(serializer(), this)

    override fun equals(other: Any?): Boolean =
        other is PoolStats && other.name == name && other.paused == paused && other.numbers() == numbers()

    override fun hashCode(): Int = numbers().hashCode()

    override fun toString(): String =
        "pool '$name': $total of $maxSize connections ($leased leased, $idle idle, $opening opening, $probing probing, " +
            "$closing closing), $pending pending${if (paused) ", paused" else ""}"

    private fun numbers(): List<Long> =
        listOf(maxSize, idle, leased, opening, probing, closing, pending).map { it.toLong() } +
            listOf(acquired, opened, openFailed, closed, timedOut, cancelled, rejected, shed, leaked, reclaimed)
}

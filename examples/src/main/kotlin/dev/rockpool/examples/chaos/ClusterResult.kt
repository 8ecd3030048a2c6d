package dev.rockpool.examples.chaos

import dev.rockpool.testing.chaos.ChaosCheck
import kotlinx.serialization.Serializable

/**
 * The result of one scenario of a cluster.
 *
 * @property transfers how many were confirmed
 * @property failures calls that failed
 * @property unknown transfers whose commit failed, so that only the database knows their outcome
 * @property reads reads that were served
 * @property recoveries for each round, the milliseconds from when the new primary accepts writes, or the standby
 *   applies changes again, until callers are served; null if they were not in time
 */
@Serializable
class ClusterResult(
    val scenario: ClusterScenario,
    val title: String,
    val seconds: Double,
    val rounds: Int,
    val transfers: Int,
    val failures: Int,
    val unknown: Int,
    val reads: Int,
    val recoveries: List<Double?>,
    val checks: List<ChaosCheck>,
) {
    val passed: Boolean
        get() = checks.all { it.passed }

    /** Of the [recoveries]; null when one is missing. */
    val median: Double?
        get() = medianOf(recoveries)

    val broken: List<String>
        get() = checks.filterNot { it.passed }.map { "$title: ${it.name}: ${it.detail}" }

    companion object {
        @JvmStatic
        fun medianOf(all: List<Double?>): Double? = all.map { it ?: return null }.sorted().getOrNull(all.size / 2)
    }
}

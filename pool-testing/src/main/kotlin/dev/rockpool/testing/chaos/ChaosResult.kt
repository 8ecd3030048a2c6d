package dev.rockpool.testing.chaos

import kotlinx.serialization.Serializable

/** One promise, whether it was kept, and the numbers it was judged by. */
@Serializable public class ChaosCheck(public val name: String, public val passed: Boolean, public val detail: String)

/**
 * What became of one scenario. Times are in milliseconds unless their name says otherwise.
 *
 * @property rounds how often the fault struck
 * @property transfers how many were committed
 * @property failures how many failed, each of them by a connection that died under it or as [checks] say
 * @property recoveries of each round: from the moment the server accepts to the first success of a caller; null when
 *   there was none in time
 * @property median of the [recoveries]; null when one is missing
 * @property peakSessions the most sessions that lasted, as the server counts
 * @property momentarySessions the most sessions, those included that had said goodbye and were still listed
 * @property opened connections the pool opened
 * @property openFailed connects that failed
 */
@Serializable
public class ChaosResult(
    public val scenario: Scenario,
    public val title: String,
    public val seed: Long,
    public val seconds: Double,
    public val rounds: Int,
    public val transfers: Long,
    public val failures: Int,
    public val recoveries: List<Double?>,
    public val median: Double?,
    public val limit: Int,
    public val peakSessions: Int,
    public val momentarySessions: Int,
    public val opened: Long,
    public val openFailed: Long,
    public val checks: List<ChaosCheck>,
) {
    public val passed: Boolean
        get() = checks.all { it.passed }

    /** The promises that were broken, in words. */
    public val broken: List<String>
        get() = checks.filterNot { it.passed }.map { "$title: ${it.name}: ${it.detail}" }
}

package dev.rockpool.testing.chaos

import kotlinx.serialization.Serializable

/** One check, whether it passed, and the numbers behind it. */
@Serializable public class ChaosCheck(public val name: String, public val passed: Boolean, public val detail: String)

/**
 * The result of one scenario. Times are in milliseconds unless their name says otherwise.
 *
 * @property rounds how often the fault was injected
 * @property transfers how many were committed
 * @property failures how many failed, because their connection died or as [checks] describe
 * @property recoveries for each round, the time from when the server accepts to the first success of a caller; null if
 *   there was none in time
 * @property median of the [recoveries]; null when one is missing
 * @property peakSessions the most lasting sessions that the server counted
 * @property momentarySessions the most sessions that the server counted, including closed ones that were still listed
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

    /** Descriptions of the failed checks. */
    public val broken: List<String>
        get() = checks.filterNot { it.passed }.map { "$title: ${it.name}: ${it.detail}" }
}

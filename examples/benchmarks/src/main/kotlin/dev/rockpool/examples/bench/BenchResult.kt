package dev.rockpool.examples.bench

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json

/**
 * The result of a benchmark run; the JSON file holds exactly this. [leftOut] names the candidates that were not
 * measured.
 */
@Serializable
class BenchResult(
    val version: String,
    val startedAt: String,
    val seconds: Double,
    val quick: Boolean,
    val effort: String,
    val leftOut: List<String>,
    val machine: MachineResult,
    val cases: List<CaseResult>,
) {
    fun toJson(): String = FORMAT.encodeToString(serializer(), this)

    companion object {
        private val FORMAT = Json {
            prettyPrint = true
            encodeDefaults = true // the page's script does not know the defaults
        }

        @JvmStatic fun fromJson(json: String): BenchResult = FORMAT.decodeFromString(serializer(), json)
    }
}

/** The result of one case. [obstacle] is the reason if it was not measured, else null. */
@Serializable
class CaseResult(
    val key: String,
    val title: String,
    val setting: String,
    val caveat: String,
    val obstacle: String?,
    val metrics: List<MetricResult>,
    val candidates: List<CandidateResult>,
    val goals: List<GoalResult> = emptyList(),
) {
    /** The candidate's result; null if it was not measured. */
    fun candidate(key: String): CandidateResult? = candidates.find { it.key == key }

    fun metric(key: String): MetricResult = metrics.first { it.key == key }

    fun withGoals(goals: List<GoalResult>): CaseResult =
        CaseResult(key, title, setting, caveat, obstacle, metrics, candidates, goals)
}

@Serializable class MetricResult(val key: String, val title: String, val lessIsBetter: Boolean)

/**
 * One candidate in a case: what its forks measured, and the figures from that. A metric that no fork measured has no
 * figure.
 */
@Serializable
class CandidateResult(
    val key: String,
    val peer: String,
    val title: String,
    val settings: Map<String, String>,
    val forks: List<ForkResult>,
    val figures: Map<String, Figure>,
) {
    /** Why forks failed, each reason once. */
    val failures: List<String>
        get() = forks.mapNotNull { it.failure }.distinct()
}

/**
 * One fork: [samples] by metric, and the [failure] if samples are missing. [hung] tells whether it exceeded its time
 * limit.
 */
@Serializable
class ForkResult(val round: Int, val samples: Map<String, List<Double>>?, val failure: String?, val hung: Boolean)

/**
 * One metric of a candidate over all forks. Each fork counts once, with the mean of its samples. [advantage] is how
 * many times better Rockpool is; null if that cannot be computed.
 */
@Serializable
class Figure(
    val mean: Double,
    val median: Double,
    val min: Double,
    val max: Double,
    val forks: List<Double>,
    val advantage: Advantage?,
)

/** Above 1 if Rockpool is better. Computed for each round; [mean] is the geometric mean. */
@Serializable class Advantage(val mean: Double, val min: Double, val max: Double)

/** A goal, the figure reached, and whether it is met. [figure] is null if it could not be measured. */
@Serializable class GoalResult(val text: String, val figure: Double?, val bound: String, val met: Boolean?)

package dev.rockpool.examples.bench

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json

/** All that a run of the benchmarks found; the JSON file holds exactly this. [leftOut] names who was not measured. */
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
            encodeDefaults = true // the page's script does not know them
        }

        @JvmStatic fun fromJson(json: String): BenchResult = FORMAT.decodeFromString(serializer(), json)
    }
}

/** One case. [obstacle] says why it was not measured, and is null if it was. */
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
    /** Null if it was not measured in this run. */
    fun candidate(key: String): CandidateResult? = candidates.find { it.key == key }

    fun metric(key: String): MetricResult = metrics.first { it.key == key }

    fun withGoals(goals: List<GoalResult>): CaseResult =
        CaseResult(key, title, setting, caveat, obstacle, metrics, candidates, goals)
}

@Serializable class MetricResult(val key: String, val title: String, val lessIsBetter: Boolean)

/** One candidate in a case: what its forks measured, and what follows. A metric that no fork measured has no figure. */
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
 * One fork: [samples] by metric, and the [failure] if there are none or some are missing; [hung] if it was not done in
 * time.
 */
@Serializable
class ForkResult(val round: Int, val samples: Map<String, List<Double>>?, val failure: String?, val hung: Boolean)

/**
 * One metric of a candidate over all forks, each fork counting once with the mean of its samples. [advantage] is how
 * many times as good Rockpool is, null where that cannot be said.
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

/** Above 1 when Rockpool is better. Of each round by itself; [mean] is the geometric one. */
@Serializable class Advantage(val mean: Double, val min: Double, val max: Double)

/** A goal, what it came to, and whether that is enough; [figure] is null if it could not be measured. */
@Serializable class GoalResult(val text: String, val figure: Double?, val bound: String, val met: Boolean?)

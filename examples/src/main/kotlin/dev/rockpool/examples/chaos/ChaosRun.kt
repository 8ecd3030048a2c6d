package dev.rockpool.examples.chaos

import dev.rockpool.PoolStats
import dev.rockpool.examples.Build
import dev.rockpool.examples.ProgramFailure
import dev.rockpool.examples.drill.EnvironmentResult
import dev.rockpool.jdbc.JdbcPool
import dev.rockpool.testing.EmbeddedDatabase
import dev.rockpool.testing.chaos.Chaos
import dev.rockpool.testing.chaos.ChaosResult
import dev.rockpool.testing.chaos.ChaosSettings
import dev.rockpool.testing.chaos.ChaosSubject
import dev.rockpool.testing.chaos.Scenario
import java.sql.Connection
import java.sql.SQLException
import java.time.Instant
import java.time.temporal.ChronoUnit
import javax.sql.DataSource
import kotlin.time.Duration.Companion.milliseconds

/** One chaos run: starts a server and injects one kind of fault after another. */
internal class ChaosRun(
    rounds: Int,
    private val faultMilliseconds: Long,
    seed: Long,
    poolSize: Int,
    threads: Int,
    coroutines: Int,
    private val scenarios: List<Scenario>,
) {
    private val settings = ChaosSettings(poolSize, threads, coroutines, rounds, faultMilliseconds.milliseconds, seed)

    fun run(progress: ChaosProgress): ChaosReport {
        val startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()
        progress.say("starting a PostgreSQL ...")
        return server().use { database ->
            val results = progress.use { injectFaults(database, it) }
            ChaosReport(
                version = Build.version(),
                startedAt = startedAt,
                passed = results.all { it.passed },
                seed = settings.seed,
                poolSize = settings.poolSize,
                threads = settings.threads,
                coroutines = settings.coroutines,
                faultMilliseconds = faultMilliseconds,
                environment = EnvironmentResult.here(describe(database)),
                results = results,
            )
        }
    }

    private fun server(): EmbeddedDatabase =
        try {
            EmbeddedDatabase.builder().maxConnections(settings.poolSize + Chaos.PLACES).create()
        } catch (e: RuntimeException) {
            throw ProgramFailure("the embedded PostgreSQL did not start: ${e.message}", e)
        }

    private fun injectFaults(database: EmbeddedDatabase, progress: ChaosProgress): List<ChaosResult> {
        progress.begin(scenarios.size * settings.rounds)
        val chaos = Chaos(database, settings) { Subject(it, settings.poolSize) }
        return scenarios.map { scenario ->
            progress.beginScenario(scenario.title)
            try {
                chaos.run(scenario) { progress.round() }
            } catch (e: SQLException) {
                throw ProgramFailure("cannot use the database: ${e.message}", e)
            }
        }
    }

    private fun describe(database: EmbeddedDatabase) =
        database.connect().use { "${it.metaData.databaseProductName} ${it.metaData.databaseProductVersion}" }
}

/** A pool with default settings except its size. */
private class Subject(source: DataSource, size: Int) : ChaosSubject {
    private val pool =
        JdbcPool("chaos") {
            dataSource = source
            maxSize = size
        }

    override fun connection(): Connection = pool.dataSource.connection

    override suspend fun <R> withConnection(block: suspend (Connection) -> R): R = pool.withConnection(block = block)

    override fun snapshot(): PoolStats = pool.snapshot()

    override fun close() = pool.dataSource.close()
}

package dev.rockpool.examples.chaos

import dev.rockpool.PoolManager
import dev.rockpool.PoolStats
import dev.rockpool.dashboard.Dashboard
import dev.rockpool.examples.Build
import dev.rockpool.examples.PoolPage
import dev.rockpool.examples.ProgramFailure
import dev.rockpool.examples.drill.EnvironmentResult
import dev.rockpool.jdbc.JdbcPool
import dev.rockpool.jdbc.JdbcSettings
import dev.rockpool.jdbc.jdbc
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
import kotlin.time.toJavaDuration

/** One chaos run: starts a server and injects one kind of fault after another. */
internal class ChaosRun(
    rounds: Int,
    private val faultMilliseconds: Long,
    seed: Long,
    poolSize: Int,
    threads: Int,
    coroutines: Int,
    private val scenarios: List<Scenario>,
    private val clusterScenarios: List<ClusterScenario>,
    private val dashboard: Boolean,
) {
    private val settings = ChaosSettings(poolSize, threads, coroutines, rounds, faultMilliseconds.milliseconds, seed)

    fun run(progress: ChaosProgress): ChaosReport {
        val startedAt = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()
        var database = ""
        val results = mutableListOf<ChaosResult>()
        val clusterResults = mutableListOf<ClusterResult>()
        progress.begin(scenarios.size * settings.rounds + clusterScenarios.size * clusterRounds)
        progress.use {
            if (scenarios.isNotEmpty()) {
                progress.beginScenario("starting a PostgreSQL")
                server().use { server ->
                    database = describe(server)
                    results += injectFaultsShown(server, progress)
                }
            }
            if (clusterScenarios.isNotEmpty()) {
                progress.beginScenario("starting a primary and a standby")
                cluster().use { servers ->
                    database = servers.describe()
                    clusterResults += damage(servers, progress)
                }
            }
        }
        return ChaosReport(
            version = Build.version(),
            startedAt = startedAt,
            passed = results.all { it.passed } && clusterResults.all { it.passed },
            seed = settings.seed,
            poolSize = settings.poolSize,
            threads = settings.threads,
            coroutines = settings.coroutines,
            faultMilliseconds = faultMilliseconds,
            environment = EnvironmentResult.here(database),
            results = results,
            clusterResults = clusterResults,
        )
    }

    /** Each needs another copy of a server, which takes seconds. */
    private val clusterRounds = (rounds + THIRD - 1) / THIRD

    private fun cluster(): ClusterChaos =
        try {
            ClusterChaos(
                settings.poolSize,
                settings.threads,
                clusterRounds,
                faultMilliseconds.milliseconds.toJavaDuration(),
                settings.seed,
            )
        } catch (e: RuntimeException) {
            throw ProgramFailure("the embedded PostgreSQL cluster did not start: ${e.message}", e)
        }

    private fun damage(servers: ClusterChaos, progress: ChaosProgress): List<ClusterResult> =
        clusterScenarios.map { scenario ->
            progress.beginScenario(scenario.title())
            try {
                servers.run(scenario) { progress.round() }
            } catch (e: SQLException) {
                throw ProgramFailure("cannot use the database: ${e.message}", e)
            } catch (e: IllegalStateException) {
                throw ProgramFailure("${scenario.title()}: ${e.message}", e)
            }
        }

    private fun server(): EmbeddedDatabase =
        try {
            EmbeddedDatabase.builder().maxConnections(settings.poolSize + Chaos.PLACES).create()
        } catch (e: RuntimeException) {
            throw ProgramFailure("the embedded PostgreSQL did not start: ${e.message}", e)
        }

    private fun injectFaultsShown(database: EmbeddedDatabase, progress: ChaosProgress): List<ChaosResult> {
        if (!dashboard) return injectFaults(database, progress, null)
        return PoolManager().use { pools ->
            PoolPage.open(Dashboard.builder(pools), progress::say).use { injectFaults(database, progress, pools) }
        }
    }

    /** @param shown where the page finds the pool of each fault; null without a page */
    private fun injectFaults(
        database: EmbeddedDatabase,
        progress: ChaosProgress,
        shown: PoolManager?,
    ): List<ChaosResult> {
        val chaos = Chaos(database, settings) { Subject(it, settings.poolSize, shown) }
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

    private companion object {
        const val THIRD = 3
    }
}

/** A pool with default settings except its size. */
private class Subject(source: DataSource, size: Int, shown: PoolManager?) : ChaosSubject {
    private val pool =
        shown?.jdbc(NAME) { settings(source, size) }?.also { it.control.watchUsage = true }
            ?: JdbcPool(NAME) { settings(source, size) }

    override fun connection(): Connection = pool.dataSource.connection

    override suspend fun <R> withConnection(block: suspend (Connection) -> R): R = pool.withConnection(block = block)

    override fun snapshot(): PoolStats = pool.snapshot()

    override fun close() = pool.dataSource.close()

    private companion object {
        private const val NAME = "chaos"

        private fun JdbcSettings.settings(source: DataSource, size: Int) {
            dataSource = source
            maxSize = size
        }
    }
}

package dev.rockpool.examples.drill

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json

/** All that a drill found; the JSON file holds exactly this. Times are in seconds, latencies in milliseconds. */
@Serializable
class DrillResult(
    val version: String,
    val startedAt: String,
    val seconds: Double,
    val interrupted: Boolean,
    val passed: Boolean,
    val checks: List<CheckResult>,
    val settings: SettingsResult,
    val environment: EnvironmentResult,
    val operations: OperationsResult,
    val latency: Map<String, LatencyResult>,
    val connections: ConnectionsResult,
    val series: List<Sample>,
    val events: List<DrillEvent>,
) {
    fun toJson(): String = FORMAT.encodeToString(serializer(), this)

    companion object {
        private val FORMAT = Json { prettyPrint = true }

        @JvmStatic fun fromJson(json: String): DrillResult = FORMAT.decodeFromString(serializer(), json)
    }
}

/** One thing that must hold, whether it did, and the numbers it was judged by. */
@Serializable class CheckResult(val name: String, val passed: Boolean, val detail: String)

/** What was asked for; neither the password nor the URL, whose parameters may hold one. */
@Serializable
class SettingsResult(
    val mode: String,
    val workload: String,
    val poolSize: Int,
    val callers: Int,
    val durationSeconds: Double,
    val acquireTimeoutSeconds: Double,
    val killEverySeconds: Double?,
)

/** Where the drill ran. */
@Serializable
class EnvironmentResult(val java: String, val os: String, val processors: Int, val database: String) {
    companion object {
        @JvmStatic
        fun here(database: String): EnvironmentResult =
            EnvironmentResult(
                java = "${System.getProperty("java.vm.name")} ${Runtime.version()}",
                os = "${System.getProperty("os.name")} ${System.getProperty("os.arch")}",
                processors = Runtime.getRuntime().availableProcessors(),
                database = database,
            )
    }
}

/** How many operations there were, and what became of those that failed. */
@Serializable
class OperationsResult(
    val count: Long,
    val perSecond: Double,
    val timeouts: Long,
    val errors: Long,
    val errorKinds: Map<String, Long>,
)

/** One phase of the operations: how long it took. [curve] has pairs of a percentile (0 to 100) and its latency. */
@Serializable
class LatencyResult(
    val count: Long,
    val mean: Double,
    val p50: Double,
    val p95: Double,
    val p99: Double,
    val p999: Double,
    val max: Double,
    val curve: List<List<Double>>,
)

/** Connections as the pool counts them, and [peak] as the server does. */
@Serializable
class ConnectionsResult(
    val limit: Int,
    val peak: Int,
    val opened: Long,
    val openFailed: Long,
    val closed: Long,
    val kills: Int,
    val killed: Int,
)

/** The drill at one moment; rates, errors and percentiles are those of the time since the previous sample. */
@Serializable
class Sample(
    val at: Double,
    val perSecond: Double,
    val waitP50: Double?,
    val waitP99: Double?,
    val waitMax: Double?,
    val leased: Int,
    val idle: Int,
    val pending: Int,
    val sessions: Int,
    val errors: Long,
    val timeouts: Long,
)

/** Something that happened besides operations, [at] so many seconds after the start. */
@Serializable class DrillEvent(val at: Double, val kind: String, val text: String)

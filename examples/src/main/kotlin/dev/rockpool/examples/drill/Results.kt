package dev.rockpool.examples.drill

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json

/** The result of a drill; the JSON file holds exactly this. Times are in seconds, latencies in milliseconds. */
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

/** One check, whether it passed, and the numbers behind it. */
@Serializable class CheckResult(val name: String, val passed: Boolean, val detail: String)

/** The settings of the drill, without the password and the URL, whose parameters may hold one. */
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

/** How many operations there were, and how many failed in which way. */
@Serializable
class OperationsResult(
    val count: Long,
    val perSecond: Double,
    val timeouts: Long,
    val errors: Long,
    val errorKinds: Map<String, Long>,
)

/** The latency of one phase of the operations. [curve] has pairs of a percentile (0 to 100) and its latency. */
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

/** Connections counted by the pool, and [peak] counted by the server. */
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

/** One sample of the drill. Rates, errors and percentiles cover the time since the previous sample. */
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

/** An event besides operations, [at] seconds after the start. */
@Serializable class DrillEvent(val at: Double, val kind: String, val text: String)

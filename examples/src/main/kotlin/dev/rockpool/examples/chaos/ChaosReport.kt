package dev.rockpool.examples.chaos

import dev.rockpool.examples.drill.EnvironmentResult
import dev.rockpool.testing.chaos.ChaosResult
import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json

/** The result of a chaos run; the JSON file holds exactly this. */
@Serializable
class ChaosReport(
    val version: String,
    val startedAt: String,
    val passed: Boolean,
    val seed: Long,
    val poolSize: Int,
    val threads: Int,
    val coroutines: Int,
    val faultMilliseconds: Long,
    val environment: EnvironmentResult,
    val results: List<ChaosResult>,
    val clusterResults: List<ClusterResult> = emptyList(),
) {
    /** One line for readers. */
    val title: String
        get() = "$threads threads and $coroutines coroutines on $poolSize connections, ${environment.database}"

    fun toJson(): String = FORMAT.encodeToString(serializer(), this)

    companion object {
        private val FORMAT = Json { prettyPrint = true }

        @JvmStatic fun fromJson(json: String): ChaosReport = FORMAT.decodeFromString(serializer(), json)
    }
}

package dev.rockpool.examples.bench

import kotlinx.serialization.Serializable
import kotlinx.serialization.json.Json

/** The input of a forked JVM. It is sent through standard input, so that no process list shows the password. */
@Serializable
class ForkInput(
    val case: String,
    val candidate: String,
    private val quick: Boolean,
    private val forks: Int,
    private val compilingSeconds: Double,
    val workTokens: Long,
    val url: String?,
    val user: String?,
    val password: String?,
) {
    fun effort(): Effort = (if (quick) Effort.quick(forks) else Effort.full(forks)).compiling(compilingSeconds)

    fun toJson(): String = Json.encodeToString(serializer(), this)

    companion object {
        @JvmStatic fun fromJson(json: String): ForkInput = Json.decodeFromString(serializer(), json)
    }
}

/** The output of a forked JVM: figures by metric, and the reason if some or all are missing. */
@Serializable
class ForkOutput(val samples: Map<String, List<Double>>, val failure: String?) {
    fun toJson(): String = Json.encodeToString(serializer(), this)

    companion object {
        @JvmStatic fun of(samples: Samples) = ForkOutput(samples.asMap(), samples.whyIncomplete())

        @JvmStatic
        fun failed(failure: Throwable) =
            ForkOutput(emptyMap(), failure.toString().lineSequence().first().take(LONGEST_MESSAGE))

        @JvmStatic fun fromJson(json: String): ForkOutput = Json.decodeFromString(serializer(), json)

        private const val LONGEST_MESSAGE = 300
    }
}

package dev.rockpool

import dev.rockpool.internal.config.FormerNames
import kotlin.reflect.KMutableProperty1
import kotlin.time.Duration
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.builtins.nullable
import kotlinx.serialization.builtins.serializer
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject

/** A configuration as JSON. Reading collects every problem before it complains. */
internal object ConfigJson {
    /** One setting: how it is called, how its value is written, and what a value must look like. */
    private class Setting<T>(
        val property: KMutableProperty1<PoolSettings, T>,
        val type: KSerializer<T>,
        val allowed: String,
        val of: (PoolConfig) -> T,
    ) {
        /** From its text: decoding the element itself throws what it should not for an object in place of a text. */
        fun read(element: JsonElement, into: PoolSettings) =
            property.set(into, Json.decodeFromString(type, element.toString()))

        fun copy(config: PoolConfig, into: PoolSettings) = property.set(into, of(config))

        fun write(config: PoolConfig): JsonElement = Json.encodeToJsonElement(type, of(config))
    }

    private const val WHOLE = "a whole number"
    private const val TIME = "an ISO-8601 duration such as \"PT1.5S\""
    private const val TIME_OR_NEVER = "$TIME, or null for never"

    private val settings: List<Setting<*>> =
        listOf(
            Setting(PoolSettings::name, String.serializer(), "a text") { it.name },
            Setting(PoolSettings::maxSize, Int.serializer(), WHOLE) { it.maxSize },
            Setting(PoolSettings::minIdle, Int.serializer().nullable, "$WHOLE, or null") { it.minIdle },
            Setting(PoolSettings::acquireTimeout, Duration.serializer().nullable, TIME_OR_NEVER) { it.acquireTimeout },
            Setting(PoolSettings::connectTimeout, Duration.serializer(), TIME) { it.connectTimeout },
            Setting(PoolSettings::probeTimeout, Duration.serializer(), TIME) { it.probeTimeout },
            Setting(PoolSettings::resetTimeout, Duration.serializer(), TIME) { it.resetTimeout },
            Setting(PoolSettings::closeTimeout, Duration.serializer(), TIME) { it.closeTimeout },
            Setting(PoolSettings::trustWindow, Duration.serializer().nullable, TIME_OR_NEVER) { it.trustWindow },
            Setting(PoolSettings::probeOnReturn, Boolean.serializer(), "true or false") { it.probeOnReturn },
            Setting(PoolSettings::idleTimeout, Duration.serializer().nullable, TIME_OR_NEVER) { it.idleTimeout },
            Setting(PoolSettings::maxLifetime, Duration.serializer().nullable, TIME_OR_NEVER) { it.maxLifetime },
            Setting(PoolSettings::keepaliveInterval, Duration.serializer().nullable, TIME_OR_NEVER) {
                it.keepaliveInterval
            },
            Setting(PoolSettings::maxConcurrentOpens, Int.serializer(), WHOLE) { it.maxConcurrentOpens },
            Setting(PoolSettings::maxPending, Int.serializer().nullable, "$WHOLE, or null for any number") {
                it.maxPending
            },
            Setting(PoolSettings::backoff, BackoffJson, BackoffJson.ALLOWED) { it.backoff },
            Setting(PoolSettings::failFastAfter, Duration.serializer().nullable, TIME_OR_NEVER) { it.failFastAfter },
            Setting(
                PoolSettings::overload,
                OverloadControl.serializer().nullable,
                "an object with target and interval, or null",
            ) {
                it.overload
            },
            Setting(PoolSettings::leakThreshold, Duration.serializer().nullable, TIME_OR_NEVER) { it.leakThreshold },
            Setting(PoolSettings::reclaimLeaks, Boolean.serializer(), "true or false") { it.reclaimLeaks },
            Setting(PoolSettings::leakStackTraces, Boolean.serializer(), "true or false") { it.leakStackTraces },
            Setting(PoolSettings::stuckCallTimeout, Duration.serializer().nullable, TIME_OR_NEVER) {
                it.stuckCallTimeout
            },
            Setting(PoolSettings::bargingWindow, Duration.serializer(), TIME) { it.bargingWindow },
            Setting(PoolSettings::reusePolicy, ReusePolicy.serializer(), ReusePolicy.entries.joinToString(", ")) {
                it.reusePolicy
            },
            Setting(PoolSettings::statsInterval, Duration.serializer(), TIME) { it.statsInterval },
        )

    @JvmSynthetic
    fun write(config: PoolConfig): String =
        JsonObject(settings.associate { it.property.name to it.write(config) }).toString()

    @JvmSynthetic
    fun builderOf(config: PoolConfig): PoolConfig.Builder =
        PoolConfig.builder().also { builder ->
            settings.forEach { it.copy(config, builder) }
            builder.minIdle = config.askedMinIdle
        }

    @JvmSynthetic
    fun read(text: String): PoolConfig {
        val builder = PoolConfig.builder()
        val json =
            try {
                Json.parseToJsonElement(text) as? JsonObject
            } catch (e: SerializationException) {
                throw unreadable(builder.name, e)
            } ?: throw InvalidConfigException(builder.name, listOf("the configuration is not a JSON object"))
        val problems = json.mapNotNull { (name, value) -> readNamed(name, value, json.keys, builder) }
        val all = problems + builder.problems()
        if (all.isNotEmpty()) throw InvalidConfigException(builder.name, all)
        return builder.build()
    }

    /** A setting by its name, or by its former one. */
    private fun readNamed(name: String, value: JsonElement, given: Set<String>, into: PoolSettings): String? {
        val now = FormerNames.now(name) ?: return readOne(name, value, into)
        if (now in given) return FormerNames.both(name, value.toString(), now)
        FormerNames.tell(name, now)
        return readOne(now, value, into)
    }

    private fun readOne(name: String, value: JsonElement, into: PoolSettings): String? {
        val setting =
            settings.find { it.property.name == name }
                ?: return "$name is not a property; there are ${settings.joinToString(", ") { it.property.name }}"
        return try {
            setting.read(value, into)
            null
        } catch (_: IllegalArgumentException) { // kotlinx.serialization's own exceptions are of this kind
            "$name is $value but must be ${setting.allowed}"
        }
    }

    private fun unreadable(name: String, cause: SerializationException): InvalidConfigException =
        InvalidConfigException(name, listOf("the configuration is not JSON: ${cause.message?.lineSequence()?.first()}"))
}

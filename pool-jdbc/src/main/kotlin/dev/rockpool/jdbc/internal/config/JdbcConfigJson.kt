package dev.rockpool.jdbc.internal.config

import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolConfig
import dev.rockpool.internal.config.Secrecy
import dev.rockpool.internal.config.Setting
import dev.rockpool.internal.spi.SettingsOfPools
import dev.rockpool.jdbc.JdbcBuilder
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.JdbcSettings
import dev.rockpool.jdbc.internal.errors.SecretRedactor
import dev.rockpool.jdbc.internal.errors.Secrets
import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * Writes and reads a JDBC configuration as JSON: one object with the settings of the pool and of JDBC. Reading reports
 * all problems together. Passwords are read but never written.
 */
internal object JdbcConfigJson {
    private val ofPools
        get() = SettingsOfPools.table

    private val own
        get() = JdbcTable.table

    fun write(config: JdbcConfig): String {
        val hidden =
            SecretRedactor(
                config.url,
                config.confidential.properties(),
                config.username,
                config.confidential.password(),
            )
        return JsonObject(own.write(config, masking(hidden)) + ofPools.write(config.pool)).toString()
    }

    fun read(json: String): JdbcConfig {
        val all = parse(json)
        val builder = JdbcBuilder.of(PoolConfig.builder())
        val problems =
            ofPools.read(all, builder) +
                own.read(all, builder, ::shown) +
                all.keys.filterNot { ofPools.knows(it) || own.knows(it) }.map(::unknown) +
                builder.problems()
        if (problems.isNotEmpty()) throw InvalidConfigException(builder.name, problems)
        return builder.build()
    }

    /** Masks secrets in the texts of settings that may contain some. */
    private fun masking(hidden: SecretRedactor): (Setting<JdbcSettings, JdbcConfig, *>, JsonElement) -> JsonElement =
        { setting, json ->
            val isUrl = setting.name == JdbcSettings::url.name
            val mask = { text: String -> hidden.text(if (isUrl) Secrets.mask(text) else text) }
            if (setting.about.secrecy == Secrecy.MASKED) masked(json, mask) else json
        }

    private fun masked(json: JsonElement, mask: (String) -> String): JsonElement =
        when (json) {
            is JsonObject -> JsonObject(json.mapValues { masked(it.value, mask) })
            is JsonArray -> JsonArray(json.map { masked(it, mask) })
            is JsonPrimitive -> if (json.isString) JsonPrimitive(mask(json.content)) else json
        }

    /** Hides a value of the wrong type, which may contain a password. */
    private fun shown(name: String, value: JsonElement): String =
        if (Secrets.isNameOfSecret(name) || name == JdbcSettings::properties.name) Secrets.MASK
        else Secrets.mask(value.toString())

    private fun unknown(name: String): String =
        "$name is not a property; there are " + (own.names + ofPools.names).joinToString(", ")

    private fun parse(json: String): JsonObject {
        val problem =
            try {
                val element = Json.parseToJsonElement(json)
                if (element is JsonObject) return element
                "the configuration is not a JSON object"
            } catch (_: SerializationException) { // its message shows a part of the text
                "the configuration is not JSON"
            }
        throw InvalidConfigException(PoolConfig.builder().name, listOf(problem))
    }
}

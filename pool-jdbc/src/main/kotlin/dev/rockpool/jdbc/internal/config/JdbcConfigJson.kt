package dev.rockpool.jdbc.internal.config

import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolConfig
import dev.rockpool.internal.config.FormerNames
import dev.rockpool.jdbc.JdbcBuilder
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.JdbcSettings
import dev.rockpool.jdbc.internal.errors.SecretRedactor
import dev.rockpool.jdbc.internal.errors.Secrets
import kotlin.reflect.KMutableProperty1
import kotlin.reflect.KProperty1
import kotlin.time.Duration
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.builtins.ListSerializer
import kotlinx.serialization.builtins.MapSerializer
import kotlinx.serialization.builtins.nullable
import kotlinx.serialization.builtins.serializer
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * A JDBC configuration as JSON: one object, with the settings of the pool beside those of JDBC. Reading collects every
 * problem before it complains. Passwords are read, and never written.
 */
internal object JdbcConfigJson {
    /** One setting: how it is called, how its value is written, and what a value must look like. */
    private class Setting<T>(
        val property: KMutableProperty1<JdbcSettings, T>,
        val type: KSerializer<T>,
        val allowed: String,
        val of: (JdbcConfig, SecretRedactor) -> T,
    ) {
        /** From its text: decoding the element itself throws what it should not for an object in place of a text. */
        fun read(element: JsonElement, into: JdbcSettings) =
            property.set(into, Json.decodeFromString(type, element.toString()))

        fun write(config: JdbcConfig, hidden: SecretRedactor): JsonElement =
            Json.encodeToJsonElement(type, of(config, hidden))
    }

    private const val PASSWORD = "password"
    private const val TEXT = "a text, or null"
    private const val YES_OR_NO = "true, false or null"
    private const val TIME = "an ISO-8601 duration such as \"PT1.5S\""
    private const val TIME_OR_NEVER = "$TIME, or null"
    private const val STATEMENTS = "a list of texts"
    private val text = String.serializer().nullable
    private val yesOrNo = Boolean.serializer().nullable
    private val statements = ListSerializer(String.serializer())

    private val settings: List<Setting<*>> =
        listOf(
            Setting(JdbcSettings::url, text, TEXT) { config, hidden ->
                config.url?.let(Secrets::mask)?.let(hidden::text)
            },
            Setting(JdbcSettings::username, text, TEXT) { config, _ -> config.username },
            Setting(JdbcSettings::password, text, TEXT) { _, _ -> null },
            Setting(JdbcSettings::driverClassName, text, TEXT) { config, _ -> config.driverClassName },
            Setting(
                JdbcSettings::properties,
                MapSerializer(String.serializer(), String.serializer()),
                "an object of texts",
            ) { config, hidden ->
                config.confidential
                    .properties()
                    .filterKeys { !Secrets.isNameOfSecret(it) }
                    .mapValues { hidden.text(it.value) }
            },
            Setting(JdbcSettings::autoCommit, yesOrNo, YES_OR_NO) { config, _ -> config.autoCommit },
            Setting(JdbcSettings::readOnly, yesOrNo, YES_OR_NO) { config, _ -> config.readOnly },
            Setting(JdbcSettings::transactionIsolation, Int.serializer().nullable, "a whole number, or null") {
                config,
                _ ->
                config.transactionIsolation
            },
            Setting(JdbcSettings::catalog, text, TEXT) { config, _ -> config.catalog },
            Setting(JdbcSettings::schema, text, TEXT) { config, _ -> config.schema },
            Setting(JdbcSettings::initSql, statements, STATEMENTS) { config, hidden ->
                config.initSql.map(hidden::text)
            },
            Setting(JdbcSettings::testQuery, text, TEXT) { config, hidden -> config.testQuery?.let(hidden::text) },
            Setting(JdbcSettings::cancelTimeout, Duration.serializer(), TIME) { config, _ -> config.cancelTimeout },
            Setting(JdbcSettings::virtualThreads, Boolean.serializer(), "true or false") { config, _ ->
                config.virtualThreads
            },
            Setting(JdbcSettings::queryTimeout, Duration.serializer().nullable, TIME_OR_NEVER) { config, _ ->
                config.queryTimeout
            },
            Setting(JdbcSettings::statementCacheSize, Int.serializer(), "a whole number") { config, _ ->
                config.statementCacheSize
            },
            Setting(JdbcSettings::slowStatementThreshold, Duration.serializer().nullable, TIME_OR_NEVER) { config, _ ->
                config.slowStatementThreshold
            },
            Setting(JdbcSettings::resetSql, statements, STATEMENTS) { config, hidden ->
                config.resetSql.map(hidden::text)
            },
            Setting(JdbcSettings::startup, StartupJson, StartupJson.ALLOWED) { config, _ -> config.startup },
        )

    /** What is code: named by its class, to be seen and not to be read. */
    private val code: List<KProperty1<JdbcConfig, Any?>> =
        listOf(
            JdbcConfig::dataSource,
            JdbcConfig::fatalErrors,
            JdbcConfig::credentials,
            JdbcConfig::customizer,
            JdbcConfig::hooks,
            JdbcConfig::slowStatementListener,
        )

    private val ofPool: Set<String> = parse(PoolConfig.builder().build().toJson()).keys

    fun write(config: JdbcConfig): String {
        val hidden =
            SecretRedactor(
                config.url,
                config.confidential.properties(),
                config.username,
                config.confidential.password(),
            )
        val own = settings.filter { it.property.name != PASSWORD }
        return JsonObject(
                own.associate { it.property.name to it.write(config, hidden) } +
                    code.associate { it.name to JsonPrimitive(it.get(config)?.javaClass?.name) } +
                    parse(config.pool.toJson())
            )
            .toString()
    }

    fun read(json: String): JdbcConfig {
        val all = parse(json)
        val problems = mutableListOf<String>()
        val pool =
            try {
                PoolConfig.fromJson(JsonObject(all.filterKeys(::isOfPool)).toString())
            } catch (e: InvalidConfigException) {
                problems += e.problems
                PoolConfig.builder().build()
            }
        val builder = JdbcBuilder.of(pool.toBuilder())
        all.filterKeys { !isOfPool(it) }.mapNotNullTo(problems) { (name, value) -> readOne(name, value, builder) }
        problems += builder.problems()
        if (problems.isNotEmpty()) throw InvalidConfigException(pool.name, problems)
        return builder.build()
    }

    private fun isOfPool(name: String) = name in ofPool || FormerNames.now(name) in ofPool

    private fun readOne(name: String, value: JsonElement, into: JdbcSettings): String? {
        if (code.any { it.name == name }) {
            return if (value === JsonNull) null else "$name is $value but can be set in code only"
        }
        val setting = settings.find { it.property.name == name } ?: return unknown(name)
        return try {
            setting.read(value, into)
            null
        } catch (_: IllegalArgumentException) { // kotlinx.serialization's own exceptions are of this kind
            "$name is ${shown(name, value)} but must be ${setting.allowed}"
        }
    }

    /** What should be a text or an object, and is not, may hold a password somewhere. */
    private fun shown(name: String, value: JsonElement): String =
        if (Secrets.isNameOfSecret(name) || name == JdbcSettings::properties.name) Secrets.MASK
        else Secrets.mask(value.toString())

    private fun unknown(name: String): String =
        "$name is not a property; there are " + (settings.map { it.property.name } + ofPool).joinToString(", ")

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

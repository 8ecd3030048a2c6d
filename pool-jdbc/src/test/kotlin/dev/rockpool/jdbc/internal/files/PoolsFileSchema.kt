package dev.rockpool.jdbc.internal.files

import dev.rockpool.internal.config.Setting
import dev.rockpool.internal.config.SettingType
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** The JSON schema of configuration files, for editors. It knows the keys in snake_case. */
internal object PoolsFileSchema {
    private const val REFERENCE = """\$\{(env|file):.+\}"""
    private val settings: List<Setting<*, *, *>> = SettingKeys.settings().toList()

    @OptIn(ExperimentalSerializationApi::class)
    private val format = Json {
        prettyPrint = true
        prettyPrintIndent = "  "
    }

    fun text(): String = format.encodeToString(JsonElement.serializer(), schema()) + "\n"

    fun schema(): JsonObject =
        json(
            "\$schema" to "https://json-schema.org/draft/2020-12/schema",
            "title" to "Pools of Rockpool",
            "type" to "object",
            "additionalProperties" to false,
            "properties" to
                json(
                    "default_pool" to json("\$ref" to "#/\$defs/pool", "description" to "Settings for all pools."),
                    "pools" to
                        json(
                            "type" to "object",
                            "description" to "The pools by their names.",
                            "additionalProperties" to json("\$ref" to "#/\$defs/pool"),
                        ),
                    "budget" to
                        group(
                            "What all pools have together.",
                            mapOf("total" to whole("The most connections of all pools together.")),
                        ),
                ),
            "\$defs" to json("pool" to pool()),
        )

    private fun pool(): JsonObject {
        val own = sortedMapOf<String, JsonElement>()
        val wholes = settings.filter { setting -> settings.any { it.name.startsWith(setting.name + ".") } }
        for (setting in settings - wholes.toSet()) if (!setting.isPart) own += keys(setting)
        for (setting in wholes) {
            val parts = settings.filter { it.name.startsWith(setting.name + ".") && it.type.text != null }
            own[SettingKeys.snake(setting.name)] =
                if (parts.isEmpty()) value(setting)
                else group(setting.about.description, parts.flatMap { keys(it).entries }.associate { it.toPair() })
        }
        for ((alias, name) in SettingKeys.ALIASES) own[alias] = value(settings.single { it.name == name })
        for (name in listOf("health", "monitoring")) own[name] = group("Settings of $name.", grouped(name))
        own[SettingKeys.GUARANTEED] = whole(other(SettingKeys.GUARANTEED))
        own["security"] = security()
        return json("type" to types("object", "null"), "additionalProperties" to false, "properties" to JsonObject(own))
    }

    private fun security(): JsonObject {
        val authentication =
            grouped("security.authentication") +
                mapOf(
                    "timeout" to time(other(SettingKeys.LOGIN_TIMEOUT)),
                    "timeout_ms" to whole(other(SettingKeys.LOGIN_TIMEOUT)),
                )
        val tls =
            SettingKeys.OTHERS.keys
                .filter { it.startsWith("security.tls.") }
                .associate { it.substringAfterLast('.') to text(other(it)) }
        return group(
            "TLS and login.",
            mapOf("authentication" to group("The login.", authentication), "tls" to group("TLS.", tls)),
        )
    }

    private fun grouped(group: String): Map<String, JsonElement> =
        SettingKeys.GROUPS.getValue(group)
            .flatMap { name -> keys(settings.single { it.name == name }).entries }
            .associate { it.toPair() }

    private fun other(id: String) = SettingKeys.OTHERS.getValue(id)

    /** The last part of the key in snake_case, and the same in milliseconds for a time. */
    private fun keys(setting: Setting<*, *, *>): Map<String, JsonElement> {
        val key = SettingKeys.snake(setting.name).substringAfterLast('.')
        val one = mapOf(key to value(setting))
        return if (SettingKeys.isTime(setting)) one + (key + "_ms" to whole(setting.about.description)) else one
    }

    private fun value(setting: Setting<*, *, *>): JsonElement {
        val description = setting.about.description
        val value =
            when (setting.type) {
                SettingType.WHOLE -> whole(description)
                SettingType.DECIMAL -> oneOf(description, types("number"))
                SettingType.FLAG -> oneOf(description, types("boolean"))
                SettingType.TIME,
                SettingType.TIME_PART -> time(description)
                SettingType.TEXTS ->
                    json(
                        "description" to description,
                        "type" to types("string", "array"),
                        "items" to json("type" to "string"),
                    )
                SettingType.TEXT_MAP ->
                    json(
                        "description" to description,
                        "type" to "object",
                        "additionalProperties" to json("type" to types("string", "number", "boolean")),
                    )
                else -> json("description" to description, "type" to types("string", "integer"))
            }
        return if (setting.about.absent == null) value
        else json("anyOf" to JsonArray(listOf(value, json("type" to "null"))), "description" to description)
    }

    private fun text(description: String) = json("description" to description, "type" to "string")

    private fun time(description: String) = json("description" to description, "type" to types("string", "integer"))

    private fun whole(description: String) = oneOf(description, types("integer"))

    private fun oneOf(description: String, types: JsonArray) =
        json(
            "description" to description,
            "anyOf" to JsonArray(listOf(json("type" to types), json("type" to "string", "pattern" to REFERENCE))),
        )

    private fun group(description: String, properties: Map<String, JsonElement>) =
        json(
            "description" to description,
            "type" to types("object", "null"),
            "additionalProperties" to false,
            "properties" to JsonObject(properties.toSortedMap()),
        )

    private fun types(vararg names: String) = JsonArray(names.map(::JsonPrimitive))

    private fun json(vararg members: Pair<String, Any>) =
        JsonObject(
            members.associate { (name, value) ->
                name to
                    when (value) {
                        is JsonElement -> value
                        is Boolean -> JsonPrimitive(value)
                        else -> JsonPrimitive(value.toString())
                    }
            }
        )
}

/** Finds what a document breaks of a schema, as far as schemas here need it. */
internal class SchemaCheck(private val root: JsonObject) {
    fun problems(value: JsonElement, schema: JsonObject = root, path: String = "$"): List<String> {
        (schema["\$ref"] as? JsonPrimitive)?.let {
            return problems(value, find(it.content), path)
        }
        val ofAny = (schema["anyOf"] as? JsonArray).orEmpty().map { problems(value, it as JsonObject, path) }
        val any = if (ofAny.isEmpty() || ofAny.any { it.isEmpty() }) emptyList() else ofAny.first()
        return any + type(value, schema, path) + pattern(value, schema, path) + members(value, schema, path)
    }

    private fun find(reference: String): JsonObject =
        reference.removePrefix("#/").split("/").fold(root) { from, name -> from.getValue(name) as JsonObject }

    private fun type(value: JsonElement, schema: JsonObject, path: String): List<String> {
        val allowed =
            when (val type = schema["type"]) {
                null -> return emptyList()
                is JsonArray -> type.map { (it as JsonPrimitive).content }
                else -> listOf((type as JsonPrimitive).content)
            }
        return if (allowed.any { value.isOf(it) }) emptyList()
        else listOf("$path is $value but must be one of $allowed")
    }

    private fun JsonElement.isOf(type: String) =
        when (type) {
            "object" -> this is JsonObject
            "array" -> this is JsonArray
            "null" -> this is JsonNull
            else -> this is JsonPrimitive && this !is JsonNull && isOf(type)
        }

    private fun JsonPrimitive.isOf(type: String) =
        when (type) {
            "string" -> isString
            "boolean" -> !isString && content in setOf("true", "false")
            "integer" -> !isString && content.toLongOrNull() != null
            else -> !isString && content.toDoubleOrNull() != null
        }

    private fun pattern(value: JsonElement, schema: JsonObject, path: String): List<String> {
        val pattern = (schema["pattern"] as? JsonPrimitive)?.content ?: return emptyList()
        val fits = value !is JsonPrimitive || Regex(pattern).containsMatchIn(value.content)
        return if (fits) emptyList() else listOf("$path does not match $pattern")
    }

    private fun members(value: JsonElement, schema: JsonObject, path: String): List<String> {
        if (value !is JsonObject) return emptyList()
        val known = schema["properties"] as? JsonObject ?: JsonObject(emptyMap())
        return value.flatMap { (name, member) ->
            val others = schema["additionalProperties"]
            when {
                name in known -> problems(member, known.getValue(name) as JsonObject, "$path.$name")
                others is JsonObject -> problems(member, others, "$path.$name")
                others == null -> emptyList()
                else -> listOf("$path.$name is unknown")
            }
        }
    }
}

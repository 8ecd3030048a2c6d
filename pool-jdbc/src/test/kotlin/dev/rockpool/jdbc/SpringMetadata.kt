package dev.rockpool.jdbc

import dev.rockpool.internal.config.Setting
import kotlinx.serialization.ExperimentalSerializationApi
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** The metadata for editors of Spring's properties. */
internal object SpringMetadata {
    private const val PREFIX = "spring.datasource.rockpool"

    /** Properties that Spring's own `spring.datasource.*` has. */
    private val elsewhere = setOf("url", "username", "password", "driverClassName")

    @OptIn(ExperimentalSerializationApi::class)
    private val format = Json {
        prettyPrint = true
        prettyPrintIndent = "  "
    }

    fun text(settings: List<Setting<*, *, *>>): String {
        val given =
            settings.filter { it.name !in elsewhere && (it.type.text != null || it.type.javaName.endsWith('>')) }
        val group = json("name" to PREFIX, "description" to "The settings of a RockpoolDataSource.")
        val health =
            json(
                "name" to "management.health.rockpool.enabled",
                "type" to "java.lang.Boolean",
                "description" to "Whether the health of Rockpool's pools is shown.",
                "defaultValue" to true,
            )
        val all =
            json(
                "groups" to JsonArray(listOf(group)),
                "properties" to
                    JsonArray(given.map(::property) + given.mapNotNull(::former) + cluster() + health + monitor()),
                "hints" to JsonArray(given.mapNotNull(::hint)),
            )
        return format.encodeToString(JsonElement.serializer(), all) + "\n"
    }

    private fun cluster() =
        listOf(
            json(
                "name" to "$PREFIX.cluster.members",
                "type" to "java.util.List<java.lang.String>",
                "description" to
                    "The URL of each server of a cluster, a primary and its standbys. The data source is then a " +
                        "ClusterDataSource.",
            ),
            json(
                "name" to "$PREFIX.cluster.max-lag",
                "type" to "java.time.Duration",
                "description" to "How far a standby may be behind and still serve reads.",
                "defaultValue" to "5s",
            ),
            settingsOf("primary", "the primary"),
            settingsOf("standbys", "each standby"),
        )

    private fun settingsOf(role: String, whose: String) =
        json(
            "name" to "$PREFIX.cluster.$role",
            "type" to "java.util.Map<java.lang.String,java.lang.String>",
            "description" to "Settings of the pool of $whose, such as max-size, after those of all pools.",
        )

    private fun monitor() =
        listOf(
            json(
                "name" to "rockpool.monitor.enabled",
                "type" to "java.lang.Boolean",
                "description" to "Whether a monitor with alerts watches each of Rockpool's pools.",
                "defaultValue" to false,
            ),
            json(
                "name" to "rockpool.monitor.interval",
                "type" to "java.time.Duration",
                "description" to "How often the monitor looks at each pool.",
                "defaultValue" to "10s",
            ),
            json(
                "name" to "rockpool.monitor.retention",
                "type" to "java.time.Duration",
                "description" to "For how long the monitor keeps what it saw.",
                "defaultValue" to "1h",
            ),
        )

    private fun property(setting: Setting<*, *, *>) =
        json(
            "name" to "$PREFIX.${setting.kebab}",
            "type" to setting.type.javaName,
            "description" to description(setting),
            "defaultValue" to default(setting),
        )

    private fun description(setting: Setting<*, *, *>): String {
        val text = setting.about.description
        val absent = setting.about.absent?.takeIf { setting.defaultText() == null }
        return plain(if (absent == null) text else "$text Unless given: $absent.")
    }

    /** The names of settings as properties files write them. */
    private fun plain(text: String) =
        text
            .replace(Regex("`([a-z]\\w*)`")) { kebab(it.groupValues[1]) }
            .replace("`", "")
            .replace("maxSize", "max-size")

    private fun default(setting: Setting<*, *, *>): Any? =
        when (val value = setting.default) {
            is Boolean,
            is Number -> value
            else -> setting.defaultText()
        }

    private fun former(setting: Setting<*, *, *>): JsonObject? {
        val former = setting.formerKebab ?: return null
        return json(
            "name" to "$PREFIX.$former",
            "type" to setting.type.javaName,
            "description" to "The former name of ${setting.kebab}.",
            "deprecation" to
                json(
                    "level" to "warning",
                    "replacement" to "$PREFIX.${setting.kebab}",
                    "reason" to "The setting was renamed.",
                ),
        )
    }

    private fun hint(setting: Setting<*, *, *>): JsonObject? {
        val form = setting.type.text ?: return null
        val absent = form.absent?.takeIf { setting.about.absent != null }
        val values = (listOfNotNull(absent) + form.suggestions).map { json("value" to it) }
        if (values.isEmpty()) return null
        val any = JsonArray(listOf(json("name" to "any")))
        return json("name" to "$PREFIX.${setting.kebab}", "values" to JsonArray(values), "providers" to any)
    }

    private fun json(vararg members: Pair<String, Any?>) =
        JsonObject(members.filter { it.second != null }.associate { (name, value) -> name to element(value) })

    private fun element(value: Any?): JsonElement =
        when (value) {
            is JsonElement -> value
            is Boolean -> JsonPrimitive(value)
            is Number -> JsonPrimitive(value)
            else -> JsonPrimitive(value.toString())
        }
}

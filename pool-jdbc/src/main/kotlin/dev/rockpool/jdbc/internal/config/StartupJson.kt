package dev.rockpool.jdbc.internal.config

import dev.rockpool.jdbc.Startup
import kotlin.time.Duration
import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.builtins.serializer
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/** Writes and reads a [Startup] as JSON: its name, or an object with the time if it waits. */
internal object StartupJson : KSerializer<Startup> {
    const val ALLOWED = "\"background\", \"lazy\", \"fail-fast\", or an object such as {\"waitUpTo\":\"PT30S\"}"
    private const val WAIT = "waitUpTo"
    private val names = listOf(Startup.Background, Startup.Lazy, Startup.FailFast).associateBy { it.toString() }

    override val descriptor: SerialDescriptor = JsonElement.serializer().descriptor

    override fun serialize(encoder: Encoder, value: Startup) {
        val json =
            if (value is Startup.WaitUpTo)
                JsonObject(mapOf(WAIT to Json.encodeToJsonElement(Duration.serializer(), value.atMost)))
            else JsonPrimitive(value.toString())
        encoder.encodeSerializableValue(JsonElement.serializer(), json)
    }

    override fun deserialize(decoder: Decoder): Startup {
        val json = decoder.decodeSerializableValue(JsonElement.serializer())
        val read =
            when {
                json is JsonObject && json.keys == setOf(WAIT) ->
                    Startup.WaitUpTo(Json.decodeFromJsonElement(Duration.serializer(), json.getValue(WAIT)))
                json is JsonPrimitive && json.isString -> names[json.content]
                else -> null
            }
        return read ?: throw SerializationException("no way to start")
    }
}

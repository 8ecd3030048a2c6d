package dev.rockpool

import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

/**
 * Writes and reads a backoff as JSON. An object with `pause` is a fixed backoff, any other an exponential one. A custom
 * backoff is written as `{"custom":true}` and cannot be read back.
 */
internal object BackoffJson : KSerializer<Backoff> {
    const val ALLOWED =
        "an object with initial, factor, max and jitter, or with pause; a custom one cannot be read, only set"

    override val descriptor: SerialDescriptor = JsonElement.serializer().descriptor

    override fun serialize(encoder: Encoder, value: Backoff) {
        val json =
            when (value) {
                is Backoff.Fixed -> Json.encodeToJsonElement(Backoff.Fixed.serializer(), value)
                is Backoff.Exponential -> Json.encodeToJsonElement(Backoff.Exponential.serializer(), value)
                is Backoff.Custom -> JsonObject(mapOf("custom" to JsonPrimitive(true)))
            }
        encoder.encodeSerializableValue(JsonElement.serializer(), json)
    }

    override fun deserialize(decoder: Decoder): Backoff {
        val json = decoder.decodeSerializableValue(JsonElement.serializer())
        if (json !is JsonObject) throw SerializationException("not an object")
        val type = if ("pause" in json) Backoff.Fixed.serializer() else Backoff.Exponential.serializer()
        return Json.decodeFromJsonElement(type, json)
    }
}

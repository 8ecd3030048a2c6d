package dev.rockpool.internal.config

import kotlinx.serialization.KSerializer
import kotlinx.serialization.SerializationException
import kotlinx.serialization.builtins.serializer
import kotlinx.serialization.descriptors.SerialDescriptor
import kotlinx.serialization.encoding.Decoder
import kotlinx.serialization.encoding.Encoder

/** Writes an object as the name of its class, which cannot be read back. */
internal class ClassNameJson<T : Any> : KSerializer<T> {
    override val descriptor: SerialDescriptor = String.serializer().descriptor

    override fun serialize(encoder: Encoder, value: T) = encoder.encodeString(value.javaClass.name)

    override fun deserialize(decoder: Decoder): T = throw SerializationException("code cannot be read")
}

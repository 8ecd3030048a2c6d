package dev.rockpool

import kotlinx.serialization.SerializationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject

/** Writes and reads a configuration as JSON. Reading reports all problems together. */
internal object ConfigJson {
    private val table
        get() = PoolTable.table

    @JvmSynthetic fun write(config: PoolConfig): String = JsonObject(table.write(config)).toString()

    @JvmSynthetic
    fun builderOf(config: PoolConfig): PoolConfig.Builder =
        PoolConfig.builder().also { builder ->
            table.copy(config, builder)
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
        val unknown = json.keys.filterNot(table::knows).map { "$it is not a property; there are ${names()}" }
        val all = table.read(json, builder) + unknown + builder.problems()
        if (all.isNotEmpty()) throw InvalidConfigException(builder.name, all)
        return builder.build()
    }

    private fun names() = table.names.joinToString(", ")

    private fun unreadable(name: String, cause: SerializationException): InvalidConfigException =
        InvalidConfigException(name, listOf("the configuration is not JSON: ${cause.message?.lineSequence()?.first()}"))
}

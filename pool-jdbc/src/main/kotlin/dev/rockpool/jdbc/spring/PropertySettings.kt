package dev.rockpool.jdbc.spring

import dev.rockpool.internal.config.Setting
import dev.rockpool.internal.spi.SettingsOfPools
import dev.rockpool.jdbc.JdbcBuilder
import dev.rockpool.jdbc.internal.config.JdbcTable

/**
 * One setting that a property can give.
 *
 * @property name as in `application.properties`
 * @property formerName what it was called before; null when it always had this name
 * @property type of its values, for completion in an editor
 * @property read sets it from a text; says what would be allowed when that cannot be read
 */
internal class PropertySetting(
    val name: String,
    val formerName: String?,
    val type: String,
    val read: (JdbcBuilder<*>, String) -> String?,
)

/** Every setting that one text can give, by the name it has in `application.properties`. */
internal object PropertySettings {
    /** Those that Spring's own `spring.datasource.*` has. */
    private val elsewhere = setOf("url", "username", "password", "driver-class-name")

    val ALL: List<PropertySetting> =
        (SettingsOfPools.table.all.filter(::isText).map(::property) +
                JdbcTable.table.all.filter(::isText).map(::property))
            .filter { it.name !in elsewhere }

    private fun isText(setting: Setting<*, *, *>) = setting.type.text != null

    private fun property(setting: Setting<in JdbcBuilder<*>, *, *>) =
        PropertySetting(setting.kebab, setting.formerKebab, setting.type.javaName) { builder, text ->
            setting.readText(text, builder)
        }
}

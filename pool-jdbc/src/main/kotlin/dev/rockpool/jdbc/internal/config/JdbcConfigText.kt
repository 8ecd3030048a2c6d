package dev.rockpool.jdbc.internal.config

import dev.rockpool.internal.config.Secrecy
import dev.rockpool.internal.config.Setting
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.JdbcSettings
import dev.rockpool.jdbc.internal.errors.Secrets

/** Formats a JDBC configuration for logs: without passwords, and with only the number of properties and statements. */
internal object JdbcConfigText {
    fun shown(config: JdbcConfig): List<Pair<String, Any>> =
        JdbcTable.table.all
            .filter { it.about.secrecy != Secrecy.SECRET }
            .mapNotNull { setting -> shown(setting, config)?.let { setting.name to it } }

    private fun <T : Any> shown(setting: Setting<JdbcSettings, JdbcConfig, T>, config: JdbcConfig): Any? {
        if (setting.name == JdbcSettings::properties.name) return some(config.confidential.countProperties())
        val value = setting.of(config) ?: return null
        return when {
            setting.type.isCode -> value.javaClass.name
            value is Collection<*> -> some(value.size)
            value is String && setting.about.secrecy == Secrecy.MASKED -> Secrets.mask(value)
            else -> value
        }
    }

    private fun some(count: Int): Int? = count.takeIf { it > 0 }
}

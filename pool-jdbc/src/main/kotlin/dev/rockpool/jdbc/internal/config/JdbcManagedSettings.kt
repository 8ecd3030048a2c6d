package dev.rockpool.jdbc.internal.config

import dev.rockpool.internal.registry.ManagedSettings
import dev.rockpool.internal.spi.SettingsOfPools
import dev.rockpool.jdbc.JdbcConfig

/** The settings of a JDBC pool of a manager. Their differences show no secret, and no text that may contain one. */
internal class JdbcManagedSettings(private val config: JdbcConfig) : ManagedSettings {
    override val kind: String = "JDBC pool"

    override fun differences(existing: ManagedSettings): List<String> {
        val before = (existing as JdbcManagedSettings).config
        return JdbcTable.table.differences(before, config) +
            listOfNotNull("password differs".takeIf { before.hasOtherPassword() }) +
            listOfNotNull("secret properties differ".takeIf { before.hasOtherSecrets() }) +
            SettingsOfPools.table.differences(before.pool, config.pool)
    }

    private fun JdbcConfig.hasOtherPassword() = confidential.password() != config.confidential.password()

    private fun JdbcConfig.hasOtherSecrets() =
        confidential.secrets().properties() != config.confidential.secrets().properties()
}

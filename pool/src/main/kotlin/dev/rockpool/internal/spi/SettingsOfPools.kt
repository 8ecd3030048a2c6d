package dev.rockpool.internal.spi

import dev.rockpool.PoolConfig
import dev.rockpool.PoolSettings
import dev.rockpool.PoolTable
import dev.rockpool.internal.config.SettingTable

/** The settings of every pool, for modules that build on them. */
public object SettingsOfPools {
    public val table: SettingTable<PoolSettings, PoolConfig>
        get() = PoolTable.table
}

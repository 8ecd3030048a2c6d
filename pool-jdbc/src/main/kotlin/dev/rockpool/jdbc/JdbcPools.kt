@file:JvmName("JdbcPools")

package dev.rockpool.jdbc

import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolManager
import dev.rockpool.internal.registry.EnginePoolManager
import dev.rockpool.jdbc.internal.config.JdbcManagedSettings

/**
 * The JDBC pool of this name, created if there is none: `pools.jdbc("orders") { url = "jdbc:postgresql://..." }`.
 * Concurrent callers share one pool. A creation that fails ([JdbcSettings.startup]) leaves no entry.
 *
 * @throws InvalidConfigException with all problems of the settings; or if a pool of this name was created with other
 *   settings, with their names. Objects such as hooks are the same if their classes are
 * @throws IllegalStateException if the manager is closed
 */
@JvmSynthetic
public fun PoolManager.jdbc(name: String, settings: JdbcSettings.() -> Unit): JdbcPool =
    jdbc(
        JdbcConfig {
            this.name = name
            settings()
        }
    )

/** The same with the name and settings of a [JdbcConfig]. */
public fun PoolManager.jdbc(config: JdbcConfig): JdbcPool {
    val manager = own()
    val budgeted = manager.shareFor(config.pool)?.let { config.toBuilder().budget(it).build() } ?: config
    val settings = JdbcManagedSettings(budgeted)
    val member =
        manager.getOrCreate(config.pool.name, settings) { place ->
            // Pools of users live as long as the pool that they belong to.
            val kept = if (config.userPools) place.forEver() else place
            JdbcPool(budgeted, RockpoolDataSource(), false, kept).dataSource.asMember(settings)
        }
    return member.pool as JdbcPool
}

/** The same as a `javax.sql.DataSource`. */
public fun PoolManager.dataSource(config: JdbcConfig): RockpoolDataSource = jdbc(config).dataSource

/** The JDBC pool of this name. Null if there is none, or if it is a pool of another type. */
public fun PoolManager.findJdbc(name: String): JdbcPool? = own().find(name) as? JdbcPool

/** The data source of the JDBC pool of this name. Null if there is none, or if it is a pool of another type. */
public fun PoolManager.findDataSource(name: String): RockpoolDataSource? = findJdbc(name)?.dataSource

private fun PoolManager.own(): EnginePoolManager =
    this as? EnginePoolManager ?: throw IllegalArgumentException("not a pool manager of Rockpool: $this")

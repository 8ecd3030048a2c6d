@file:JvmName("JdbcPools")

package dev.rockpool.jdbc

import dev.rockpool.Balance
import dev.rockpool.ForJava
import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolManager
import dev.rockpool.internal.balance.BalancedPools
import dev.rockpool.internal.registry.EnginePoolManager
import dev.rockpool.jdbc.internal.config.JdbcManagedSettings
import java.util.Collections
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toKotlinDuration

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

/**
 * Uses several JDBC pools as one: `balanced("reads", listOf(a, b), Balance.RANDOM_OF_TWO)`. See [BalancedJdbcPool].
 *
 * @param name names it in messages and stats
 * @param members 1 to 64 pools, each only once
 * @param balance how it chooses the member for a call
 * @param weights how large a share of the calls each member gets, 1 to 1,000; empty for equal shares
 * @param acquireTimeout how long a caller waits by default, in whichever members; null means for ever
 * @param rampUp how long a member that returns gets less than its share, from a tenth upwards; zero for no such time
 * @throws InvalidConfigException naming everything that is wrong
 */
@JvmSynthetic
public fun balanced(
    name: String,
    members: List<JdbcPool>,
    balance: Balance = Balance.RANDOM_OF_TWO,
    weights: List<Int> = emptyList(),
    acquireTimeout: Duration? = 30.seconds,
    rampUp: Duration = 10.seconds,
): BalancedJdbcPool {
    val pools = members.map { it.dataSource.running().generic() }
    val generic = BalancedPools.create(name, pools, balance, weights, acquireTimeout, rampUp)
    return BalancedJdbcPool(Collections.unmodifiableList(members.toList()), generic)
}

/** The same for Java, with equal weights. Most Java code uses [BalancedDataSource.of]. */
@ForJava
@JvmName("balanced")
public fun balancedForJava(name: String, members: List<JdbcPool>, balance: Balance): BalancedJdbcPool =
    balanced(name, members, balance)

/** The same for Java, with all settings. */
@ForJava
@JvmName("balanced")
public fun balancedForJava(
    name: String,
    members: List<JdbcPool>,
    balance: Balance,
    weights: List<Int>,
    acquireTimeout: java.time.Duration?,
    rampUp: java.time.Duration,
): BalancedJdbcPool =
    balanced(name, members, balance, weights, acquireTimeout?.toKotlinDuration(), rampUp.toKotlinDuration())

private fun PoolManager.own(): EnginePoolManager =
    this as? EnginePoolManager ?: throw IllegalArgumentException("not a pool manager of Rockpool: $this")

package dev.rockpool.jdbc

import dev.rockpool.Backoff
import dev.rockpool.BlockingConnectionHooks
import dev.rockpool.BlockingPreparer
import dev.rockpool.Budget
import dev.rockpool.InvalidConfigException
import dev.rockpool.OverloadControl
import dev.rockpool.PoolConfig
import dev.rockpool.PoolSettings
import dev.rockpool.ReusePolicy
import dev.rockpool.jdbc.internal.config.JdbcConfigRules
import dev.rockpool.jdbc.internal.config.JdbcQuickCheck
import dev.rockpool.jdbc.internal.config.JdbcTable
import dev.rockpool.jdbc.internal.errors.Confidential
import dev.rockpool.jdbc.internal.vendor.Isolations
import java.sql.Connection
import java.time.Duration
import java.util.Collections
import java.util.TreeSet
import javax.sql.DataSource
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toKotlinDuration

/**
 * Collects the settings of a JDBC pool, through properties in Kotlin and functions in Java. Not thread-safe.
 *
 * The functions have the names of the properties, which [JdbcSettings] and [PoolSettings] describe. If null has no
 * meaning for a setting, such as a null from `System.getenv`, [build] reports it as a problem.
 *
 * @param T the result: a [JdbcConfig] or a [RockpoolDataSource]
 */
public class JdbcBuilder<T>
private constructor(private val pool: PoolConfig.Builder, private val finish: (JdbcConfig) -> T) :
    SessionStatements<T>(), JdbcSettings {
    private val settings: PoolSettings = pool
    private val nulls = TreeSet<String>()

    /** The password and secret properties of the configuration that this builder was created from. */
    private var kept = Confidential.NONE

    @get:JvmSynthetic @set:JvmSynthetic override var url: String? = null
    @get:JvmSynthetic @set:JvmSynthetic override var username: String? = null
    @get:JvmSynthetic
    @set:JvmSynthetic
    override var password: String? = null
        set(value) {
            field = value
            kept = kept.withoutPassword()
        }

    @get:JvmSynthetic @set:JvmSynthetic override var driverClassName: String? = null
    @get:JvmSynthetic @set:JvmSynthetic override var dataSource: DataSource? = null
    @get:JvmSynthetic @set:JvmSynthetic override var properties: Map<String, String> = Collections.emptyMap()
    @get:JvmSynthetic @set:JvmSynthetic override var autoCommit: Boolean? = null
    @get:JvmSynthetic @set:JvmSynthetic override var readOnly: Boolean? = null
    @get:JvmSynthetic @set:JvmSynthetic override var transactionIsolation: Int? = null
    @get:JvmSynthetic @set:JvmSynthetic override var catalog: String? = null
    @get:JvmSynthetic @set:JvmSynthetic override var schema: String? = null
    @get:JvmSynthetic @set:JvmSynthetic override var initSql: List<String> = Collections.emptyList()
    @get:JvmSynthetic @set:JvmSynthetic override var testQuery: String? = null
    @get:JvmSynthetic @set:JvmSynthetic override var cancelTimeout: kotlin.time.Duration = 5.seconds
    @get:JvmSynthetic @set:JvmSynthetic override var virtualThreads: Boolean = false
    @get:JvmSynthetic @set:JvmSynthetic override var queryTimeout: kotlin.time.Duration? = null
    @get:JvmSynthetic @set:JvmSynthetic override var statementCacheSize: Int = 0
    @get:JvmSynthetic @set:JvmSynthetic override var slowStatementThreshold: kotlin.time.Duration? = null
    @get:JvmSynthetic @set:JvmSynthetic override var slowStatementListener: SlowStatementListener? = null
    @get:JvmSynthetic @set:JvmSynthetic override var fatalErrors: FatalErrorRule? = null
    @get:JvmSynthetic @set:JvmSynthetic override var credentials: CredentialsSupplier? = null
    @get:JvmSynthetic @set:JvmSynthetic override var userPools: Boolean = false
    @get:JvmSynthetic @set:JvmSynthetic override var customizer: ConnectionCustomizer? = null
    @get:JvmSynthetic @set:JvmSynthetic override var resetSql: List<String> = Collections.emptyList()
    @get:JvmSynthetic @set:JvmSynthetic override var hooks: BlockingConnectionHooks<Connection>? = null
    @get:JvmSynthetic @set:JvmSynthetic override var preparer: BlockingPreparer<Connection>? = null
    @get:JvmSynthetic @set:JvmSynthetic override var startup: Startup = Startup.Background

    @get:JvmSynthetic @set:JvmSynthetic override var name: String by settings::name
    @get:JvmSynthetic @set:JvmSynthetic override var maxSize: Int by settings::maxSize
    @get:JvmSynthetic @set:JvmSynthetic override var minIdle: Int? by settings::minIdle
    @get:JvmSynthetic @set:JvmSynthetic override var acquireTimeout: kotlin.time.Duration? by settings::acquireTimeout
    @get:JvmSynthetic @set:JvmSynthetic override var connectTimeout: kotlin.time.Duration by settings::connectTimeout
    @get:JvmSynthetic @set:JvmSynthetic override var probeTimeout: kotlin.time.Duration by settings::probeTimeout
    @get:JvmSynthetic @set:JvmSynthetic override var resetTimeout: kotlin.time.Duration by settings::resetTimeout
    @get:JvmSynthetic @set:JvmSynthetic override var closeTimeout: kotlin.time.Duration by settings::closeTimeout
    @get:JvmSynthetic @set:JvmSynthetic override var trustWindow: kotlin.time.Duration? by settings::trustWindow
    @get:JvmSynthetic @set:JvmSynthetic override var probeOnReturn: Boolean by settings::probeOnReturn
    @get:JvmSynthetic @set:JvmSynthetic override var idleTimeout: kotlin.time.Duration? by settings::idleTimeout
    @get:JvmSynthetic @set:JvmSynthetic override var maxLifetime: kotlin.time.Duration? by settings::maxLifetime
    @get:JvmSynthetic
    @set:JvmSynthetic
    override var keepaliveInterval: kotlin.time.Duration? by settings::keepaliveInterval
    @get:JvmSynthetic @set:JvmSynthetic override var maxConcurrentOpens: Int by settings::maxConcurrentOpens
    @get:JvmSynthetic @set:JvmSynthetic override var maxPending: Int? by settings::maxPending
    @get:JvmSynthetic @set:JvmSynthetic override var backoff: Backoff by settings::backoff
    @get:JvmSynthetic @set:JvmSynthetic override var failFastAfter: kotlin.time.Duration? by settings::failFastAfter
    @get:JvmSynthetic @set:JvmSynthetic override var overload: OverloadControl? by settings::overload
    @get:JvmSynthetic @set:JvmSynthetic override var leakThreshold: kotlin.time.Duration? by settings::leakThreshold
    @get:JvmSynthetic @set:JvmSynthetic override var reclaimLeaks: Boolean by settings::reclaimLeaks
    @get:JvmSynthetic @set:JvmSynthetic override var leakStackTraces: Boolean by settings::leakStackTraces
    @get:JvmSynthetic
    @set:JvmSynthetic
    override var stuckCallTimeout: kotlin.time.Duration? by settings::stuckCallTimeout
    @get:JvmSynthetic @set:JvmSynthetic override var bargingWindow: kotlin.time.Duration by settings::bargingWindow
    @get:JvmSynthetic @set:JvmSynthetic override var reusePolicy: ReusePolicy by settings::reusePolicy
    @get:JvmSynthetic @set:JvmSynthetic override var budget: Budget.Share? by settings::budget
    @get:JvmSynthetic @set:JvmSynthetic override var statsInterval: kotlin.time.Duration by settings::statsInterval

    public fun url(value: String?): JdbcBuilder<T> = given("url", value) { url = it }

    public fun username(value: String?): JdbcBuilder<T> = given("username", value) { username = it }

    public fun password(value: String?): JdbcBuilder<T> = given("password", value) { password = it }

    public fun driverClassName(value: String?): JdbcBuilder<T> =
        given("driverClassName", value) { driverClassName = it }

    public fun dataSource(value: DataSource?): JdbcBuilder<T> = given("dataSource", value) { dataSource = it }

    /** Adds a property of the driver. */
    public fun property(name: String?, value: String?): JdbcBuilder<T> =
        given("properties.$name", value?.takeIf { name != null }) {
            properties = properties + (checkNotNull(name) to it)
        }

    public fun properties(value: Map<String, String>?): JdbcBuilder<T> = given("properties", value) { properties = it }

    public fun autoCommit(value: Boolean): JdbcBuilder<T> = apply { autoCommit = value }

    public fun readOnly(value: Boolean): JdbcBuilder<T> = apply { readOnly = value }

    public fun transactionIsolation(value: Int): JdbcBuilder<T> = apply { transactionIsolation = value }

    public fun catalog(value: String?): JdbcBuilder<T> = given("catalog", value) { catalog = it }

    public fun schema(value: String?): JdbcBuilder<T> = given("schema", value) { schema = it }

    @JvmSynthetic
    internal fun statements(property: String, value: List<String?>?): JdbcBuilder<T> =
        given(property, value?.takeIf { null !in it }?.filterNotNull()) {
            if (property == "initSql") initSql = it else resetSql = it
        }

    public fun testQuery(value: String?): JdbcBuilder<T> = given("testQuery", value) { testQuery = it }

    public fun cancelTimeout(value: Duration?): JdbcBuilder<T> =
        given("cancelTimeout", value) { cancelTimeout = it.toKotlinDuration() }

    public fun virtualThreads(value: Boolean): JdbcBuilder<T> = apply { virtualThreads = value }

    public fun queryTimeout(value: Duration?): JdbcBuilder<T> = apply { queryTimeout = value?.toKotlinDuration() }

    public fun statementCacheSize(value: Int): JdbcBuilder<T> = apply { statementCacheSize = value }

    public fun slowStatementThreshold(value: Duration?): JdbcBuilder<T> = apply {
        slowStatementThreshold = value?.toKotlinDuration()
    }

    public fun slowStatementListener(value: SlowStatementListener?): JdbcBuilder<T> = apply {
        slowStatementListener = value
    }

    public fun fatalErrors(value: FatalErrorRule?): JdbcBuilder<T> = given("fatalErrors", value) { fatalErrors = it }

    public fun credentials(value: CredentialsSupplier?): JdbcBuilder<T> =
        given("credentials", value) { credentials = it }

    public fun userPools(value: Boolean): JdbcBuilder<T> = apply { userPools = value }

    public fun customizer(value: ConnectionCustomizer?): JdbcBuilder<T> = given("customizer", value) { customizer = it }

    public fun hooks(value: BlockingConnectionHooks<Connection>?): JdbcBuilder<T> = given("hooks", value) { hooks = it }

    public fun preparer(value: BlockingPreparer<Connection>?): JdbcBuilder<T> =
        given("preparer", value) { preparer = it }

    public fun startup(value: Startup?): JdbcBuilder<T> = given("startup", value) { startup = it }

    public fun name(value: String?): JdbcBuilder<T> = apply { pool.name(value) }

    public fun maxSize(value: Int): JdbcBuilder<T> = apply { pool.maxSize(value) }

    public fun minIdle(value: Int?): JdbcBuilder<T> = apply { pool.minIdle(value) }

    public fun acquireTimeout(value: Duration?): JdbcBuilder<T> = apply { pool.acquireTimeout(value) }

    public fun connectTimeout(value: Duration?): JdbcBuilder<T> = apply { pool.connectTimeout(value) }

    public fun probeTimeout(value: Duration?): JdbcBuilder<T> = apply { pool.probeTimeout(value) }

    public fun resetTimeout(value: Duration?): JdbcBuilder<T> = apply { pool.resetTimeout(value) }

    public fun closeTimeout(value: Duration?): JdbcBuilder<T> = apply { pool.closeTimeout(value) }

    public fun trustWindow(value: Duration?): JdbcBuilder<T> = apply { pool.trustWindow(value) }

    public fun probeOnReturn(value: Boolean): JdbcBuilder<T> = apply { pool.probeOnReturn(value) }

    public fun idleTimeout(value: Duration?): JdbcBuilder<T> = apply { pool.idleTimeout(value) }

    public fun maxLifetime(value: Duration?): JdbcBuilder<T> = apply { pool.maxLifetime(value) }

    public fun keepaliveInterval(value: Duration?): JdbcBuilder<T> = apply { pool.keepaliveInterval(value) }

    public fun maxConcurrentOpens(value: Int): JdbcBuilder<T> = apply { pool.maxConcurrentOpens(value) }

    public fun maxPending(value: Int?): JdbcBuilder<T> = apply { pool.maxPending(value) }

    public fun backoff(value: Backoff?): JdbcBuilder<T> = apply { pool.backoff(value) }

    public fun failFastAfter(value: Duration?): JdbcBuilder<T> = apply { pool.failFastAfter(value) }

    public fun overload(value: OverloadControl?): JdbcBuilder<T> = apply { pool.overload(value) }

    public fun leakThreshold(value: Duration?): JdbcBuilder<T> = apply { pool.leakThreshold(value) }

    public fun reclaimLeaks(value: Boolean): JdbcBuilder<T> = apply { pool.reclaimLeaks(value) }

    public fun leakStackTraces(value: Boolean): JdbcBuilder<T> = apply { pool.leakStackTraces(value) }

    public fun stuckCallTimeout(value: Duration?): JdbcBuilder<T> = apply { pool.stuckCallTimeout(value) }

    public fun bargingWindow(value: Duration?): JdbcBuilder<T> = apply { pool.bargingWindow(value) }

    public fun reusePolicy(value: ReusePolicy?): JdbcBuilder<T> = apply { pool.reusePolicy(value) }

    public fun budget(value: Budget.Share?): JdbcBuilder<T> = apply { pool.budget(value) }

    public fun statsInterval(value: Duration?): JdbcBuilder<T> = apply { pool.statsInterval(value) }

    /**
     * The level by its name, such as `TRANSACTION_SERIALIZABLE` (with or without the prefix), or its number.
     *
     * @throws IllegalArgumentException if the name is unknown
     */
    public fun transactionIsolation(value: String?): JdbcBuilder<T> =
        given("transactionIsolation", value) {
            transactionIsolation =
                requireNotNull(Isolations.parse(it)) {
                    "transactionIsolation is '$it' but must be a name such as TRANSACTION_SERIALIZABLE, or a number"
                }
        }

    /**
     * All problems so far, one sentence each: the property, its value, and what is allowed. Empty if there are none.
     */
    public fun problems(): List<String> =
        if (isFine()) Collections.emptyList()
        else
            nulls.map { "$it is null; set it, or leave it out" } +
                pool.problems() +
                JdbcConfigRules.problems(this, kept.hasPassword()).filterNot {
                    it.startsWith("url is null") && ("url" in nulls || "dataSource" in nulls) // already reported
                }

    /** Whether there is certainly no problem. */
    private fun isFine() =
        nulls.isEmpty() && pool.problems().isEmpty() && JdbcQuickCheck.passesAll(this, kept.hasPassword())

    /**
     * Checks the settings and builds.
     *
     * @throws InvalidConfigException with all problems
     */
    public fun build(): T {
        val problems = problems()
        if (problems.isNotEmpty()) throw InvalidConfigException(name, problems)
        return finish(JdbcConfig.of(pool.build(), this, kept.with(password, properties)))
    }

    private inline fun <V : Any> given(property: String, value: V?, set: (V) -> Unit): JdbcBuilder<T> = apply {
        if (value == null) {
            nulls += property
        } else {
            nulls -= property
            set(value)
        }
    }

    internal companion object {
        @JvmSynthetic internal fun of(pool: PoolConfig.Builder): JdbcBuilder<JdbcConfig> = JdbcBuilder(pool) { it }

        @JvmSynthetic
        internal fun <T> of(finish: (JdbcConfig) -> T): JdbcBuilder<T> = JdbcBuilder(PoolConfig.builder(), finish)

        @JvmSynthetic
        internal fun of(config: JdbcConfig): JdbcBuilder<JdbcConfig> =
            of(config.pool.toBuilder()).apply {
                JdbcTable.table.copy(config, this)
                kept = config.confidential.secrets()
            }
    }
}

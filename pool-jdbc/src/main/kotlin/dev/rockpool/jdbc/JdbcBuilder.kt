package dev.rockpool.jdbc

import dev.rockpool.Backoff
import dev.rockpool.BlockingConnectionHooks
import dev.rockpool.InvalidConfigException
import dev.rockpool.OverloadControl
import dev.rockpool.PoolConfig
import dev.rockpool.PoolSettings
import dev.rockpool.ReusePolicy
import dev.rockpool.jdbc.internal.Isolations
import dev.rockpool.jdbc.internal.JdbcConfigRules
import java.sql.Connection
import java.time.Duration
import javax.sql.DataSource
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toKotlinDuration

/**
 * Collects the settings of a JDBC pool; from Kotlin by its properties, from Java by its functions. Not thread-safe.
 *
 * The functions are named as the properties, which [JdbcSettings] and [PoolSettings] describe.
 *
 * @param T what is built: a [JdbcConfig], or a [RockpoolDataSource]
 */
public class JdbcBuilder<T>
private constructor(private val pool: PoolConfig.Builder, private val finish: (JdbcConfig) -> T) :
    JdbcSettings, PoolSettings by pool {
    internal constructor(finish: (JdbcConfig) -> T) : this(PoolConfig.builder(), finish)

    override var url: String? = null
    override var username: String? = null
    override var password: String? = null
    override var driverClassName: String? = null
    override var dataSource: DataSource? = null
    override var properties: Map<String, String> = emptyMap()
    override var autoCommit: Boolean? = null
    override var readOnly: Boolean? = null
    override var transactionIsolation: Int? = null
    override var catalog: String? = null
    override var schema: String? = null
    override var initSql: List<String> = emptyList()
    override var testQuery: String? = null
    override var cancelTimeout: kotlin.time.Duration = 5.seconds
    override var virtualThreads: Boolean = false
    override var queryTimeout: kotlin.time.Duration? = null
    override var statementCacheSize: Int = 0
    override var slowStatementThreshold: kotlin.time.Duration? = null
    override var slowStatementListener: SlowStatementListener? = null
    override var fatalErrors: FatalErrorRule? = null
    override var credentials: CredentialsSupplier? = null
    override var customizer: ConnectionCustomizer? = null
    override var resetSql: List<String> = emptyList()
    override var hooks: BlockingConnectionHooks<Connection>? = null
    override var startup: Startup = Startup.Background

    public fun url(value: String): JdbcBuilder<T> = apply { url = value }

    public fun username(value: String): JdbcBuilder<T> = apply { username = value }

    public fun password(value: String): JdbcBuilder<T> = apply { password = value }

    public fun driverClassName(value: String): JdbcBuilder<T> = apply { driverClassName = value }

    public fun dataSource(value: DataSource): JdbcBuilder<T> = apply { dataSource = value }

    /** One more of the driver's properties. */
    public fun property(name: String, value: String): JdbcBuilder<T> = apply {
        properties = properties + (name to value)
    }

    public fun properties(value: Map<String, String>): JdbcBuilder<T> = apply { properties = value }

    public fun autoCommit(value: Boolean): JdbcBuilder<T> = apply { autoCommit = value }

    public fun readOnly(value: Boolean): JdbcBuilder<T> = apply { readOnly = value }

    public fun transactionIsolation(value: Int): JdbcBuilder<T> = apply { transactionIsolation = value }

    public fun catalog(value: String): JdbcBuilder<T> = apply { catalog = value }

    public fun schema(value: String): JdbcBuilder<T> = apply { schema = value }

    public fun initSql(vararg value: String): JdbcBuilder<T> = apply { initSql = value.toList() }

    public fun testQuery(value: String): JdbcBuilder<T> = apply { testQuery = value }

    public fun cancelTimeout(value: Duration): JdbcBuilder<T> = apply { cancelTimeout = value.toKotlinDuration() }

    public fun virtualThreads(value: Boolean): JdbcBuilder<T> = apply { virtualThreads = value }

    public fun queryTimeout(value: Duration?): JdbcBuilder<T> = apply { queryTimeout = value?.toKotlinDuration() }

    public fun statementCacheSize(value: Int): JdbcBuilder<T> = apply { statementCacheSize = value }

    public fun slowStatementThreshold(value: Duration?): JdbcBuilder<T> = apply {
        slowStatementThreshold = value?.toKotlinDuration()
    }

    public fun slowStatementListener(value: SlowStatementListener?): JdbcBuilder<T> = apply {
        slowStatementListener = value
    }

    public fun fatalErrors(value: FatalErrorRule): JdbcBuilder<T> = apply { fatalErrors = value }

    public fun credentials(value: CredentialsSupplier): JdbcBuilder<T> = apply { credentials = value }

    public fun customizer(value: ConnectionCustomizer): JdbcBuilder<T> = apply { customizer = value }

    public fun resetSql(vararg value: String): JdbcBuilder<T> = apply { resetSql = value.toList() }

    public fun hooks(value: BlockingConnectionHooks<Connection>): JdbcBuilder<T> = apply { hooks = value }

    public fun startup(value: Startup): JdbcBuilder<T> = apply { startup = value }

    public fun name(value: String): JdbcBuilder<T> = apply { pool.name(value) }

    public fun maxSize(value: Int): JdbcBuilder<T> = apply { pool.maxSize(value) }

    public fun minIdle(value: Int): JdbcBuilder<T> = apply { pool.minIdle(value) }

    public fun acquireTimeout(value: Duration?): JdbcBuilder<T> = apply { pool.acquireTimeout(value) }

    public fun connectTimeout(value: Duration): JdbcBuilder<T> = apply { pool.connectTimeout(value) }

    public fun probeTimeout(value: Duration): JdbcBuilder<T> = apply { pool.probeTimeout(value) }

    public fun resetTimeout(value: Duration): JdbcBuilder<T> = apply { pool.resetTimeout(value) }

    public fun closeTimeout(value: Duration): JdbcBuilder<T> = apply { pool.closeTimeout(value) }

    public fun trustWindow(value: Duration?): JdbcBuilder<T> = apply { pool.trustWindow(value) }

    public fun probeOnReturn(value: Boolean): JdbcBuilder<T> = apply { pool.probeOnReturn(value) }

    public fun idleTimeout(value: Duration?): JdbcBuilder<T> = apply { pool.idleTimeout(value) }

    public fun maxLifetime(value: Duration?): JdbcBuilder<T> = apply { pool.maxLifetime(value) }

    public fun keepaliveInterval(value: Duration?): JdbcBuilder<T> = apply { pool.keepaliveInterval(value) }

    public fun maxConcurrentOpens(value: Int): JdbcBuilder<T> = apply { pool.maxConcurrentOpens(value) }

    public fun maxPending(value: Int?): JdbcBuilder<T> = apply { pool.maxPending(value) }

    public fun backoff(value: Backoff): JdbcBuilder<T> = apply { pool.backoff(value) }

    public fun failFastAfter(value: Duration?): JdbcBuilder<T> = apply { pool.failFastAfter(value) }

    public fun overload(value: OverloadControl?): JdbcBuilder<T> = apply { pool.overload(value) }

    public fun leakThreshold(value: Duration?): JdbcBuilder<T> = apply { pool.leakThreshold(value) }

    public fun leakStackTraces(value: Boolean): JdbcBuilder<T> = apply { pool.leakStackTraces(value) }

    public fun silenceLimit(value: Duration?): JdbcBuilder<T> = apply { pool.silenceLimit(value) }

    public fun patience(value: Duration): JdbcBuilder<T> = apply { pool.patience(value) }

    public fun reusePolicy(value: ReusePolicy): JdbcBuilder<T> = apply { pool.reusePolicy(value) }

    public fun statsInterval(value: Duration): JdbcBuilder<T> = apply { pool.statsInterval(value) }

    /**
     * The level by its name, such as `TRANSACTION_SERIALIZABLE` (with or without the prefix), or its number.
     *
     * @throws IllegalArgumentException for a name that is not known
     */
    public fun transactionIsolation(value: String): JdbcBuilder<T> = apply {
        transactionIsolation =
            requireNotNull(Isolations.parse(value)) {
                "transactionIsolation is '$value' but must be a name such as TRANSACTION_SERIALIZABLE, or a number"
            }
    }

    /** What is wrong so far, one sentence each: the property, its value, what is allowed. Empty when nothing is. */
    public fun problems(): List<String> = pool.problems() + JdbcConfigRules.problems(this)

    /**
     * Checks the settings and builds.
     *
     * @throws InvalidConfigException naming everything that is wrong
     */
    public fun build(): T {
        val problems = problems()
        if (problems.isNotEmpty()) throw InvalidConfigException(name, problems)
        return finish(JdbcConfig(pool.build(), this))
    }

    internal companion object {
        fun of(pool: PoolConfig.Builder): JdbcBuilder<JdbcConfig> = JdbcBuilder(pool) { it }

        @JvmStatic
        fun <T> of(finish: java.util.function.Function<JdbcConfig, T>): JdbcBuilder<T> = JdbcBuilder(finish::apply)
    }
}

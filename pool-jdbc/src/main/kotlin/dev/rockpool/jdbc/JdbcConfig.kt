package dev.rockpool.jdbc

import dev.rockpool.BlockingConnectionHooks
import dev.rockpool.BlockingPreparer
import dev.rockpool.ForJava
import dev.rockpool.InvalidConfigException
import dev.rockpool.PoolConfig
import dev.rockpool.jdbc.internal.config.JdbcConfigJson
import dev.rockpool.jdbc.internal.config.JdbcConfigText
import dev.rockpool.jdbc.internal.errors.Confidential
import java.sql.Connection
import java.util.Collections
import javax.sql.DataSource
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * The checked settings of a JDBC pool. Immutable; each property is described at [JdbcSettings].
 *
 * Kotlin: `JdbcConfig { url = "jdbc:..." }`. Java: `JdbcConfig.builder().url("jdbc:...").build()`. JSON: [toJson] and
 * [fromJson], durations in ISO-8601.
 *
 * @property pool the settings that every pool has
 */
public class JdbcConfig
private constructor(
    public val pool: PoolConfig,
    settings: JdbcSettings,
    @get:JvmSynthetic internal val confidential: Confidential,
) {
    public val url: String? = settings.url
    public val username: String? = settings.username
    public val driverClassName: String? = settings.driverClassName
    public val dataSource: DataSource? = settings.dataSource
    public val autoCommit: Boolean? = settings.autoCommit
    public val readOnly: Boolean? = settings.readOnly
    public val transactionIsolation: Int? = settings.transactionIsolation
    public val catalog: String? = settings.catalog
    public val schema: String? = settings.schema
    public val initSql: List<String> = Collections.unmodifiableList(ArrayList(settings.initSql))
    public val testQuery: String? = settings.testQuery
    @get:JvmSynthetic public val cancelTimeout: Duration = settings.cancelTimeout
    public val virtualThreads: Boolean = settings.virtualThreads
    @get:JvmSynthetic public val queryTimeout: Duration? = settings.queryTimeout
    public val statementCacheSize: Int = settings.statementCacheSize
    @get:JvmSynthetic public val slowStatementThreshold: Duration? = settings.slowStatementThreshold
    public val slowStatementListener: SlowStatementListener? = settings.slowStatementListener
    public val fatalErrors: FatalErrorRule? = settings.fatalErrors
    public val credentials: CredentialsSupplier? = settings.credentials
    public val userPools: Boolean = settings.userPools
    public val customizer: ConnectionCustomizer? = settings.customizer
    public val resetSql: List<String> = Collections.unmodifiableList(ArrayList(settings.resetSql))
    public val hooks: BlockingConnectionHooks<Connection>? = settings.hooks
    public val preparer: BlockingPreparer<Connection>? = settings.preparer
    public val startup: Startup = settings.startup

    /** [JdbcSettings.cancelTimeout] for Java. */
    @ForJava
    @JvmName("getCancelTimeout")
    public fun cancelTimeoutForJava(): java.time.Duration = cancelTimeout.toJavaDuration()

    /** [JdbcSettings.queryTimeout] for Java. */
    @ForJava
    @JvmName("getQueryTimeout")
    public fun queryTimeoutForJava(): java.time.Duration? = queryTimeout?.toJavaDuration()

    /** [JdbcSettings.slowStatementThreshold] for Java. */
    @ForJava
    @JvmName("getSlowStatementThreshold")
    public fun slowStatementThresholdForJava(): java.time.Duration? = slowStatementThreshold?.toJavaDuration()

    /**
     * A builder with these settings, including the password, which cannot be read from it. Secret
     * [properties][JdbcSettings.properties] are kept, too, unless replaced one by one.
     */
    public fun toBuilder(): JdbcBuilder<JdbcConfig> = JdbcBuilder.of(this)

    /**
     * All settings as one JSON object, including those of the pool. It contains no password, neither that of [username]
     * nor one in the [url] or the properties. Code, such as a [dataSource], appears only by name and cannot be read
     * back.
     */
    public fun toJson(): String = JdbcConfigJson.write(this)

    /** All settings without secrets: no password, and only the number of [JdbcSettings.properties] and [initSql]. */
    override fun toString(): String =
        (JdbcConfigText.shown(this) + ("pool" to pool)).joinToString(", ", "JdbcConfig(", ")") { (name, value) ->
            "$name=$value"
        }

    public companion object {
        @JvmSynthetic
        internal fun of(pool: PoolConfig, settings: JdbcSettings, confidential: Confidential): JdbcConfig =
            JdbcConfig(pool, settings, confidential)

        /**
         * Reads the output of [toJson], or a part of it, and a `password`. Missing settings get their default.
         *
         * @throws InvalidConfigException with every unknown property, unreadable value and value that is not allowed
         */
        @JvmStatic public fun fromJson(json: String): JdbcConfig = JdbcConfigJson.read(json)

        /** For Java. [JdbcBuilder.build] returns the checked settings. */
        @JvmStatic public fun builder(): JdbcBuilder<JdbcConfig> = JdbcBuilder.of(PoolConfig.builder())

        /**
         * Creates the defaults changed by [settings].
         *
         * @throws InvalidConfigException with all problems
         */
        @JvmSynthetic
        public operator fun invoke(settings: JdbcSettings.() -> Unit): JdbcConfig = builder().apply(settings).build()
    }
}

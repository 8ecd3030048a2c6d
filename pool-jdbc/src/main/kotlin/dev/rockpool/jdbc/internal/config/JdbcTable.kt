package dev.rockpool.jdbc.internal.config

import dev.rockpool.internal.config.About
import dev.rockpool.internal.config.Rule
import dev.rockpool.internal.config.Rule.Companion.NOT_BLANK
import dev.rockpool.internal.config.Rule.Companion.POSITIVE
import dev.rockpool.internal.config.Rule.Companion.rule
import dev.rockpool.internal.config.Secrecy.MASKED
import dev.rockpool.internal.config.Secrecy.SECRET
import dev.rockpool.internal.config.SettingTable
import dev.rockpool.internal.config.SettingType.Companion.FLAG
import dev.rockpool.internal.config.SettingType.Companion.TEXT
import dev.rockpool.internal.config.SettingType.Companion.TEXTS
import dev.rockpool.internal.config.SettingType.Companion.TEXT_MAP
import dev.rockpool.internal.config.SettingType.Companion.TIME
import dev.rockpool.internal.config.SettingType.Companion.TIME_CHECKED
import dev.rockpool.internal.config.SettingType.Companion.WHOLE
import dev.rockpool.internal.config.SettingType.Companion.code
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.JdbcSettings
import dev.rockpool.jdbc.Startup
import dev.rockpool.jdbc.internal.dispatch.VirtualThreads
import kotlin.time.Duration.Companion.seconds

/** The settings of JDBC. After a change, run `SettingsTableLaws` with `-Dsettings.update=true`. */
internal object JdbcTable {
    private const val NEVER = "never"
    private const val NONE = "none"
    private const val DRIVER = "the driver's"

    val table: SettingTable<JdbcSettings, JdbcConfig> =
        SettingTable.of {
            optional(
                JdbcSettings::url,
                JdbcConfig::url,
                TEXT,
                null,
                About(
                    "The JDBC URL of the database. Needed unless `dataSource` is given.",
                    absent = NONE,
                    secrecy = MASKED,
                ),
            )
            optional(
                JdbcSettings::username,
                JdbcConfig::username,
                TEXT,
                null,
                About("Whom to log in as.", absent = DRIVER),
                NOT_BLANK,
            )
            optional(
                JdbcSettings::password,
                { null },
                TEXT,
                null,
                About("The password of `username`. It is read and never written.", absent = NONE, secrecy = SECRET),
            )
            optional(
                JdbcSettings::driverClassName,
                JdbcConfig::driverClassName,
                TEXT,
                null,
                About("The class of a driver that does not register itself.", absent = "found by the URL"),
            )
            optional(
                JdbcSettings::dataSource,
                JdbcConfig::dataSource,
                code("javax.sql.DataSource"),
                null,
                About("Opens the connections instead of a driver.", absent = NONE),
            )
            setting(
                JdbcSettings::properties,
                { it.confidential.openProperties() },
                TEXT_MAP,
                emptyMap(),
                About("More properties for the driver, by the driver's own names.", secrecy = MASKED),
            )
            optional(
                JdbcSettings::credentials,
                JdbcConfig::credentials,
                code("dev.rockpool.jdbc.CredentialsSupplier"),
                null,
                About("Supplies user and password, together, for each new connection.", absent = NONE),
            )
            setting(
                JdbcSettings::userPools,
                JdbcConfig::userPools,
                FLAG,
                false,
                About("Whether `getConnection(user, password)` works for other users, with a pool for each."),
            )
            optional(
                JdbcSettings::autoCommit,
                JdbcConfig::autoCommit,
                FLAG,
                null,
                About("Whether a connection is lent in autoCommit mode.", absent = DRIVER),
            )
            optional(
                JdbcSettings::readOnly,
                JdbcConfig::readOnly,
                FLAG,
                null,
                About("Whether a connection is lent read-only.", absent = DRIVER),
            )
            optional(
                JdbcSettings::transactionIsolation,
                JdbcConfig::transactionIsolation,
                JdbcTypes.ISOLATION,
                null,
                About("The isolation level of connections, such as `TRANSACTION_SERIALIZABLE`.", absent = DRIVER),
                rule(JdbcTypes.STANDARD_LEVELS, JdbcTypes::isLevel),
            )
            optional(
                JdbcSettings::catalog,
                JdbcConfig::catalog,
                TEXT,
                null,
                About("The catalog that a connection is lent with.", absent = DRIVER),
                NOT_BLANK,
            )
            optional(
                JdbcSettings::schema,
                JdbcConfig::schema,
                TEXT,
                null,
                About("The schema that a connection is lent with.", absent = DRIVER),
                NOT_BLANK,
            )
            setting(
                JdbcSettings::initSql,
                JdbcConfig::initSql,
                TEXTS,
                emptyList(),
                About("Statements that run once on each new connection: one, or a list.", secrecy = MASKED),
            )
            optional(
                JdbcSettings::testQuery,
                JdbcConfig::testQuery,
                TEXT,
                null,
                About(
                    "A query that proves a connection alive, for drivers without `Connection.isValid`.",
                    absent = "asks isValid",
                    secrecy = MASKED,
                ),
                NOT_BLANK,
            )
            setting(
                JdbcSettings::resetSql,
                JdbcConfig::resetSql,
                TEXTS,
                emptyList(),
                About(
                    "Statements for a returned connection on which something ran, such as `DISCARD ALL`. " +
                        "The connection is set up again after them.",
                    secrecy = MASKED,
                ),
            )
            setting(
                JdbcSettings::cancelTimeout,
                JdbcConfig::cancelTimeout,
                TIME,
                5.seconds,
                About("How long a cancelled statement may take to end. Then its connection is aborted."),
                POSITIVE,
            )
            optional(
                JdbcSettings::queryTimeout,
                JdbcConfig::queryTimeout,
                TIME,
                null,
                About("How long a statement may run, unless its user says otherwise.", absent = NEVER),
                POSITIVE,
            )
            setting(
                JdbcSettings::statementCacheSize,
                JdbcConfig::statementCacheSize,
                WHOLE,
                0,
                About("Prepared statements that each connection keeps. Most drivers keep them themselves."),
                rule("must be at least 1, or 0 for no cache") { it >= 0 },
            )
            optional(
                JdbcSettings::slowStatementThreshold,
                JdbcConfig::slowStatementThreshold,
                TIME,
                null,
                About("Statements that take longer are reported with their SQL, without parameters.", absent = NEVER),
                POSITIVE,
            )
            optional(
                JdbcSettings::slowStatementListener,
                JdbcConfig::slowStatementListener,
                code("dev.rockpool.jdbc.SlowStatementListener"),
                null,
                About("Receives those reports.", absent = "the log"),
            )
            setting(
                JdbcSettings::virtualThreads,
                JdbcConfig::virtualThreads,
                FLAG,
                false,
                About("Runs blocks of coroutines on virtual threads (JDK 21 and newer)."),
                Rule({ JdbcTypes.NO_VIRTUAL_THREADS }, { _, value -> !value || VirtualThreads.areThere }),
            )
            optional(
                JdbcSettings::customizer,
                JdbcConfig::customizer,
                code("dev.rockpool.jdbc.ConnectionCustomizer"),
                null,
                About("Called with each new connection, after `initSql`.", absent = NONE),
            )
            optional(
                JdbcSettings::hooks,
                JdbcConfig::hooks,
                code("dev.rockpool.BlockingConnectionHooks"),
                null,
                About(
                    "Called with the driver's connection when it is opened, before it is lent, and when it is returned.",
                    absent = NONE,
                ),
            )
            optional(
                JdbcSettings::preparer,
                JdbcConfig::preparer,
                code("dev.rockpool.BlockingPreparer"),
                null,
                About("Prepares connections for a [tag](tags-and-quotas.md), such as a tenant.", absent = NONE),
            )
            optional(
                JdbcSettings::fatalErrors,
                JdbcConfig::fatalErrors,
                code("dev.rockpool.jdbc.FatalErrorRule"),
                null,
                About(
                    "Which errors mean that a connection is lost: adds to the list, or vetoes.",
                    absent = "the vendor's list",
                ),
            )
            setting(
                JdbcSettings::startup,
                JdbcConfig::startup,
                JdbcTypes.STARTUP,
                Startup.Background,
                About("When to connect first: `background`, `lazy`, `fail-fast`, or how long to wait for a connection."),
            )
            part(
                "startup.waitUpTo",
                { (it.startup as? Startup.WaitUpTo)?.atMost },
                { all, value -> all.startup = Startup.WaitUpTo(value) },
                TIME_CHECKED,
                null,
                About("How long creating the pool keeps trying."),
                POSITIVE,
            )
        }
}

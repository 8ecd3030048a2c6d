package dev.rockpool.jdbc.internal.config

import dev.rockpool.jdbc.JdbcSettings
import dev.rockpool.jdbc.Startup
import dev.rockpool.jdbc.internal.connect.Drivers
import dev.rockpool.jdbc.internal.sqlite.SqliteUrl
import java.sql.SQLException
import kotlin.time.Duration

/** Whether settings certainly keep all rules. Then a cold start need not load what makes the messages. */
internal object JdbcQuickCheck {
    /** Whether they keep the rules of [JdbcTable] and of [JdbcConfigRules]. */
    fun passesAll(s: JdbcSettings, keepsPassword: Boolean): Boolean =
        isAccepted(s.url, s.driverClassName) &&
            !s.userPools &&
            s.dataSource == null &&
            (s.credentials == null || s.username == null && s.password == null && !keepsPassword) &&
            s.initSql.isEmpty() &&
            s.resetSql.isEmpty() &&
            hasNoNull(s.properties) &&
            SqliteUrl.of(s.url, s.properties) == null &&
            passes(s)

    private fun isAccepted(url: String?, className: String?): Boolean =
        try {
            url != null && Drivers.find(url, className).acceptsURL(url)
        } catch (_: SQLException) {
            false
        }

    /** Java code can pass null where Kotlin allows none. */
    private fun hasNoNull(properties: Map<out String?, String?>): Boolean {
        for ((name, value) in properties) if (name == null || value == null) return false
        return true
    }

    /** Whether they keep the rules of [JdbcTable]. */
    fun passes(s: JdbcSettings): Boolean =
        textsAreFine(s) &&
            timesArePositive(s) &&
            s.statementCacheSize >= 0 &&
            s.transactionIsolation == null &&
            !s.virtualThreads &&
            s.startup !is Startup.WaitUpTo

    private fun textsAreFine(s: JdbcSettings) =
        isFine(s.username) && isFine(s.catalog) && isFine(s.schema) && isFine(s.testQuery)

    private fun timesArePositive(s: JdbcSettings) =
        positive(s.cancelTimeout) && positive(s.queryTimeout) && positive(s.slowStatementThreshold)

    private fun isFine(text: String?): Boolean {
        if (text == null) return true
        for (c in text) if (c in '!'..'~') return true // isNotBlank would load Kotlin's texts, 200 kB
        return false
    }

    private fun positive(time: Duration?) = time == null || time.isPositive() && time.isFinite()
}

package dev.rockpool.jdbc.internal.config

import dev.rockpool.jdbc.JdbcSettings
import dev.rockpool.jdbc.Startup
import kotlin.time.Duration

/** Whether settings certainly keep all rules of [JdbcTable]. Then a cold start need not load the table. */
internal object JdbcQuickCheck {
    fun passes(s: JdbcSettings): Boolean =
        textsAreFine(s) &&
            timesArePositive(s) &&
            s.statementCacheSize >= 0 &&
            s.transactionIsolation == null &&
            !s.virtualThreads &&
            s.startup !is Startup.WaitUpTo

    private fun textsAreFine(s: JdbcSettings) =
        notBlank(s.username) && notBlank(s.catalog) && notBlank(s.schema) && notBlank(s.testQuery)

    private fun timesArePositive(s: JdbcSettings) =
        positive(s.cancelTimeout) && positive(s.queryTimeout) && positive(s.slowStatementThreshold)

    private fun notBlank(text: String?) = text == null || text.isNotBlank()

    private fun positive(time: Duration?) = time == null || time.isPositive() && time.isFinite()
}

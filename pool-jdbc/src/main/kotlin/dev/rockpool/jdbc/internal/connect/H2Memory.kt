package dev.rockpool.jdbc.internal.connect

import dev.rockpool.internal.base.logWarn
import dev.rockpool.jdbc.JdbcConfig
import java.util.Locale

/**
 * An in-memory H2 database ends with its last connection, and a pool closes connections that are old or not needed. The
 * pool could keep one open for itself, but then data would live longer than its user expects. So it only logs a
 * warning.
 */
internal object H2Memory {
    private const val DELAY = "DB_CLOSE_DELAY"

    /** The warning for this pool; null if its data is safe. */
    fun warning(config: JdbcConfig): String? {
        val url = config.url?.uppercase(Locale.ROOT) ?: return null
        if (!url.startsWith("JDBC:H2:MEM:")) return null
        val name = url.removePrefix("JDBC:H2:MEM:").substringBefore(';')
        return when {
            name.isEmpty() ->
                "each connection has a database of its own, because the url names none; write jdbc:h2:mem:<name>;$DELAY=-1"
            keeps(config, url) -> null
            else -> "the database in memory loses its data with its last connection; add ;$DELAY=-1 to the url"
        }
    }

    private fun keeps(config: JdbcConfig, url: String) =
        DELAY in url ||
            config.confidential.properties().keys.any { it.equals(DELAY, ignoreCase = true) } ||
            config.initSql.any { DELAY in it.uppercase(Locale.ROOT) }

    fun warn(config: JdbcConfig) {
        warning(config)?.let { logWarn { "pool '${config.pool.name}': $it" } }
    }
}

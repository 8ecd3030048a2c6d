package dev.rockpool.jdbc.internal.sqlite

import dev.rockpool.jdbc.JdbcConfig
import java.util.Locale

/** A URL of the SQLite driver, with the properties that go with it; those in the URL hold. */
internal class SqliteUrl private constructor(private val url: String, properties: Map<String, String>) {
    private val file = url.substring(SCHEME.length).substringBefore('?')
    private val parameters = url.substringAfter('?', "").split('&').filter(String::isNotEmpty)
    private val all = properties + parameters.associate { it.substringBefore('=') to it.substringAfter('=', "") }

    /** The database lives in memory. */
    val isMemory: Boolean =
        file.isEmpty() || file == ":memory:" || file.startsWith("file::memory:") || all["mode"] == "memory"

    /** The database is that of one connection, and ends with it. */
    val isPrivate: Boolean = isMemory && (all["cache"] != "shared" || !file.startsWith("file:"))

    /** The database lives in memory as long as any connection to it. */
    val isShared: Boolean = isMemory && !isPrivate

    /** Nothing can be written through it: it is opened so, or is a part of a jar. */
    val isReadOnly: Boolean =
        file.startsWith(":resource:") ||
            all["mode"] == "ro" ||
            all["immutable"] == "1" ||
            ((all["open_mode"]?.toIntOrNull() ?: 0) and OPEN_READ_ONLY) != 0

    /** How transactions that may write begin, as it was asked for; IMMEDIATE unless it was. */
    val transactionMode: String = all[TRANSACTION_MODE]?.uppercase(Locale.ROOT) ?: IMMEDIATE

    /** The URL for the driver: without what the pool does itself. */
    val forDriver: String =
        parameters
            .filter { it.substringBefore('=') !in ours }
            .joinToString("&")
            .let { if (it.isEmpty()) url.substringBefore('?') else url.substringBefore('?') + "?" + it }

    /** The properties for the driver: without what the pool does itself, and with what it sets if nobody else did. */
    val propertiesForDriver: Map<String, String> = defaults() + properties.filterKeys { it !in ours }

    private fun defaults() = buildMap {
        if (BUSY_TIMEOUT !in all) put(BUSY_TIMEOUT, BUSY_MILLIS)
        if (JOURNAL_MODE !in all && !isMemory && !isReadOnly) put(JOURNAL_MODE, "WAL")
    }

    companion object {
        const val TRANSACTION_MODE = "transaction_mode"
        const val DEFERRED = "DEFERRED"
        private const val IMMEDIATE = "IMMEDIATE"
        private const val OPEN_READ_ONLY = 1
        private const val SCHEME = "jdbc:sqlite:"
        private const val BUSY_TIMEOUT = "busy_timeout"
        private const val JOURNAL_MODE = "journal_mode"

        /** Long enough for what another process writes at once, and shorter than callers are patient. */
        private const val BUSY_MILLIS = "5000"
        private val ours = setOf(TRANSACTION_MODE, "jdbc.explicit_readonly")

        val modes: List<String> = listOf(DEFERRED, IMMEDIATE, "EXCLUSIVE")

        fun of(config: JdbcConfig): SqliteUrl? = of(config.url, config.confidential.properties())

        /** Null when the URL is none of SQLite. */
        fun of(url: String?, properties: Map<String, String>): SqliteUrl? =
            if (url?.startsWith(SCHEME, ignoreCase = true) == true) SqliteUrl(url, properties) else null
    }
}

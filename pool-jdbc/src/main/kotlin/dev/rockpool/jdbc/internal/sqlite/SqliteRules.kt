package dev.rockpool.jdbc.internal.sqlite

import dev.rockpool.jdbc.JdbcSettings
import dev.rockpool.jdbc.internal.errors.Secrets

/** What is allowed if the database is SQLite. */
internal object SqliteRules {
    fun problems(s: JdbcSettings): List<String> {
        val url = SqliteUrl.of(s.url, s.properties) ?: return emptyList()
        return listOfNotNull(mode(url), memory(s, url))
    }

    private fun mode(url: SqliteUrl): String? =
        if (url.transactionMode in SqliteUrl.modes) null
        else "transaction_mode is '${url.transactionMode}' but must be one of ${SqliteUrl.modes.joinToString(", ")}"

    /** It would be another database on each connection, and end with the first one that is retired. */
    private fun memory(s: JdbcSettings, url: SqliteUrl): String? {
        if (!url.isPrivate || keepsOne(s)) return null
        return "url is '${Secrets.mask(checkNotNull(s.url))}', a database in the memory of one connection, but must be " +
            "one that all connections share: jdbc:sqlite:file:NAME?mode=memory&cache=shared; unless maxSize is 1 and " +
            "that connection is kept for good (maxLifetime null, minIdle 1)"
    }

    private fun keepsOne(s: JdbcSettings) =
        s.maxSize == 1 && s.maxLifetime == null && (s.idleTimeout == null || s.minIdle != 0)
}

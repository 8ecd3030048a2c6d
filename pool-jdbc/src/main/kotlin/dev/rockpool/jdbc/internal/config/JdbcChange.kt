package dev.rockpool.jdbc.internal.config

import dev.rockpool.internal.config.Setting
import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.JdbcSettings
import dev.rockpool.jdbc.internal.sqlite.SqliteUrl

/** How the settings of a running JDBC pool are to change. */
internal class JdbcChange(private val before: JdbcConfig, private val now: JdbcConfig) {
    private val changed: Set<String> =
        JdbcTable.table.all
            .filter { !it.isPart && it.differs() }
            .mapTo(sortedSetOf()) { it.name }
            .also { if (before.confidential.properties() != now.confidential.properties()) it += PROPERTIES }

    private val changesPassword = before.confidential.password() != now.confidential.password()

    /** Whether only new logins differ, so that what is known of earlier logins stays true. */
    val isOfLogin: Boolean = changesPassword || changed.any { it in LOGIN }

    /** Whether connections differ in more than their login. */
    val isOfConnections: Boolean = changed.any { it !in LOGIN && it !in NO_CONNECTION }

    /** What cannot change while the pool runs, one sentence each. */
    fun problems(): List<String> =
        listOfNotNull(
            "name is '${now.pool.name}' but must stay '${before.pool.name}'"
                .takeIf { before.pool.name != now.pool.name }
        ) +
            changed.filter { it in FIXED }.map { "$it cannot change while the pool runs; restart to change it" } +
            listOfNotNull(sqlite()) +
            changed
                .filter { before.userPools && it !in LOGIN && it !in NO_CONNECTION }
                .map { "$it cannot change while the pool runs with userPools; restart to change it" }

    private fun sqlite(): String? =
        "url cannot change while the pool runs, because SQLite's lock belongs to it; restart to change it"
            .takeIf { isOfConnections && (before.isSqlite || now.isSqlite) && changed.any { it in DATABASE } }

    private val JdbcConfig.isSqlite
        get() = SqliteUrl.of(url, confidential.properties()) != null

    private fun Setting<JdbcSettings, JdbcConfig, *>.differs() = of(before) != of(now)

    private companion object {
        private val PROPERTIES = JdbcSettings::properties.name
        private val LOGIN =
            setOf(JdbcSettings::username.name, JdbcSettings::password.name, JdbcSettings::credentials.name)
        private val FIXED =
            setOf(
                JdbcSettings::hooks.name,
                JdbcSettings::preparer.name,
                JdbcSettings::virtualThreads.name,
                JdbcSettings::userPools.name,
            )
        private val DATABASE =
            setOf(JdbcSettings::url.name, PROPERTIES, JdbcSettings::driverClassName.name, JdbcSettings::dataSource.name)

        /** Settings that the pool reads when it needs them, or has used already. */
        private val NO_CONNECTION = FIXED + JdbcSettings::cancelTimeout.name + JdbcSettings::startup.name
    }
}

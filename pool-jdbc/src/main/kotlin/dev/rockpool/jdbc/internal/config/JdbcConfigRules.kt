package dev.rockpool.jdbc.internal.config

import dev.rockpool.jdbc.JdbcSettings
import dev.rockpool.jdbc.internal.connect.Drivers
import dev.rockpool.jdbc.internal.connect.UrlProblems
import dev.rockpool.jdbc.internal.errors.Secrets
import dev.rockpool.jdbc.internal.sqlite.SqliteRules
import dev.rockpool.jdbc.internal.sqlite.SqliteUrl
import java.sql.SQLException

/** The rules of [JdbcTable], and rules across settings. Each problem names property, value and what is allowed. */
internal object JdbcConfigRules {
    /** @param keepsPassword whether there is a password that the settings do not show */
    fun problems(s: JdbcSettings, keepsPassword: Boolean): List<String> = nulls(s).ifEmpty { rules(s, keepsPassword) }

    /** Java code can pass null where Kotlin allows none. The other settings cannot be checked then. */
    private fun nulls(s: JdbcSettings): List<String> {
        val properties: Map<out String?, String?> = s.properties
        val statements: List<Pair<String, List<String?>>> = listOf("initSql" to s.initSql, "resetSql" to s.resetSql)
        return properties
            .filter { it.key == null || it.value == null }
            .map { "properties.${it.key} is null; set it, or leave it out" } +
            statements
                .filter { (_, all) -> null in all }
                .map { (name, _) -> "$name has a null in it; set it, or leave it out" }
    }

    private fun rules(s: JdbcSettings, keepsPassword: Boolean): List<String> =
        listOfNotNull(source(s)) +
            (if (JdbcQuickCheck.passes(s)) emptyList() else JdbcTable.table.problems(s)) +
            statements(s) +
            login(s, keepsPassword) +
            (if (s.userPools) users(s.url) else emptyList()) +
            SqliteRules.problems(s.url, s.properties, keepsOne(s))

    /** Whether the pool has one connection only, and keeps it for good. */
    private fun keepsOne(s: JdbcSettings) =
        s.maxSize == 1 && s.maxLifetime == null && (s.idleTimeout == null || s.minIdle != 0)

    private fun source(s: JdbcSettings): String? {
        val url = s.url
        if (s.dataSource != null) {
            val beside =
                listOfNotNull("url".takeIf { url != null }, "driverClassName".takeIf { s.driverClassName != null })
            val more = beside + listOfNotNull("properties".takeIf { s.properties.isNotEmpty() })
            if (more.isEmpty()) return null
            return "dataSource is given but then ${more.joinToString(" and ")} must be absent"
        }
        if (url.isNullOrBlank()) return "url is ${quoted(url)} but must be a JDBC URL, unless dataSource is given"
        return driverProblem(url, s.driverClassName)
    }

    private fun driverProblem(url: String, className: String?): String? =
        try {
            if (Drivers.find(url, className).acceptsURL(url)) null
            else
                "url is '${Secrets.mask(url)}' but must be one that the driver $className accepts; without " +
                    "driverClassName it must be one that ${UrlProblems.of(url)}"
        } catch (e: SQLException) {
            if (className != null) "driverClassName is '$className' but must be a driver's class: ${e.message}"
            else "url is '${Secrets.mask(url)}' but must be one that ${UrlProblems.of(url)}"
        }

    private fun statements(s: JdbcSettings): List<String> =
        listOf("initSql" to s.initSql, "resetSql" to s.resetSql).flatMap { (name, statements) ->
            statements.filter(String::isBlank).map { "$name has a blank statement but each must be one that can run" }
        }

    private fun login(s: JdbcSettings, keepsPassword: Boolean): List<String> {
        if (s.credentials == null) return emptyList()
        val beside =
            listOfNotNull(
                "username".takeIf { s.username != null },
                "password".takeIf { keepsPassword || s.password != null },
            )
        if (beside.isEmpty()) return emptyList()
        return listOf("credentials is given but then ${beside.joinToString(" and ")} must be absent")
    }

    /** In most drivers a user in the URL goes before the one that is given at the login. */
    private fun users(url: String?): List<String> =
        when {
            url == null -> emptyList()
            SqliteUrl.of(url, emptyMap()) != null ->
                listOf("userPools is true but must be false for SQLite, which has no users")
            Secrets.namesUser(url) ->
                listOf("userPools is true but then the url must not name a user: give it as username")
            else -> emptyList()
        }

    private fun quoted(value: String?): String = if (value == null) "null" else "'$value'"
}

package dev.rockpool.jdbc.internal

import dev.rockpool.jdbc.JdbcSettings
import java.sql.Connection
import java.sql.SQLException

/** What is allowed beside the rules of every pool: each problem says property, value and what may be. */
internal object JdbcConfigRules {
    private val standard =
        mapOf(
            Connection.TRANSACTION_READ_UNCOMMITTED to "TRANSACTION_READ_UNCOMMITTED",
            Connection.TRANSACTION_READ_COMMITTED to "TRANSACTION_READ_COMMITTED",
            Connection.TRANSACTION_REPEATABLE_READ to "TRANSACTION_REPEATABLE_READ",
            Connection.TRANSACTION_SERIALIZABLE to "TRANSACTION_SERIALIZABLE",
        )

    fun problems(s: JdbcSettings): List<String> =
        listOfNotNull(source(s)) + isolation(s) + texts(s) + SqliteRules.problems(s)

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
            else "url is '${Secrets.mask(url)}' but must be one that the driver $className accepts"
        } catch (e: SQLException) {
            if (className != null) "driverClassName is '$className' but must be a driver's class: ${e.message}"
            else "url is '${Secrets.mask(url)}' but must be one that a driver on the class path accepts"
        }

    private fun isolation(s: JdbcSettings): List<String> {
        val level = s.transactionIsolation ?: return emptyList()
        if (level in standard || level > Connection.TRANSACTION_SERIALIZABLE) return emptyList()
        val known = standard.entries.joinToString(", ") { (value, name) -> "$value ($name)" }
        return listOf(
            "transactionIsolation is $level but must be one of $known, or a higher number that the driver knows"
        )
    }

    private fun texts(s: JdbcSettings): List<String> =
        listOf("username" to s.username, "catalog" to s.catalog, "schema" to s.schema, "testQuery" to s.testQuery)
            .filter { (_, value) -> value != null && value.isBlank() }
            .map { (name, value) -> "$name is ${quoted(value)} but must not be blank; null leaves it out" } +
            s.initSql.filter(String::isBlank).map { "initSql has a blank statement but each must be one that can run" }

    private fun quoted(value: String?): String = if (value == null) "null" else "'$value'"
}

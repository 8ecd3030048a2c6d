package dev.rockpool.jdbc

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres
import java.sql.Connection

/** One PostgreSQL for all tests of this JVM; it ends with it. */
object Postgres {
    private val server: EmbeddedPostgres by lazy {
        EmbeddedPostgres.builder().setServerConfig("max_connections", "60").start().also {
            Runtime.getRuntime().addShutdownHook(Thread(it::close))
        }
    }

    val url: String
        get() = server.getJdbcUrl(USER, "postgres")

    /** A connection past every pool. */
    fun direct(): Connection = server.postgresDatabase.connection

    const val USER = "postgres"
}

/** The one value that this query answers with. */
fun Connection.ask(sql: String): String? =
    createStatement().use { statement ->
        statement.executeQuery(sql).use {
            it.next()
            it.getString(1)
        }
    }

fun Connection.run(sql: String) {
    createStatement().use { it.execute(sql) }
}

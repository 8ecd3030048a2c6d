package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import java.sql.Connection
import java.sql.DriverManager
import java.sql.SQLException
import java.util.concurrent.CopyOnWriteArrayList
import javax.sql.DataSource
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/** A driver that implements requests gets the beginning and the end of each lease. */
class RequestLaws :
    FunSpec({
        test("a request begins and ends with each lease, for threads, blocks and transactions") {
            val source = RequestSource()
            source.pool().use { pool ->
                pool.connection.use { source.calls += "used" }
                pool.getConnection(java.time.Duration.ofSeconds(9)).use { source.calls += "used" }
                pool.withConnection<Unit, SQLException> { source.calls += "used" }
                pool.asJdbcPool().withConnection { source.calls += "used" }
                withContext(Dispatchers.IO) { pool.asJdbcPool().withConnection { source.calls += "used" } }
                pool.asJdbcPool().transaction { source.calls += "used" }
                pool.transaction<Unit, SQLException> { _, _ -> source.calls += "used" }
                source.calls shouldContainExactly List(7) { listOf("begin", "used", "end") }.flatten()
            }
        }

        test("a request ends after its user's changes were undone") {
            val source = RequestSource()
            source.pool().use { pool ->
                pool.connection.use {
                    it.autoCommit = false
                    it.createStatement().execute("select 1")
                }
                source.calls shouldContainExactly listOf("begin", "rollback", "end")
            }
        }

        test("a request that cannot begin or end costs the connection; only a failed begin is thrown to its user") {
            val source = RequestSource()
            source.pool().use { pool ->
                source.failing = "begin"
                shouldThrow<SQLException> { pool.connection }.message shouldBe "no begin"
                source.failing = "end"
                pool.connection.close()
                source.failing = null
                pool.connection.close()
                pool.snapshot().opened shouldBe 3
                pool.snapshot().leased shouldBe 0
            }
        }
    })

/** Returns H2 connections that support requests. */
private class RequestSource : DataSource by org.h2.jdbcx.JdbcDataSource() {
    val calls = CopyOnWriteArrayList<String>()
    @Volatile var failing: String? = null

    override fun getConnection(): Connection = WithRequests(DriverManager.getConnection("jdbc:h2:mem:requests"))

    fun pool() =
        JdbcPool("requests") {
                dataSource = this@RequestSource
                maxSize = 1
                minIdle = 0
            }
            .dataSource

    private inner class WithRequests(private val h2: Connection) : Connection by h2 {
        override fun beginRequest() = say("begin")

        override fun endRequest() = say("end")

        override fun rollback() {
            calls += "rollback"
            h2.rollback()
        }

        private fun say(what: String) {
            if (what == failing) throw SQLException("no $what")
            calls += what
        }
    }
}

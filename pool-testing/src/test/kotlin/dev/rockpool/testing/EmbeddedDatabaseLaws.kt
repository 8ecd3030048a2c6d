package dev.rockpool.testing

import dev.rockpool.testing.EmbeddedDatabase.Shutdown
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.net.ConnectException
import java.sql.Connection
import java.sql.DriverManager
import java.sql.SQLException
import kotlin.time.Duration.Companion.seconds

class EmbeddedDatabaseLaws :
    FunSpec({
        val database by lazy { EmbeddedDatabase.builder().maxConnections(10).create() }

        afterSpec { database.close() }

        fun user(): Connection = DriverManager.getConnection(database.url(), database.user(), database.password())

        test("the user owns a database, and confirmed commits survive every shutdown, at the same address") {
            val url = database.url()
            user().use { it.run("create table kept (id int)") }
            for (how in Shutdown.entries) {
                val session = user()
                session.run("insert into kept values (1)")
                database.restart(how)
                shouldThrow<SQLException> { session.ask("select 1") }
                database.url() shouldBe url
            }
            user().use { it.ask("select count(*) from kept") } shouldBe "2"
            user().use { it.ask("show max_connections") } shouldBe "10"
        }

        test("a stopped server refuses connections, and a second stop fails") {
            database.stop(Shutdown.FAST)
            (shouldThrow<SQLException> { user() }.cause is ConnectException) shouldBe true
            shouldThrow<IllegalStateException> { database.stop(Shutdown.FAST) }
            database.start()
            user().close()
        }

        test("a frozen server accepts but does not answer until it is thawed; then its sessions continue") {
            val session = user()
            session.ask("select 1") shouldBe "1"
            session.setNetworkTimeout({ it.run() }, 200)
            val other = user()
            database.freeze()
            shouldThrow<SQLException> { session.ask("select 1") }
            database.thaw()
            other.ask("select 1") shouldBe "1"
            other.close()
        }

        test("a frozen server can be stopped") {
            database.freeze()
            database.restart(Shutdown.FAST)
            user().close()
        }

        test("after a password change new sessions need the new one, and open sessions stay") {
            val session = user()
            val before = database.password()
            database.changePassword("it's new")
            session.ask("select 1") shouldBe "1"
            shouldThrow<SQLException> { DriverManager.getConnection(database.url(), "app", before) }.sqlState shouldBe
                "28P01"
            user().close()
            session.close()
        }

        test("the superuser can connect to a full server, count sessions and kill them") {
            val all = generateSequence { runCatching { user() }.getOrNull() }.toList()
            all.size shouldBe 7
            shouldThrow<SQLException> { user() }.sqlState shouldBe "53300"
            database.connect().use { it.ask("select current_database()") } shouldBe database.user()
            database.sessions() shouldBe 7
            database.killSessions() shouldBe 7
            eventually(10.seconds) { database.sessions() shouldBe 0 }
            all.forEach { it.close() }
        }

        test("it works through a proxy") {
            FaultProxy.to("localhost", database.port()).use { proxy ->
                DriverManager.getConnection(database.url(proxy), database.user(), database.password()).use {
                    it.ask("select 1") shouldBe "1"
                    proxy.reset(FaultProxy.Links.ALL)
                    shouldThrow<SQLException> { it.ask("select 1") }
                }
            }
        }

        test("close leaves no process or file behind, whether or not the server runs") {
            for (running in listOf(true, false)) {
                val short = EmbeddedDatabase.create()
                val folder = short.connect().use { java.nio.file.Path.of(it.ask("show data_directory")).parent }
                if (!running) short.stop(Shutdown.FAST)
                short.close()
                folder.toFile().exists() shouldBe false
                shouldThrow<SQLException> { short.connect() }
            }
        }
    })

private fun Connection.ask(sql: String): String =
    createStatement().use { statement ->
        statement.executeQuery(sql).use {
            it.next()
            it.getString(1)
        }
    }

private fun Connection.run(sql: String) {
    createStatement().use { it.execute(sql) }
}

package dev.rockpool.testing

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.nio.file.Path
import java.sql.Connection
import java.sql.DriverManager
import java.sql.SQLException
import kotlin.time.Duration.Companion.seconds

/** One cluster for all tests, in this order, because starting one takes seconds. */
class EmbeddedClusterLaws :
    FunSpec({
        lateinit var cluster: EmbeddedCluster

        beforeSpec { cluster = EmbeddedCluster.create() }

        afterSpec { cluster.close() } // also if a test fails; a second close does nothing

        fun user(member: Int): Connection =
            DriverManager.getConnection(cluster.url(member), cluster.user(), cluster.password())

        fun rows(member: Int) = user(member).use { it.ask("select count(*) from kept") }

        test("a write on the primary arrives at the standby, which refuses writes") {
            user(0).use { it.run("create table kept (id int)") }
            user(0).use { it.run("insert into kept values (1)") }
            cluster.catchUp()
            rows(1) shouldBe "1"
            shouldThrow<SQLException> { user(1).use { it.run("insert into kept values (2)") } }.sqlState shouldBe
                "25006"
        }

        test("a standby whose replay is paused lags until it is resumed") {
            cluster.pauseReplay(1)
            user(0).use { it.run("insert into kept values (2)") }
            rows(1) shouldBe "1"
            cluster.resumeReplay(1)
            cluster.catchUp()
            rows(1) shouldBe "2"
        }

        test("a commit is confirmed once the primary has written it, and so survives a killed process") {
            repeat(2) { member -> user(member).use { it.ask("show synchronous_commit") } shouldBe "on" }
        }

        test("a frozen member answers again after it is thawed") {
            val session = user(0)
            cluster.freeze(0)
            session.setNetworkTimeout({ it.run() }, 100)
            shouldThrow<SQLException> { session.ask("select 1") }
            cluster.thaw(0)
            eventually(10.seconds) { rows(0) shouldBe "2" }
        }

        test("after the primary is killed, the standby is promoted, and the former primary comes back as standby") {
            cluster.kill(0)
            cluster.isRunning(0) shouldBe false
            cluster.promote(1)
            cluster.primary() shouldBe 1
            user(1).use { it.run("insert into kept values (3)") }
            cluster.startAsStandby(0)
            cluster.catchUp()
            rows(0) shouldBe "3"
            cluster.isStandby(0) shouldBe true
            cluster.isStandby(1) shouldBe false
        }

        test("a former primary that is only started is a second primary") {
            cluster.stop(1)
            cluster.promote(0)
            cluster.start(1)
            cluster.isStandby(0) shouldBe false
            cluster.isStandby(1) shouldBe false
        }

        test("close leaves no process or file behind, also of a frozen member") {
            val folder = cluster.connect(0).use { Path.of(it.ask("show data_directory")).parent.parent }
            cluster.freeze(1)
            cluster.close()
            folder.toFile().exists() shouldBe false
            repeat(2) { member -> shouldThrow<SQLException> { cluster.connect(member) } }
        }
    })

private fun Connection.run(sql: String) {
    createStatement().use { it.execute(sql) }
}

private fun Connection.ask(sql: String): String =
    createStatement().use { statement ->
        statement.executeQuery(sql).use {
            it.next()
            it.getString(1)
        }
    }

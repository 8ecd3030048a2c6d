package dev.rockpool.jdbc.internal.postgres

import dev.rockpool.jdbc.JdbcConfig
import dev.rockpool.jdbc.Postgres
import dev.rockpool.jdbc.internal.connect.JdbcConnectionFactory
import dev.rockpool.jdbc.internal.connection.ConnectionPolicy
import dev.rockpool.jdbc.internal.connection.PhysicalConnection
import dev.rockpool.jdbc.internal.connection.PostgresSession
import dev.rockpool.jdbc.internal.connection.Traffic
import dev.rockpool.jdbc.internal.vendor.Vendor
import dev.rockpool.jdbc.until
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import java.sql.Connection
import java.sql.DriverManager
import java.time.Instant
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

/** What PostgreSQL reports about the sessions of silent leases. */
class SilentSessionLaws :
    FunSpec({
        fun connect(): PhysicalConnection {
            val driver = DriverManager.getConnection(Postgres.url, Postgres.USER, "")
            return PhysicalConnection(
                    driver,
                    ConnectionPolicy(JdbcConfig { url = Postgres.url }, emptyMap(), Vendor.POSTGRESQL, null),
                )
                .also { it.serverSession(checkNotNull(PostgresSessions.of(driver))) }
        }

        /** A connection without traffic, in a read that does not end. */
        fun PhysicalConnection.isQuiet() = apply { traffic(Traffic().apply { begin() }) }

        fun Connection.isActive(other: PhysicalConnection): Boolean =
            createStatement().use {
                it.executeQuery(
                        "select 1 from pg_stat_activity where state = 'active' and pid = ${other.serverSession().pid()}"
                    )
                    .next()
            }

        test("an active session is not lost, however long it runs; an idle one without traffic, or a missing one, is") {
            val witness = connect()
            val (working, idle, gone) = List(3) { connect() }
            listOf(working, idle).forEach { it.isQuiet() }
            val call = thread { runCatching { working.driver().createStatement().execute("select pg_sleep(60)") } }
            until { check(witness.driver().isActive(working)) }
            witness.driver().createStatement().execute("select pg_terminate_backend(${gone.serverSession().pid()})")
            until {
                PostgresSessions.findLost(
                    listOf(working, idle, gone),
                    witness,
                    1.nanoseconds.toJavaDuration(),
                ) shouldContainExactlyInAnyOrder listOf(idle, gone)
            }
            PostgresSessions.findLost(listOf(working, idle), witness, 1.hours.toJavaDuration()).shouldBeEmpty()
            working.driver().abort(Runnable::run)
            call.join()
            listOf(witness, idle).forEach { it.driver().close() }
        }

        test("an idle session is not lost while bytes pass, no read is pending, or traffic cannot be seen") {
            val witness = connect()
            val (unseen, computing, receiving) = List(3) { connect() }
            val others = listOf(unseen, computing, receiving)
            computing.traffic(Traffic())
            val traffic = Traffic().apply { begin() }
            receiving.traffic(traffic)
            traffic.underWay(System.nanoTime() - 1.hours.inWholeNanoseconds)
            until { PostgresSessions.findLost(others, witness, 1.seconds.toJavaDuration()) shouldBe listOf(receiving) }
            traffic.end()
            traffic.begin()
            PostgresSessions.findLost(others, witness, 1.seconds.toJavaDuration()).shouldBeEmpty()
            (others + witness).forEach { it.driver().close() }
        }

        test("sessions are identified once stuckCallTimeout is set; those of open connections at their next probe") {
            fun settings(limit: Duration?) = JdbcConfig {
                url = Postgres.url
                username = Postgres.USER
                stuckCallTimeout = limit
            }
            val config = settings(null)
            val factory = JdbcConnectionFactory(config)
            val before = factory.open()
            factory.probe(before) shouldBe true
            before.serverSession() shouldBe null
            val changed = settings(2.seconds).pool
            factory.settings = { changed }
            val after = factory.open()
            (after.serverSession() == null) shouldBe false
            factory.probe(before) shouldBe true
            (before.serverSession() == null) shouldBe false
            factory.findLost(listOf(before), after).shouldBeEmpty()
            listOf(before, after).forEach { factory.close(it) }
        }

        test("the session of an aborted connection is ended on the server, and no other") {
            val (witness, orphan, other) = List(3) { connect() }
            val self = witness.serverSession()
            val elsewhere = other.serverSession().copy(server = "10.0.0.1:5432")
            val another = other.serverSession().copy(seen = Instant.EPOCH)
            PostgresSessions.end(witness.driver(), self, listOf(orphan.serverSession(), elsewhere, another))
            until { orphan.driver().isValid(1) shouldBe false }
            other.driver().isValid(5) shouldBe true
            listOf(witness, other).forEach { it.driver().close() }
        }

        test("a witness without permission to see the sessions judges none of them") {
            val (witness, idle) = List(2) { connect().isQuiet() }
            witness.driver().createStatement().use {
                it.execute("create role blind")
                it.execute("set role blind")
            }
            PostgresSessions.findLost(listOf(idle), witness, 1.nanoseconds.toJavaDuration()).shouldBeEmpty()
            witness.driver().createStatement().use {
                it.execute("reset role")
                it.execute("drop role blind")
            }
            listOf(witness, idle).forEach { it.driver().close() }
        }

        test("without the view no session is judged, and the witness stays usable") {
            val (witness, idle) = List(2) { connect().isQuiet() }
            fun run(sql: String) = witness.driver().createStatement().use { it.execute(sql) }
            run("create role viewless")
            run("revoke select on pg_stat_activity from public")
            run("set role viewless")
            witness.driver().autoCommit = false
            PostgresSessions.findLost(listOf(idle), witness, 1.nanoseconds.toJavaDuration()).shouldBeEmpty()
            witness.driver().autoCommit = true
            run("reset role")
            run("grant select on pg_stat_activity to public")
            run("drop role viewless")
            listOf(witness, idle).forEach { it.driver().close() }
        }

        test("a session that began later is a different one, even with the same process id") {
            val (witness, other) = List(2) { connect() }
            val session = other.serverSession()
            other.serverSession(session.copy(seen = session.seen.minusSeconds(60)))
            PostgresSessions.findLost(listOf(other), witness, 1.hours.toJavaDuration()) shouldBe listOf(other)
            other.serverSession(session)
            PostgresSessions.findLost(listOf(other), witness, 1.hours.toJavaDuration()).shouldBeEmpty()
            listOf(witness, other).forEach { it.driver().close() }
        }
    })

private fun PostgresSession.copy(server: String = server(), pid: Int = pid(), seen: Instant = seen()) =
    PostgresSession(server, pid, seen)

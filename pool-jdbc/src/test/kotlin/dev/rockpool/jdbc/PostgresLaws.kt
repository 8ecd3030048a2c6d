package dev.rockpool.jdbc

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import java.io.StringWriter
import java.sql.Connection
import java.sql.SQLException
import java.util.concurrent.atomic.AtomicInteger
import kotlin.concurrent.thread
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import org.postgresql.PGConnection

class PostgresLaws :
    FunSpec({
        fun sessions(name: String): Int =
            Postgres.direct().use {
                it.ask("select count(*) from pg_stat_activity where application_name = '$name'")!!.toInt()
            }

        test("1,000 coroutines on 10 connections all finish, although each suspends while it holds one") {
            val pool = postgresPool("coroutines") { properties = mapOf("ApplicationName" to "coroutines") }
            val held = AtomicInteger()
            val most = AtomicInteger()
            val done = AtomicInteger()
            val all =
                List(1_000) {
                    CoroutineScope(Dispatchers.Default).launch {
                        pool.withConnection { c ->
                            most.accumulateAndGet(held.incrementAndGet(), ::maxOf)
                            c.ask("select 1") shouldBe "1"
                            delay(2.milliseconds)
                            c.ask("select 2") shouldBe "2"
                            held.decrementAndGet()
                        }
                        done.incrementAndGet()
                    }
                }
            all.joinAll()
            done.get() shouldBe 1_000
            most.get() shouldBeLessThanOrEqual 10
            sessions("coroutines") shouldBeLessThanOrEqual 10
            pool.snapshot().leased shouldBe 0
            pool.close()
            until { check(sessions("coroutines") == 0) }
        }

        test("if the server ended an idle transaction before its commit, it was certainly not committed") {
            val pool = postgresPool("idle") { properties = mapOf("ApplicationName" to "idle transaction") }
            val ran = mutableListOf<String>()
            val error =
                shouldThrow<SQLException> {
                    pool.transaction { c ->
                        afterRollback { ran += "rolled back" }
                        c.run("set idle_in_transaction_session_timeout = '20ms'")
                        val session = c.ask("select pg_backend_pid()")
                        Postgres.direct().use {
                            until { it.ask("select count(*) from pg_stat_activity where pid = $session") shouldBe "0" }
                        }
                    }
                }
            error.sqlState shouldBe "25P03"
            ran shouldContainExactly listOf("rolled back")
            pool.withConnection { it.ask("select 1") } shouldBe "1"
            pool.close()
        }

        test("a COPY that its user left unfinished costs its connection, and the next user does not wait for it") {
            postgresPool("copy") { maxSize = 1 }
                .dataSource
                .use { source ->
                    fun copies(c: Connection) = c.unwrap(PGConnection::class.java).copyAPI
                    source.connection.use { c ->
                        c.run("create temp table copied (i int)")
                        copies(c).copyIn("copy copied from stdin").writeToCopy("1\n".toByteArray(), 0, 2)
                    }
                    source.connection.use { c ->
                        c.ask("select 1") shouldBe "1"
                        copies(c).copyOut("copy (select 7) to stdout", StringWriter()) shouldBe 1
                    }
                    source.connection.use { it.ask("select 1") shouldBe "1" }
                    source.snapshot().opened shouldBe 2
                    until {
                        source.control().recentlyClosed().single().reason shouldContain
                            "its user left a COPY unfinished"
                    }
                }
        }

        for (how in listOf("pg_advisory_lock", "pg_try_advisory_lock_shared", "PG_ADVISORY_LOCK")) {
            for (autoCommit in listOf(true, false)) {
                test("a session's $how ends with the lease, with autoCommit = $autoCommit") {
                    fun locks() =
                        Postgres.direct().use {
                            it.ask("select count(*) from pg_locks where locktype = 'advisory' and objid = 815")
                        }
                    postgresPool("locks") {
                            maxSize = 1
                            this.autoCommit = autoCommit
                        }
                        .dataSource
                        .use { source ->
                            repeat(2) {
                                source.connection.use {
                                    it.ask("select 1 from (select $how(815)) taken")
                                    locks() shouldBe "1"
                                }
                                locks() shouldBe "0"
                            }
                            source.snapshot().opened shouldBe 1
                        }
                }
            }
        }

        test("a statement that runs when the grace of a close is over ends on the server, too") {
            fun running() =
                Postgres.direct().use {
                    it.ask(
                        "select count(*) from pg_stat_activity where state = 'active' and" +
                            " query like '%/* outlives */%' and pid <> pg_backend_pid()"
                    )
                }
            val source = postgresPool("outlives").dataSource
            val user = thread {
                runCatching { source.connection.use { it.ask("select /* outlives */ pg_sleep(300)") } }
            }
            until { running() shouldBe "1" }
            source.close(java.time.Duration.ZERO)
            until { running() shouldBe "0" }
            user.join()
        }

        test("100 threads on 10 connections all finish") {
            val pool = postgresPool("threads") { properties = mapOf("ApplicationName" to "threads") }.dataSource
            atOnce(100) { repeat(10) { pool.connection.use { it.ask("select 1") shouldBe "1" } } }
            pool.snapshot().leased shouldBe 0
            sessions("threads") shouldBeLessThanOrEqual 10
            pool.close()
        }

        test("the next user does not see session changes of the previous one") {
            postgresPool("state") { maxSize = 1 }
                .dataSource
                .use { pool ->
                    val session = pool.connection.use { it.ask("select pg_backend_pid()") }
                    val path = pool.connection.use { it.ask("select current_schema()") }
                    pool.connection.use {
                        it.run("create schema if not exists elsewhere")
                        it.schema = "elsewhere"
                        it.isReadOnly = true
                        it.transactionIsolation = Connection.TRANSACTION_SERIALIZABLE
                        it.setNetworkTimeout(Runnable::run, 9_000)
                        it.setClientInfo("ApplicationName", "somebody")
                        it.autoCommit = false
                        it.ask("select 1")
                    }
                    pool.connection.use {
                        it.ask("select pg_backend_pid()") shouldBe session
                        it.ask("select current_schema()") shouldBe path
                        it.isReadOnly shouldBe false
                        it.ask("show transaction_isolation") shouldBe "read committed"
                        it.networkTimeout shouldBe 0
                        it.ask("show application_name") shouldNotBe "somebody"
                        it.autoCommit shouldBe true
                    }
                }
        }

        test("uncommitted work is rolled back, also with autoCommit off by configuration") {
            for (mode in listOf(true, false)) {
                postgresPool("undo") {
                        maxSize = 1
                        autoCommit = mode
                    }
                    .dataSource
                    .use { pool ->
                        Postgres.direct().use {
                            it.run("drop table if exists undone")
                            it.run("create table undone (id int)")
                        }
                        pool.connection.use {
                            it.autoCommit = false
                            it.run("insert into undone values (1)")
                        }
                        pool.connection.use {
                            it.autoCommit shouldBe mode
                            it.ask("select count(*) from undone") shouldBe "0"
                        }
                    }
            }
        }

        test("no session is left idle in a transaction by probes or restores") {
            postgresPool("idle") {
                    maxSize = 2
                    autoCommit = false
                    trustWindow = 1.milliseconds
                    properties = mapOf("ApplicationName" to "idle")
                }
                .dataSource
                .use { pool ->
                    repeat(20) {
                        pool.connection.use { c ->
                            c.schema = "pg_catalog"
                            c.isValid(1)
                        }
                    }
                    pool.connection.close()
                    until {
                        Postgres.direct().use {
                            it.ask(
                                "select count(*) from pg_stat_activity " +
                                    "where application_name = 'idle' and state = 'idle in transaction'"
                            ) shouldBe "0"
                        }
                    }
                }
        }

        test("a session killed in use fails its user once, is discarded, and nothing leaks") {
            postgresPool("killed") {
                    maxSize = 4
                    properties = mapOf("ApplicationName" to "killed")
                }
                .dataSource
                .use { pool ->
                    repeat(10) {
                        val connection = pool.connection
                        val session = connection.ask("select pg_backend_pid()")
                        Postgres.direct().use { it.ask("select pg_terminate_backend($session)") }
                        shouldThrow<SQLException> { repeat(100) { connection.ask("select 1") } }
                        connection.close()
                        pool.connection.use { it.ask("select pg_backend_pid()") shouldNotBe session }
                    }
                    pool.allHome()
                    until { check(sessions("killed") <= 4) }
                }
        }

        test("sessions killed under load cost one error each, and nothing leaks") {
            val pool = postgresPool("load") { properties = mapOf("ApplicationName" to "load") }.dataSource
            val errors = AtomicInteger()
            val killed = AtomicInteger()
            val stop = java.util.concurrent.atomic.AtomicBoolean()
            val killer =
                kotlin.concurrent.thread {
                    try {
                        Postgres.direct().use { admin ->
                            repeat(20) {
                                killed.addAndGet(admin.ask(KILL_ONE)!!.toInt())
                                admin.ask("select pg_sleep(0.02)")
                            }
                        }
                    } finally {
                        stop.set(true)
                    }
                }
            atOnce(16) {
                while (!stop.get()) {
                    try {
                        pool.connection.use { it.ask("select 1") }
                    } catch (_: SQLException) {
                        errors.incrementAndGet()
                    }
                }
            }
            killer.join()
            killed.get() shouldNotBe 0
            errors.get() shouldBeLessThanOrEqual killed.get()
            pool.allHome()
            atOnce(10) { repeat(5) { pool.connection.use { it.ask("select 1") shouldBe "1" } } }
            pool.close()
            until { check(sessions("load") == 0) }
        }

        test("a wrong database is reported at once, as the server put it") {
            val pool =
                JdbcPool("wrong") {
                    url = Postgres.url.replace("/postgres?", "/nowhere?")
                    username = Postgres.USER
                    acquireTimeout = 20.seconds
                }
            pool.dataSource.use { shouldThrow<SQLException> { it.connection }.sqlState shouldBe "3D000" }
        }
    })

/** Kills one session, and returns how many were killed. */
private const val KILL_ONE =
    "select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity " +
        "where application_name = 'load' limit 1) as killed(done) where done"
